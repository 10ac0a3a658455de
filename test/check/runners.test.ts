import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { command, type Finished } from "../support/command.ts";
import { blocksOf } from "../support/markdown.ts";
import {
	makeProjects,
	type Project,
	program,
	projectWith,
	runIn,
} from "../support/project.ts";

const readme = await readFile(
	new URL("../../README.md", import.meta.url),
	"utf8",
);

/** The same in each runner: one that passes, one that fails, and two at once that meet in the middle. */
const change = '"study.status.change"';
const options = `{ providers: ["prolific"], seed: 7, receiver: () => new Response() }`;
const scenario = {
	"pause.yaml":
		"{ provider: prolific, steps: [{ send: study.status.change }] }",
};
const play = 'await hooks.play(new URL("pause.yaml", import.meta.url));';
const meeting = `
let arrived = 0;
let open;
const both = new Promise((resolve) => { open = resolve; });
async function meet() {
	if (++arrived === 2) open();
	await both;
}
`;
const timeline = [
	/localhook: what happened/,
	/\+0s +prolific +event +study\.status\.change, 1 delivery/,
	/\+0s +prolific +attempt +200 +study\.status\.change \\*#1 /,
	/repeat: seed 7/,
];

/** The test file of a user with Vitest. */
const vitestOver = (over: "server" | "msw") => `
import { describe, expect } from "vitest";
import { withLocalhook } from "localhook/vitest";
import { matchers } from "localhook/matchers";
expect.extend(matchers);
const test = withLocalhook({ ...${options}, over: "${over}" });
${meeting}
test("passes", async ({ hooks }) => {
	const { prolific } = hooks;
	await expect(prolific.send(${change})).toBeDelivered();
	const origin = "${over}" === "msw" ? "https://api.prolific.com" : prolific.url;
	const response = await fetch(origin + "/api/v1/hooks/secrets/", {
		headers: { authorization: "Token " + prolific.credential },
	});
	const { results } = await response.json();
	expect(results[0].value).toBe(prolific.secret.current);
	expect(hooks.journal.entries()[0].kind).toBe("event");
	expect(hooks.journal.entries().at(-1).kind).toBe("call");
	${play}
	expect(hooks.deliveries("state:delivered")).toHaveLength(2);
});
test("fails", async ({ hooks }) => {
	await hooks.prolific.send(${change}).settled;
	expect("this").toBe("so");
});
describe.concurrent("at once", () => {
	for (const count of [1, 2])
		test("sees its own " + count, async ({ hooks, expect }) => {
			for (let i = 0; i < count; i++) hooks.prolific.send(${change});
			await meet();
			await hooks.idle();
			expect(hooks.deliveries("state:delivered")).toHaveLength(count);
		});
});
`;

/** A file that has nothing to do with localhook, in the worker of those that have. */
const untouched = `
import { types } from "node:util";
import { expect, test } from "vitest";
test("finds no interceptor", () => expect(types.isProxy(Headers)).toBe(false));
`;

/**
 * Runs a user's tests and those of examples by one start of a runner, which costs more than all of them; the runner
 * writes its report to `results.json`.
 */
function ranWith(
	user: Project,
	examples: readonly string[],
	words: readonly string[],
) {
	// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
	const ran = { folder: "" } as Finished & { folder: string; results: any };
	beforeAll(async () => {
		const { folder, remove } = await makeProjects({ user }, examples);
		const finished = await runIn(folder, words);
		const results = await readFile(join(folder, "results.json"), "utf8");
		Object.assign(ran, { folder, ...finished, results: JSON.parse(results) });
		return remove;
	}, 60_000);
	return ran;
}

