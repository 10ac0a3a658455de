import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { builtInIds } from "../src/catalog.ts";
import { engineOf } from "../src/hooks/create-hooks.ts";
import type { Localhook } from "../src/hooks/hooks.ts";
import type { HooksOptions } from "../src/hooks/options.ts";
import { setupLocalhook } from "../src/msw/setup.ts";
import { localhook } from "../src/testing/node-test.ts";
import { startLocalhook } from "../src/testing/start.ts";
import { withLocalhook } from "../src/testing/vitest.ts";
import { folderWith } from "./support/folder.ts";

type Hooks = Localhook<never>;

/** As an application: it verifies with the secrets that there are. */
function receiverOf(hooks: () => Hooks, provider: string) {
	return async (request: Request) => {
		const { signer } = engineOf(hooks()).session(provider);
		const { ok } = signer.verify({
			headers: Object.fromEntries(request.headers),
			body: new Uint8Array(await request.arrayBuffer()),
			secrets: hooks().provider(provider).secret.all,
		});
		// OpenFormat's test of a webhook wants its signature back.
		const challenge = request.headers.get("x-openformat-signature");
		return Response.json({ challenge }, { status: ok ? 200 : 401 });
	};
}

const context = {
	signal: new AbortController().signal,
	after: (end: () => Promise<void>) => onTestFinished(end),
	diagnostic: () => {},
};
type Begin = (options: HooksOptions) => Promise<unknown>;
const ways: readonly (readonly [string, Begin])[] = [
	["startLocalhook", startLocalhook],
	["setupLocalhook", async (options) => setupLocalhook(options)],
	["localhook of node:test", (options) => localhook(context, options)],
];

describe.each(ways)("hooks.play of %s", (_, begin) => {
	async function start(provider = "prolific", options: HooksOptions = {}) {
		const hooks: Hooks = (await begin({
			providers: [provider as never],
			receiver: receiverOf(() => hooks, provider),
			...options,
		})) as Hooks;
		onTestFinished(() => hooks.close());
		return hooks;
	}

	it.each(builtInIds)(
		"plays the demo of %s as the command does",
		async (id) => {
			const hooks = await start(id, { register: false });

			await hooks.play(`fixtures/${id}/demo.yaml`);

			expect(hooks.deliveries("state:delivered").length).toBeGreaterThan(2);
			expect(hooks.journal.entries()[0]).toMatchObject({ kind: "call" });
		},
	);

	it("names the line of the step that does not end as expected, and shows the delivery", async () => {
		const folder = await folderWith({
			"pause.yaml": `provider: prolific
register: true
steps:
  - send: study.status.change
  - send: study.status.change
    sign: wrong-secret
    expect: verified
  - send: study.status.change
`,
		});
		const file = `${folder}/pause.yaml`;
		const hooks = await start();

		const failure = await failureOf(hooks.play(pathToFileURL(file)));

		const line = `${file}:5: expected an attempt that is verified, found refused`;
		const [, refused] = hooks.deliveries();
		expect(failure).toMatchObject({
			code: "scenario-failed",
			details: { failures: [line] },
		});
		expect(failure.message).toMatch(/\nrepeat: seed localhook$/);
		expect(failure.message.split("\n").slice(0, 3)).toEqual([
			line,
			"",
			`prolific study.status.change ${refused?.id} → ${refused?.url}: failed, signed wrongly on purpose (wrong-secret), and refused: the receiver is right`,
		]);
		expect(failure.message).toMatch(
			/\n {2}\+0s +prolific +attempt {2}401 .*\n +answered "{"challenge":null}"/,
		);
		expect(failure.stack).toMatch(/^ {4}at .*hooks-play\.test/m);
		expect(hooks.deliveries()).toHaveLength(2);
	});

	it("plays on what is there: the plan of faults, the secrets, the deliveries", async () => {
		const folder = await folderWith({
			"faults.yaml": `provider: prolific
faults: [{ fault: timeout, times: 1 }]
steps:
  - send: study.status.change
    expect: unreachable
  - secret: replace
  - retry: 1
    expect: verified
`,
		});
		const hooks = await start();
		await hooks.provider("prolific").send("study.status.change").settled;
		const before = hooks.provider("prolific").secret.current;

		await hooks.play(`${folder}/faults.yaml`);

		expect(hooks.provider("prolific").secret.current).not.toBe(before);
		expect(hooks.deliveries("state:delivered")).toHaveLength(2);
		expect(hooks.faults.list()).toMatchObject([{ applied: 1 }]);
	});
});

