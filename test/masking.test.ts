import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { builtInIds, installedOf } from "../src/catalog.ts";
import { serverAddress } from "../src/cli/connect.ts";
import { jsonProblem } from "../src/config/read-data.ts";
import { verifyReceiver } from "../src/config/receivers.ts";
import { resolveSetup } from "../src/config/resolve.ts";
import { checkConfig } from "../src/config/schema.ts";
import {
	parseAllowedReceiver,
	parseRewrite,
} from "../src/delivery/allowed-receivers.ts";
import { createEngine } from "../src/engine/engine.ts";
import { setupLocalhook } from "../src/msw/setup.ts";
import { pathText } from "../src/problem.ts";
import { parseCorsOrigin, parseHostName } from "../src/server/access.ts";
import { maskUrl } from "../src/web-address.ts";
import { acme } from "./support/acme.ts";
import { anyText } from "./support/arbitraries.ts";

/** What a call throws or is rejected with; nothing where it is content. */
async function said(call: () => unknown): Promise<string> {
	try {
		await call();
		return "";
	} catch (error) {
		return (error as Error).message;
	}
}

function problems(config: object): string {
	return checkConfig(config)
		.map(({ path, message }) => `${pathText(path)}: ${message}`)
		.join("\n");
}

const engine = createEngine({ providers: [acme()] });
const flags = (given: object) => () =>
	resolveSetup({ flags: given, environment: {}, folder: "/" });

/** Each prints something about a URL that the user gave. */
const printers: readonly (readonly [
	string,
	(url: string) => string | Promise<string>,
])[] = [
	["a URL that is shown", maskUrl],
	["a URL that is shown twice", (url) => maskUrl(maskUrl(url))],
	["--receiver", (url) => said(() => verifyReceiver(url))],
	["--receiver, as a flag", (url) => said(flags({ receiver: [url] }))],
	["--allow-receiver", (url) => said(() => parseAllowedReceiver(url))],
	["--rewrite", (url) => said(() => parseRewrite(`${url}=http://127.0.0.1`))],
	[
		"--rewrite, where it goes",
		(url) => said(() => parseRewrite(`https://a.test=${url}`)),
	],
	["--cors-origin", (url) => said(() => parseCorsOrigin(url))],
	["--port", (url) => said(flags({ port: [url] }))],
	["--strict", (url) => said(flags({ strict: [url] }))],
	["--option", (url) => said(flags({ options: [url.replaceAll("=", "")] }))],
	["--allow-host", (url) => said(() => parseHostName(url))],
	["--url", (url) => said(() => serverAddress({ url }, {}))],
	[
		"LOCALHOOK_URL",
		(url) => said(() => serverAddress({}, { LOCALHOOK_URL: url })),
	],
	[
		"the option receiver",
		(url) =>
			said(async () => {
				const hooks = setupLocalhook({ providers: [], receiver: url });
				await hooks.close();
			}),
	],
	[
		"send --to",
		(to) =>
			said(() => {
				engine.send("acme", "thing.made", { to });
				throw new Error(engine.delivery("latest").reason ?? "");
			}),
	],
	[
		"send --endpoint",
		(endpoint) => said(() => engine.send("acme", "thing.made", { endpoint })),
	],
	["receiver in a file", (receiver) => problems({ receiver })],
	["allowReceivers in a file", (url) => problems({ allowReceivers: [url] })],
	[
		"rewrites in a file",
		(to) => problems({ rewrites: { "https://a.test": to } }),
	],
	[
		"rewrites in a file, by name",
		(url) => problems({ rewrites: { [url]: "x" } }),
	],
	[
		"what is no table in a file",
		(url) => problems({ rewrites: url, port: url }),
	],
];

/** What ends user info, what starts something else, what a URL parser drops, and what a port may be. */
const password = fc
	.oneof(
		anyText(4),
		fc
			.array(fc.constantFrom(..." \t\n@/#?\\:=%[]12ab"), { minLength: 4 })
			.map((parts) => parts.join("")),
	)
	.filter((text) => text.length >= 4);