describe("the fixtures", () => {
	describe("of Vitest", () => {
		const waysOver = ["server", "msw"] as const;
		const files = waysOver.map((over) => [`${over}.test.js`, vitestOver(over)]);
		const ran = ranWith(
			{
				files: {
					...Object.fromEntries(files),
					...scenario,
					// The smallest file, and so the last one.
					"after.test.js": untouched,
					"readme.test.ts": blocksOf(readme, "ts")[0] as string,
				},
				packages: ["vitest", "msw"],
			},
			["prolific-express", "spritz-next"],
			[
				program("vitest/vitest.mjs"),
				"run",
				"--reporter=default",
				"--reporter=json",
				"--outputFile.json=results.json",
				// Five processes less; with isolation it is a part of `npm run check:long`.
				"--no-isolate",
				"--no-file-parallelism",
			],
		);

		it.each(waysOver)(
			"give each test a scope of its own, over %s, and tell of one that fails",
			(over) => {
				const file = `user/${over}.test.js`;

				expect(statuses(ran.results, file)).toEqual({
					passes: "passed",
					fails: "failed",
					"sees its own 1": "passed",
					"sees its own 2": "passed",
				});
				const told = ran.stderr
					.split(/^stderr \| /m)
					.filter((text) => text.startsWith(`${file} > `));
				expect(told).toEqual([
					expect.stringMatching(/^user\/\w+\.test\.js > fails\n/),
				]);
				expect(told[0]).toSatisfy(hasTimelineOnce);
			},
		);

		it("leave nothing behind for other files of the worker", () => {
			expect(statuses(ran.results, "user/after.test.js")).toEqual({
				"finds no interceptor": "passed",
			});
		});

		it("are not needed by the README's test, which passes", () => {
			expect(statuses(ran.results, "user/readme.test.ts")).toEqual({
				"a study that is paused comes through an outage": "passed",
			});
		});

		it.each(["prolific-express/app.test.ts", "spritz-next/route.test.ts"])(
			"serve examples/%s, which passes",
			(file) => {
				const passed = Object.values(statuses(ran.results, file));

				expect(passed.length).toBeGreaterThan(3);
				expect(new Set(passed)).toEqual(new Set(["passed"]));
			},
		);
	});

	it("of node:test close with the test, end with its signal, and tell of one that fails", async () => {
		const folder = await projectWith(
			{
				...scenario,
				"app.test.js": `
					import assert from "node:assert";
					import { describe, test } from "node:test";
					import { startLocalhook } from "localhook";
					import { localhook } from "localhook/node-test";
					const options = ${options};
					${meeting}
					let url;
					test("passes", async (t) => {
						const hooks = await localhook(t, options);
						({ url } = hooks);
						await hooks.prolific.send(${change}).settled;
						${play}
					});
					test("ends though nobody closes it", async () => {
						const hooks = await startLocalhook(options);
						await hooks.prolific.send(${change}).settled;
					});
					test("stands still", async (t) => {
						const receiver = () => new Response(null, { status: 401 });
						const hooks = await localhook(t, { ...options, receiver });
						await hooks.prolific.send(${change}).settled;
					});
					test("is closed", () => assert.rejects(fetch(url)));
					test("fails", async (t) => {
						const hooks = await localhook(t, options);
						await hooks.prolific.send(${change}).settled;
						assert.fail("this is not so");
					});
					test("is out of time", { timeout: 100 }, async (t) => {
						const hooks = await localhook(t, options);
						({ url } = hooks);
						await hooks.wait("state:failed");
					});
					test("is closed then too", () => assert.rejects(fetch(url)));
					describe("at once", { concurrency: true }, () => {
						for (const count of [1, 2])
							test("sees its own " + count, async (t) => {
								const hooks = await localhook(t, options);
								for (let i = 0; i < count; i++) hooks.prolific.send(${change});
								await meet();
								await hooks.idle();
								assert.equal(hooks.deliveries("state:delivered").length, count);
							});
					});
				`,
			},
			[],
		);

		const { stdout } = await runIn(folder, ["--test", "--test-reporter=tap"]);

		expect(
			Object.fromEntries(
				Array.from(
					stdout.matchAll(/^ *(ok|not ok) \d+ - (.*)$/gm),
					([, outcome, name]) => [name, outcome],
				),
			),
		).toMatchObject({
			passes: "ok",
			"ends though nobody closes it": "ok",
			"stands still": "not ok",
			"is closed": "ok",
			fails: "not ok",
			"is out of time": "not ok",
			"is closed then too": "ok",
			"sees its own 1": "ok",
			"sees its own 2": "ok",
		});
		for (const line of timeline) expect(stdout).toMatch(line);
		expect(stdout).toContain("The clock stands still");
	});

	describe("of Playwright", () => {
		const ran = ranWith(
			{
				files: {
					...scenario,
					"playwright.config.js":
						'export default { testDir: "..", workers: 1, reporter: [["list"], ["json", { outputFile: "../results.json" }]] };',
					"app.spec.js": `
					import { expect as base } from "@playwright/test";
					import { matchers } from "localhook/matchers";
					import { withLocalhook } from "localhook/playwright";
					const expect = base.extend(matchers);
					const test = withLocalhook(${options}).extend({
						own: async ({ localhook }, use) => {
							const own = await localhook.scope();
							await use(own);
							await own.close();
						},
					});
					for (const name of ["passes", "sees nothing of the one before"])
						test(name, async ({ hooks }) => {
							const sent = hooks.prolific.send(${change});
							await expect(sent).toBeDelivered();
							expect(sent).toHaveAttempts(1);
							expect(sent).toMatchEvent({
								payload: { resource_id: expect.any(String) },
							});
							expect(hooks.deliveries()).toHaveLength(1);
							${play}
						});
					test("fails", async ({ hooks, own, localhook }) => {
						await hooks.prolific.send(${change}).settled;
						await own.prolific.send(${change}).settled;
						await localhook.scope();
						expect("this").toBe("so");
					});
				`,
				},
				packages: ["@playwright/test"],
			},
			["openformat-fastify"],
			[
				program("@playwright/test/cli.js"),
				"test",
				"--config=user/playwright.config.js",
			],
		);
		const specsIn = (file: string): Spec[] =>
			ran.results.suites.find((suite: { file: string }) => suite.file === file)
				.specs;

		it("give each test a scope of its own, and attach a transcript to one that fails", async () => {
			const tested = specsIn("user/app.spec.js").map(({ title, tests }) => ({
				title,
				...tests[0]?.results[0],
				annotations: tests[0]?.annotations,
			}));
			expect(tested).toMatchObject([
				{ title: "passes", status: "passed", attachments: [] },
				{ title: "sees nothing of the one before", status: "passed" },
				{
					title: "fails",
					status: "failed",
					annotations: [
						{ type: "localhook", description: "repeat: seed 7" },
						{ type: "localhook", description: "repeat: seed 7" },
					],
				},
			]);
			const attached = tested[2]?.attachments?.filter(({ name }) =>
				name.startsWith("webhooks"),
			);
			expect(attached?.map(({ name }) => name)).toEqual([
				"webhooks.ndjson",
				"webhooks-2.ndjson",
			]);
			for (const { name, path } of attached ?? []) {
				const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
				expect(lines.map((line) => JSON.parse(line))).toMatchObject([
					{ kind: "event", event: { type: "study.status.change" } },
					{ kind: "delivery", state: "delivered", attempts: [{ number: 1 }] },
				]);
				// What the list reporter shows.
				expect(ran.stdout).toContain(name);
			}
			for (const line of timeline)
				expect(ran.stdout + ran.stderr).toMatch(line);
		});

		it("serve examples/openformat-fastify, which passes", () => {
			const tests = specsIn("openformat-fastify/app.spec.ts").flatMap(
				({ tests }) => tests,
			);

			expect(tests.map(({ results }) => results[0]?.status)).toEqual([
				"passed",
				"passed",
			]);
		});
	});
});