describe("hooks.play", () => {
	const start = (options: HooksOptions<"prolific"> = {}) => {
		const hooks = setupLocalhook({ providers: ["prolific"], ...options });
		onTestFinished(() => hooks.close());
		return hooks;
	};
	const steps = "steps:\n  - send: study.status.change\n";

	it.each<[string, string, readonly (string | RegExp)[]]>([
		[
			"a mistake in two places",
			`provider: prolific\n${steps}    sett: {}\n  - retry: none\n`,
			[/^.*a\.yaml:4:5: .*sett/, /\n.*a\.yaml:5:\d+: /],
		],
		[
			"another provider",
			`provider: spritz\nsteps:\n  - send: payment.created\n`,
			[
				'a.yaml:1:11: provider: this localhook was started with prolific. Add "spritz" to its option "providers".',
			],
		],
		[
			"a receiver that nobody registers, and an option that differs",
			`provider: prolific\nregister: true\noptions: { json: compact }\n${steps}`,
			[
				'a.yaml:2:11: register: this localhook registers no receiver. Start it with the option "receiver".',
				'a.yaml:3:18: options.json: this localhook was started with "python". Start it with options: { prolific: { json: "compact" } }.',
			],
		],
	])("refuses a file before its first step: %s", async (_, text, messages) => {
		const folder = await folderWith({ "a.yaml": text });
		const hooks = start();

		const failure = await failureOf(hooks.play(`${folder}/a.yaml`));

		expect(failure).toMatchObject({ code: "invalid-config" });
		for (const message of messages)
			expect(failure.message).toEqual(
				typeof message === "string"
					? expect.stringContaining(message)
					: expect.stringMatching(message),
			);
		expect(hooks.journal.entries()).toEqual([]);
	});

	it.each([
		["a file that is not there", "gone.yaml", 'the scenario "gone.yaml"'],
		["what is no file", 5, "must be the path of a file, or a file: URL"],
		[
			"a URL of no file",
			new URL("http://localhost/a.yaml"),
			"must be the path",
		],
	])("refuses %s", async (_, file, message) => {
		expect((await failureOf(start().play(file as never))).message).toContain(
			message,
		);
	});

	it("says that the receiver was registered twice, where that is why", async () => {
		const hooks: Hooks = start({
			receiver: () => new Response(),
		}) as unknown as Hooks;

		const failure = await failureOf(hooks.play("fixtures/prolific/demo.yaml"));

		expect(failure.message).toMatch(/:\d+: expected 1 attempt, found 2\n/);
		expect(failure.message).toContain("set register: false");
	});
});

for (const over of ["server", "msw"] as const) {
	let receive: ReturnType<typeof receiverOf> = async () => Response.error();
	const fixture = withLocalhook({
		providers: ["openformat"],
		over,
		register: false,
		receiver: (request) => receive(request),
	});

	fixture(`the fixture over ${over} plays a scenario`, async ({ hooks }) => {
		receive = receiverOf(() => hooks as Hooks, "openformat");

		await hooks.play("fixtures/openformat/demo.yaml");

		expect(hooks.deliveries("state:delivered")).not.toEqual([]);
	});
}

async function failureOf(played: Promise<unknown>) {
	const failure = await played.then(
		() => new Error("nothing"),
		(error: unknown) => error as Error,
	);
	return failure as Error & { code?: string; details?: object };
}