describe.each(printers)("a password is not printed with %s", (_, print) => {
	it("whatever is in it, encoded or not", async () => {
		await fc.assert(
			fc.asyncProperty(
				password,
				fc.constantFrom("http://", "https://", "ftp://", "", "http:/"),
				fc.constantFrom("127.0.0.1:3000/hooks", "a.test", "", "a.test:99999"),
				fc.boolean(),
				async (raw, scheme, rest, encoded) => {
					const text = encoded ? encodeURIComponent(raw) : raw;
					const url = (hidden: string) => `${scheme}me:${hidden}@${rest}`;

					const printed = await print(url(text));

					// Some texts are words of the sentence itself.
					const usual = await print(url("another one"));
					const spellings = [text, raw, JSON.stringify(raw).slice(1, -1)];
					fc.pre(spellings.every((each) => !usual.includes(each)));
					for (const each of spellings) expect(printed).not.toContain(each);
				},
			),
			{ numRuns: 150 },
		);
	});
});

describe("a URL that is shown", () => {
	it.each([
		["http://127.0.0.1:3000/hooks"],
		["http://127.0.0.1:3000/@me/hooks?to=a@b.test"],
		["http://localhost:3000/@me"],
		["https://a.test/@me"],
		["to http://(masked)@a.test/"],
	])("is whole where no password is in it: %s", (url) => {
		expect(maskUrl(url)).toBe(url);
	});

	it.each([
		["http://me:s3cret@a.test/@me", "http://(masked)@me"],
		["http://me:s3 cr@t@a.test/hooks", "http://(masked)@a.test/hooks"],
		["http://me:12#s3cret@a.test/", "http://(masked)@a.test/"],
		["http://me:12/s3cret@a.test/", "http://(masked)@a.test/"],
		["http://me:?s3cret@a.test/", "http://(masked)@a.test/"],
		["me:s3cret@a.test", "(masked)@a.test"],
	])("loses all that may be a password: %s", (url, shown) => {
		expect(maskUrl(url)).toBe(shown);
	});
});

describe("a file that is no JSON", () => {
	it.each([
		'{ "token": "s3cret" "b": 1 }',
		'{ "token": "s3cret", }',
		"s3cret",
		'{"s3cret": x}',
		'["s3cret"',
	])("is told without an excerpt: %s", (text) => {
		expect(jsonProblem(text)?.message).not.toMatch(/s3cr|cret/);
	});
});

describe("a credential is not printed", () => {
	it.each([
		["s3cretvalue"],
		["s3cretvalue="],
		["s3cretvalue=="],
		["s3cretvalue=x"],
		...builtInIds.map((id) => [`${id}.s3cretvalue=x`]),
		...installedOf(builtInIds)
			.filter(({ provider }) => provider.checkCredential?.("s3cret value"))
			.map(({ provider: { id } }) => [`${id}=s3cret value`]),
	])("in what is said of %s, which names the flag", async (text) => {
		const values = await said(flags({ credentials: [text] }));
		const variable = await said(() =>
			resolveSetup({
				flags: {},
				environment: { LOCALHOOK_CREDENTIAL: text },
				folder: "/",
			}),
		);

		expect(values).toMatch(/^--credential: /);
		expect(variable).toMatch(/^LOCALHOOK_CREDENTIAL: /);
		expect(values + variable).not.toMatch(/s3cret|value"/);
	});

	it.each([
		[{ credentials: { [String(builtInIds[0])]: "s3cret" } }, "not a string"],
		[{ credentials: ["s3cret"] }, "not a list"],
		[{ token: 53_237 }, "not a number"],
		[{ receiverHeaders: "x-key=s3cret" }, "not a string"],
	])("from a file, nor is another secret: %j", async (config, kind) => {
		const found = problems(config);

		expect(found).toContain(kind);
		expect(found).not.toMatch(/s3cret|53237/);
	});
});