interface Spec {
	readonly title: string;
	readonly tests: readonly {
		readonly annotations: readonly object[];
		readonly results: readonly {
			readonly status: string;
			readonly attachments: readonly { name: string; path: string }[];
		}[];
	}[];
}

it("deliveries that are exported as tests pass in a project of Vitest", async () => {
	const running = command(
		["start", "prolific", "--port", "0", "--receiver", "built-in"],
		{},
	);
	const [, url = ""] = await running.printed(/inspector +(http:\S+)\//);
	const env = { LOCALHOOK_URL: url };
	const words = ["send", "prolific", "study.status.change"];
	for (const more of [[], ["--sign", "garbage"], ["--set", "status=PAUSED"]])
		await command([...words, ...more], env).finished;

	const exported = await command(["export", "vitest"], env).finished;
	const folder = await projectWith({ "sent.test.js": exported.stdout }, [
		"vitest",
	]);
	const { code, stdout } = await runIn(folder, [
		program("vitest/vitest.mjs"),
		"run",
	]);

	expect(exported.stderr).toBe("");
	expect(stdout).toMatch(/Tests +3 passed/);
	expect(code).toBe(0);
});

function hasTimelineOnce(text: string): boolean {
	return (
		timeline.every((line) => line.test(text)) &&
		text.split("what happened").length === 2 &&
		!text.includes("localhook was stopped")
	);
}

function statuses(
	{
		testResults,
	}: {
		testResults: {
			name: string;
			assertionResults: { title: string; status: string }[];
		}[];
	},
	file: string,
): Record<string, string> {
	const found = testResults.find(({ name }) => name.endsWith(`/${file}`));
	return Object.fromEntries(
		found?.assertionResults.map(({ title, status }) => [title, status]) ?? [],
	);
}
