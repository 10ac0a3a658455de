import { execFileSync } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Delivery } from "../src/contract/records.ts";
import {
	printable,
	printableColours,
	printableJson,
	printableLine,
	shellWord,
} from "../src/printing.ts";
import type { Mask } from "../src/server/control/delivery-view.ts";
import { curlScript, har, ndjson } from "../src/server/control/exports.ts";
import { anyCharacter } from "./support/arbitraries.ts";
import { startControlServer } from "./support/control-server.ts";
import { folderWith } from "./support/folder.ts";
import { runInProcess } from "./support/in-process.ts";
import { wholeProgram } from "./support/whole-program.ts";

/** What each may do that has no business in somebody's terminal, shell or log. */
const hostile = [
	"a\nFORGED line",
	"\u001b[31mRED \u001b]0;title\u0007 \u001b[8mhidden",
	"\u009b2J \u0085 \u007f",
	"\u202eright to left \u2066 \u200f \u2028 \u2029",
	"\n::error file=x::wrong",
	"\r\n  ::add-mask::y",
	"\n##[group]z ##[add-mask]z",
	"'; touch PWNED; '$(touch PWNED)`touch PWNED`\ntouch PWNED\n#",
].join(" ");
const obeyed =
	/(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const ownColour = new RegExp(
	`${String.fromCharCode(0x1b)}\\[(?:[12]|22|3[1-6]|39)m`,
	"g",
);

/** Fails for what any of them would obey. */
function expectHarmless(text: string, what = ""): void {
	expect(text.replaceAll(ownColour, ""), what).not.toMatch(obeyed);
	expect(text, what).not.toMatch(/^\s*::(?!add-mask::)[a-z]/im);
	expect(text, what).not.toContain("##[");
	expect(text, what).not.toMatch(/^FORGED/m);
	expect(text, what).not.toContain("\u001b[31mRED");
}

describe("printable text", () => {
	it.each([
		["\u001b[2J", "\\u001b[2J"],
		["a\u0000b\u0085c\u009b", "a\\u0000b\\u0085c\\u009b"],
		["\u202eabc\u2066", "\\u202eabc\\u2066"],
		["a\r\nb\tc", "a\\u000d\nb\tc"],
		["::error::x", "\\u003a:error::x"],
		["  ::Set-Env name=x::y", "  \\u003a:Set-Env name=x::y"],
		["x ##[add-mask]y", "x \\u0023#[add-mask]y"],
		["http://[::1]:4600/a", "http://[::1]:4600/a"],
		["[::ffff:7f00:1]", "[::ffff:7f00:1]"],
		["# a ## b, grüße 👩‍👩‍👧", "# a ## b, grüße 👩‍👩‍👧"],
	])("of %j is %s", (text, shown) => {
		expect(printable(text)).toBe(shown);
	});

	it("on one line has no line break and no tab", () => {
		expect(printableLine("a\nb\tc")).toBe("a\\nb\\u0009c");
	});

	it("keeps localhook's own colours, and no other sequence", () => {
		expect(printableColours("\u001b[31ma\u001b[39m\u001b[8mb")).toBe(
			"\u001b[31ma\u001b[39m\\u001b[8mb",
		);
	});

	it("of JSON is JSON of the same value, whatever is in it", () => {
		const value = fc.oneof(
			fc.jsonValue({ stringUnit: anyCharacter }),
			fc.constant([hostile]),
		);
		fc.assert(
			fc.property(value, fc.constantFrom("\t", undefined), (value, indent) => {
				const text = printableJson(value, indent);

				expectHarmless(text);
				expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
			}),
		);
	});

	it("takes as long for each character of a long text as of a short one", () => {
		const text = ":::a-b ##[\u202e".repeat(100_000);
		const started = performance.now();

		printableLine(text);

		expect(performance.now() - started).toBeLessThan(5000);
	});
});

test("a word of a shell script is that word, whatever is in it", () => {
	const words = ["it's", "$HOME `id` \\", hostile, "\u0085\u009b", "é 👩‍👧"];
	const script = `printf '%s\\0' ${words.map(shellWord).join(" ")}`;

	expectHarmless(script);
	expect(execFileSync("sh", ["-c", script]).toString().split("\0")).toEqual([
		...words,
		"",
	]);
});

/** The leaves of the command line, each with what it has to be given. */
async function everyCommand(): Promise<string[][]> {
	const leaves = (command: Command, path: string[]): string[][] =>
		command.commands.length > 0
			? command.commands.flatMap((each) => leaves(each, [...path, each.name()]))
			: [
					[
						...path,
						...command.registeredArguments
							.filter(({ required }) => required)
							.map(({ argChoices }) => argChoices?.[0] ?? hostile),
						// It waits until the server is gone, and this one answers for ever.
						...(path[0] === "stop" ? ["--timeout", "1ms"] : []),
					],
				];
	const { commands } = await wholeProgram();
	/** They talk to no server that could say anything, or they hand on what it gave them byte for byte. */
	const aside = ["start", "demo", "exec", "complete", "completion", "export"];
	return commands
		.filter((command) => !aside.includes(command.name()))
		.flatMap((command) => leaves(command, [command.name()]));
}

/** A server of which every text is hostile, in the form of every answer at once. */
const answer = (() => {
	const delivery = {
		id: hostile,
		provider: hostile,
		event: { id: hostile, type: hostile },
		url: hostile,
		endpoint: hostile,
		state: hostile,
		reason: hostile,
		attempts: 1,
		lastError: hostile,
		nextAt: hostile,
	};
	const due = {
		at: hostile,
		delivery: hostile,
		provider: hostile,
		event: { id: hostile, type: hostile },
		attempt: 1,
	};
	const entry = (kind: string) => ({
		seq: 1,
		kind,
		at: hostile,
		provider: hostile,
		event: { id: hostile, type: hostile },
		id: hostile,
		method: hostile,
		path: hostile,
		operation: hostile,
		status: hostile,
		error: { code: hostile, message: hostile },
		fault: hostile,
		reason: hostile,
		url: hostile,
		delivery: hostile,
		number: 1,
		state: hostile,
	});
	const kinds = ["call", "event", "attempt", "delivery", "settled", hostile];
	return {
		...delivery,
		deliveries: [delivery],
		event: { id: hostile, provider: hostile, type: hostile },
		count: 2,
		note: hostile,
		requests: [
			{ endpoint: hostile, url: hostile, curl: "true", openssl: null },
		],
		secrets: [
			{
				provider: hostile,
				owner: hostile,
				fingerprint: hostile,
				value: hostile,
				isPrevious: true,
			},
		],
		endpoints: [
			{
				provider: hostile,
				id: hostile,
				url: hostile,
				enabled: true,
				outage: hostile,
				types: [hostile],
				events: [hostile],
				failures: 1,
			},
		],
		outage: hostile,
		faults: [{ fault: hostile, match: hostile, drawn: 1, applied: 1 }],
		entries: kinds.map(entry),
		last: 1,
		loaded: [hostile],
		now: hostile,
		mode: hostile,
		speed: 1,
		due,
		ran: due,
		pending: 1,
		stopped: true,
		version: hostile,
		[hostile]: hostile,
	};
})();

const nearest = [
	{
		delivery: answer.deliveries[0],
		differs: [{ field: hostile, wanted: hostile, found: hostile }],
	},
];
const refusals = ["not-found", "wait-timed-out", hostile].map((code) => ({
	status: 404,
	body: { code, detail: hostile, title: hostile, nearest },
}));
/** NDJSON is the same whoever reads it. */
const outputs = [
	["in a CI log", { env: { GITHUB_ACTIONS: "true" } }, [[], ["--json"]]],
	["in a terminal", { isTTY: true, env: {} }, [[]]],
	["in colour", { env: { FORCE_COLOR: "1" } }, [[]]],
] as const;
describe.each(outputs)("what a command prints %s", (_, surroundings, forms) => {
	it("is harmless, whatever a server answers", async () => {
		for (const canned of [{ body: answer }, ...refusals]) {
			const { url } = await startControlServer(
				new Proxy({}, { get: () => canned }),
			);
			for (const words of await everyCommand()) {
				for (const more of forms) {
					const { stdout, stderr } = await runInProcess([...words, ...more], {
						...surroundings,
						stdin: "{}",
						env: { ...surroundings.env, LOCALHOOK_URL: url },
					});
					expectHarmless(stdout, words.join(" "));
					expectHarmless(stderr, words.join(" "));
				}
			}
		}
	});
});

test("in GitHub Actions a secret is masked in every spelling that is printed", async () => {
	const value = "whsec_ü/+?ÿ~secret";
	const secrets = [{ provider: "acme", owner: "o", fingerprint: "f", value }];
	const { url } = await startControlServer({
		"GET /secrets": { body: { secrets } },
	});

	const { stderr, stdout } = await runInProcess(["secret", "--reveal"], {
		env: { GITHUB_ACTIONS: "true", LOCALHOOK_URL: url },
	});

	const masked = stderr
		.split("\n")
		.filter((line) => line.startsWith("::add-mask::"))
		.map((line) => line.slice("::add-mask::".length).replaceAll("%25", "%"));
	const bytes = Buffer.from(value);
	expect(masked).toEqual(
		expect.arrayContaining([
			value,
			bytes.toString("hex"),
			bytes.toString("hex").toUpperCase(),
			bytes.toString("base64"),
			bytes.toString("base64url"),
			encodeURIComponent(value),
		]),
	);
	expect(stdout).toContain(value);
});

describe("an export", () => {
	const headers = { "X-Key": `k ${hostile.replaceAll(/[\r\n]/g, " ")}` };
	const delivery = {
		id: hostile,
		event: {
			provider: hostile,
			type: hostile,
			id: hostile,
			time: 0,
			payload: {},
		},
		endpoint: hostile,
		url: hostile,
		body: Buffer.from(hostile),
		headers,
		state: "failed",
		createdAt: 0,
		updatedAt: 0,
		attempts: [
			{
				number: 1,
				at: 0,
				duration: 1,
				url: `http://127.0.0.1:9/${hostile}`,
				headers,
				error: { code: "connection", message: hostile },
				ok: false,
			},
		],
	} as unknown as Delivery;
	const mask: Mask = {
		sent: (_, given) => given,
		received: () => ({}),
		url: (text) => text,
	};

	it.each([
		["har", har],
		["curl", curlScript],
		["ndjson", ndjson],
	])("as %s is harmless to look at, whatever was delivered", (_, write) => {
		expectHarmless(write([delivery], mask));
	});

	it("as curl commands runs curl and nothing else", async () => {
		const folder = await folderWith();
		await writeFile(
			join(folder, "curl"),
			'#!/bin/sh\nfor each in "$@"; do printf "%s\\0" "$each" >> words; done; cat > body\n',
		);
		await chmod(join(folder, "curl"), 0o755);

		execFileSync("sh", ["-e"], {
			input: curlScript([delivery], mask),
			cwd: folder,
			env: { PATH: `${folder}:${process.env.PATH}` },
		});

		const words = (await readFile(join(folder, "words"), "utf8")).split("\0");
		expect(words).toContain(`X-Key: ${headers["X-Key"]}`);
		expect(words).toContain(`http://127.0.0.1:9/${hostile}`);
		expect(await readFile(join(folder, "body"), "utf8")).toBe(hostile);
		await expect(readFile(join(folder, "PWNED"))).rejects.toThrow("ENOENT");
	});
});
