import { spawnSync } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { install } from "../../src/catalog.ts";
import type { Signer } from "../../src/contract/signing.ts";
import { resolveOptions } from "../../src/engine/options.ts";
import type { Cause } from "../../src/explain/advice.ts";
import { presetNames, presetOf } from "../../src/presets.ts";
import { createSigner } from "../../src/signing/signer.ts";
import { type Check, receiverThat, rightChecks } from "../support/mistaken.ts";
import { explainRefusal } from "../support/refused.ts";

interface Wrong {
	readonly check: (right: Check) => Partial<Check>;
	/** Default: all. */
	readonly of?: readonly string[];
	readonly body?: string;
	readonly at?: number;
	/** Milliseconds that localhook's clock is behind the receiver's. */
	readonly behind?: number;
	/** The secret has just been rolled; the receiver has the one before. */
	readonly rolled?: true;
	readonly zone?: number;
	/** What it does behind the signature fails too, so nothing is certain. */
	readonly likely?: true;
}

const timed = ["prolific", "solvimon", "stripe", "standard-webhooks", "slack"];
const byText = [
	"prolific",
	"spritz",
	"solvimon",
	"openformat",
	"stripe",
	"slack",
];
const inBase64 = ["prolific", "openformat", "standard-webhooks"];
const inHex = ["spritz", "solvimon", "stripe", "slack"];
const hour = 3_600_000;

const secretOf = (scheme: string) =>
	scheme === "standard-webhooks"
		? `whsec_${Buffer.from("a secret of twenty-four b").toString("base64")}`
		: "whsec_4f6a12b9c0d3e8f7a1b2c3d4e5f60718";

/** A mistake in what is taken for the body. */
const misread =
	(change: (body: Buffer) => string | Buffer) =>
	({ content }: Check): Partial<Check> => ({
		content: (body, time, id, now) =>
			content(Buffer.from(change(body) as string), time, id, now),
	});
/** A mistake in what is hashed for the time. */
const mistimed =
	(change: (time: string) => string) =>
	({ content }: Check): Partial<Check> => ({
		content: (body, time, id, now) => content(body, change(time), id, now),
	});
const withKey = (key: (secret: string) => Buffer | string) => () => ({
	key: (secret: string) => Buffer.from(key(secret) as string),
});
const encoded = (encode: (digest: Buffer) => string) => () => ({ encode });
/** The receiver's own time, as the provider writes one. */
const own = (time: string, now: number) =>
	/^\d+$/.test(time)
		? String(Math.floor(now / 1000))
		: new Date(now).toISOString().replace(/\.\d+/, "");
const epoch = (time: string) =>
	/^\d+$/.test(time) ? Number(time) * 1000 : Date.parse(time);
/** What a Python program makes of a body: a question repeats few of them. */
function python(program: string) {
	const known = new Map<string, Buffer>();
	const source = `import json,sys\nraw=sys.stdin.buffer.read()\n${program}`;
	return misread((input) => {
		const key = String(input);
		const made =
			known.get(key) ??
			spawnSync("/usr/bin/python3", ["-c", source], { input }).stdout;
		known.set(key, made);
		return made;
	});
}
const ascii = (text: string) =>
	text.replace(
		/[\u0080-\uffff]/g,
		(letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
const parsed = (body: Buffer) =>
	JSON.parse(String(body)) as Record<string, unknown>;
const again = (body: Buffer) => JSON.stringify(parsed(body));
/** Keeps what JavaScript loses: 10.0 stays. */
const floats = (text: string) =>
	text.replace(/:10([,}])/g, ":10.0$1").replace(/:100([,}])/g, ":100.0$1");
function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([name, member]) => [name, sorted(member)]),
	);
}

/** By what the explanation must say, the cause first. */
const wrongs: readonly (readonly [cause: Cause, says: string, Wrong])[] = [
	[
		"body-reserialised",
		'JSON.stringify(JSON.parse(body)): "10.0" becomes "10" at byte',
		{ check: misread(again), of: byText.slice(0, 2) },
	],
	[
		"body-reserialised",
		"JSON.stringify(JSON.parse(body))",
		{
			check: misread(again),
			of: ["solvimon", "stripe", "standard-webhooks", "slack"],
		},
	],
	[
		"body-reserialised",
		"null, 2",
		{ check: misread((body) => JSON.stringify(parsed(body), null, 2)) },
	],
	[
		"body-reserialised",
		"Python's json.dumps",
		{
			check: python("sys.stdout.write(json.dumps(json.loads(raw)))"),
			of: ["prolific", "stripe"],
		},
	],
	[
		"body-reserialised",
		"separators",
		{
			check: python(
				"sys.stdout.write(json.dumps(json.loads(raw),separators=(',',':')))",
			),
			of: ["spritz"],
		},
	],
	[
		"body-reserialised",
		"sort_keys",
		{
			check: python(
				"sys.stdout.write(json.dumps(json.loads(raw),sort_keys=True))",
			),
			of: ["solvimon"],
		},
	],
	[
		"body-reserialised",
		"ensure_ascii",
		{
			check: python(
				"sys.stdout.reconfigure(encoding='utf-8');sys.stdout.write(json.dumps(json.loads(raw),ensure_ascii=False))",
			),
			of: ["prolific"],
		},
	],
	[
		"body-reserialised",
		"Python's str()",
		{
			check: python(
				"sys.stdout.reconfigure(encoding='utf-8');sys.stdout.write(str(json.loads(raw)))",
			),
			of: ["spritz"],
		},
	],
	[
		"body-reserialised",
		"PHP's json_encode",
		{
			check: misread((body) =>
				floats(ascii(again(body)))
					.replaceAll("/", "\\/")
					.replaceAll("{}", "[]"),
			),
		},
	],
	[
		"body-reserialised",
		"Go's json.Marshal",
		{
			check: misread((body) =>
				JSON.stringify(sorted(parsed(body)))
					.replaceAll("<", "\\u003c")
					.replaceAll(">", "\\u003e"),
			),
		},
	],
	[
		"body-reserialised",
		"Ruby's JSON.parse(body).to_json",
		{
			check: misread((body) => floats(again(body))),
			body: '{"name":"Zo\\u00eb", "amount":10.0}',
		},
	],
	["body-lost", "an empty body", { check: misread(() => "") }],
	["body-lost", '"{}"', { check: misread(() => "{}") }],
	["body-lost", '"[]"', { check: misread(() => "[]") }],
	[
		"body-lost",
		"[object Object]",
		{ check: misread((body) => `${parsed(body)}`) },
	],
	[
		"body-text",
		"b'...'",
		{ check: python("sys.stdout.write(f'{raw}')"), of: ["prolific", "stripe"] },
	],
	[
		"body-text",
		"base64",
		{ check: misread((body) => body.toString("base64")) },
	],
	[
		"body-text",
		"JSON of a Buffer",
		{ check: misread((body) => JSON.stringify(body)) },
	],
	[
		"body-whitespace",
		"a newline behind it",
		{ check: misread((body) => `${body}\n`) },
	],
	[
		"body-whitespace",
		"without the white space around it",
		{
			check: misread((body) => String(body).trim()),
			body: '{"a" : 1}\n',
			of: ["prolific", "spritz", "solvimon", "stripe"],
		},
	],
	[
		"body-charset",
		"decoded as Latin-1",
		{ check: misread((body) => body.toString("latin1")) },
	],
	[
		"body-charset",
		'"binary"',
		{ check: misread((body) => Buffer.from(String(body), "binary")) },
	],
	[
		"body-charset",
		"without what is beyond ASCII",
		{
			check: misread((body) =>
				Buffer.from(String(body).replace(/[^\0-\x7f]/g, "")),
			),
		},
	],
	[
		"body-charset",
		"byte order mark",
		{
			check: misread((body) => new TextDecoder().decode(body)),
			body: '\ufeff{"a":1}',
			of: ["prolific", "spritz", "solvimon"],
		},
	],
	[
		"body-cut",
		"the first 4096 bytes",
		{
			check: misread((body) => body.subarray(0, 4096)),
			body: JSON.stringify({ long: "x".repeat(9000) }),
		},
	],
	[
		"body-cut",
		'"of" alone',
		{ check: misread((body) => JSON.stringify(parsed(body).of)) },
	],
	[
		"content-missing",
		"body, in place of",
		{ check: () => ({ content: (body) => body }), of: timed },
	],
	[
		"content-missing",
		'timestamp + "." + body, in place of',
		{
			check: () => ({ content: (body, time) => `${time}.${body}` }),
			of: ["standard-webhooks"],
		},
	],
	[
		"content-missing",
		'timestamp + ":" + body, in place of',
		{
			check: () => ({ content: (body, time) => `${time}:${body}` }),
			of: ["slack"],
		},
	],
	[
		"content-order",
		"body + timestamp, in place of timestamp + body",
		{
			check: () => ({ content: (body, time) => `${body}${time}` }),
			of: ["prolific"],
		},
	],
	[
		"content-order",
		'body + "." + timestamp',
		{
			check: () => ({ content: (body, time) => `${body}.${time}` }),
			of: ["solvimon", "stripe"],
		},
	],
	[
		"content-order",
		'timestamp + "." + id + "." + body',
		{
			check: () => ({ content: (body, time, id) => `${time}.${id}.${body}` }),
			of: ["standard-webhooks"],
		},
	],
	[
		"content-separator",
		'timestamp + "." + body',
		{
			check: () => ({ content: (body, time) => `${time}.${body}` }),
			of: ["prolific"],
		},
	],
	[
		"content-separator",
		"timestamp + body",
		{
			check: () => ({ content: (body, time) => `${time}${body}` }),
			of: ["solvimon", "stripe"],
		},
	],
	[
		"content-separator",
		'"v0:" + timestamp + "." + body',
		{
			check: () => ({ content: (body, time) => `v0:${time}.${body}` }),
			of: ["slack"],
		},
	],
	[
		"timestamp-format",
		"in milliseconds",
		{ check: mistimed((time) => String(epoch(time))), of: timed },
	],
	[
		"timestamp-format",
		"in seconds",
		{ check: mistimed((time) => String(epoch(time) / 1000)), of: ["solvimon"] },
	],
	[
		"timestamp-format",
		"ISO date with milliseconds",
		{
			check: mistimed((time) => new Date(epoch(time)).toISOString()),
			of: timed,
		},
	],
	[
		"timestamp-own",
		"its own time",
		{
			check: ({ content }) => ({
				content: (body, time, id, now) =>
					content(body, own(time, now), id, now),
			}),
			of: timed,
			// The next second has begun when it arrives.
			at: Date.UTC(2026, 10, 20, 10, 15, 30, 990),
		},
	],
	[
		"timestamp-unit",
		"in milliseconds",
		{
			check: () => ({ isFresh: (time, now) => now - Number(time) < 300_000 }),
			of: ["prolific", "stripe"],
		},
	],
	[
		"timestamp-unit",
		"in milliseconds",
		{
			// What is no number to it is never too old.
			check: () => ({
				isFresh: (time, now) => !(now - Number(time) > 300_000),
			}),
			of: ["prolific", "stripe"],
		},
	],
	[
		"timestamp-unit",
		"in milliseconds",
		{
			check: () => ({ isFresh: (time, now) => now - Number(time) < 1500 }),
			of: ["prolific", "stripe"],
		},
	],
	[
		"timestamp-unit",
		"the time in milliseconds with its own in seconds",
		{
			check: () => ({
				isFresh: (time, now) => Math.abs(now / 1000 - Date.parse(time)) < 300,
			}),
			of: ["solvimon"],
		},
	],
	[
		"timestamp-zone",
		"which is 120 minutes from UTC",
		{
			check: () => ({
				isFresh: (time, now) =>
					Math.abs(now - epoch(time) + 2 * hour) < 300_000,
			}),
			of: ["solvimon"],
		},
	],
	[
		"timestamp-tolerance",
		"fraction of a second",
		{
			check: () => ({
				isFresh: (time, now) => Math.abs(now - epoch(time)) < 300,
			}),
			of: timed,
		},
	],
	[
		"timestamp-zone",
		"time zone",
		{
			check: () => ({
				isFresh: (time, now) =>
					Math.abs(now - epoch(time) + 2 * hour) < 300_000,
			}),
			of: timed,
			zone: 2 * hour,
		},
	],
	[
		"timestamp-age",
		"made at 2026-11-20T10:05:30.400Z",
		{
			check: () => ({
				isFresh: (time, now) => Math.abs(now - epoch(time)) < 300_000,
			}),
			of: timed,
			behind: 600_000,
		},
	],
	[
		"secret-text",
		"newline",
		{ check: withKey((secret) => `${secret}\n`), of: byText },
	],
	[
		"secret-text",
		"quotes",
		{ check: withKey((secret) => `"${secret}"`), of: byText },
	],
	[
		"secret-text",
		"upper case",
		{ check: withKey((secret) => secret.toUpperCase()), of: byText },
	],
	[
		"secret-text",
		"without its prefix",
		{ check: withKey((secret) => secret.slice(6)), of: byText },
	],
	[
		"secret-decoded",
		"from base64",
		{ check: withKey((secret) => Buffer.from(secret, "base64")), of: byText },
	],
	[
		"secret-decoded",
		"behind its prefix",
		{
			check: withKey((secret) => Buffer.from(secret.slice(6), "base64")),
			of: byText,
		},
	],
	[
		"secret-not-decoded",
		"the text of the secret for the key",
		{ check: withKey((secret) => secret), of: ["standard-webhooks"] },
	],
	[
		"secret-not-decoded",
		"behind its prefix for the key",
		{ check: withKey((secret) => secret.slice(6)), of: ["standard-webhooks"] },
	],
	["secret-empty", "an empty key", { check: withKey(() => "") }],
	["secret-empty", '"undefined"', { check: withKey(() => "undefined") }],
	["secret-empty", '"None"', { check: withKey(() => "None") }],
	[
		"secret-other",
		"the secret of the neighbour",
		{ check: withKey(() => "sk_of_the_neighbour"), of: byText },
	],
	[
		"digest-algorithm",
		"HMAC-SHA-1",
		{
			check: () => ({
				digest: (key, content) =>
					createHmac("sha1", key).update(content).digest(),
			}),
		},
	],
	[
		"digest-algorithm",
		"HMAC-SHA-512",
		{
			check: () => ({
				digest: (key, content) =>
					createHmac("sha512", key).update(content).digest(),
			}),
		},
	],
	[
		"digest-algorithm",
		"HMAC-MD5",
		{
			check: () => ({
				digest: (key, content) =>
					createHmac("md5", key).update(content).digest(),
			}),
		},
	],
	[
		"digest-algorithm",
		"of the secret and the content, without HMAC",
		{
			check: () => ({
				digest: (key, content) =>
					createHash("sha256").update(key).update(content).digest(),
			}),
		},
	],
	[
		"digest-algorithm",
		"of the content and the secret, without HMAC",
		{
			check: () => ({
				digest: (key, content) =>
					createHash("sha256").update(content).update(key).digest(),
			}),
		},
	],
	[
		"digest-encoding",
		"in hex, and it is in base64",
		{ check: encoded((digest) => digest.toString("hex")), of: inBase64 },
	],
	[
		"digest-encoding",
		"in base64, and it is in",
		{ check: encoded((digest) => digest.toString("base64")), of: inHex },
	],
	[
		"digest-encoding",
		"in hex, and it is in HEX",
		{ check: encoded((digest) => digest.toString("hex")), of: ["solvimon"] },
	],
	[
		"digest-encoding",
		"in HEX, and it is in hex",
		{
			check: encoded((digest) => digest.toString("hex").toUpperCase()),
			of: ["spritz", "stripe", "slack"],
		},
	],
	[
		"digest-encoding",
		"in base64url with padding",
		{
			check: encoded((digest) =>
				digest.toString("base64").replaceAll("+", "-").replaceAll("/", "_"),
			),
			of: ["spritz", "solvimon"],
		},
	],
	[
		"digest-encoding",
		"base64 of its hex digits",
		{
			check: encoded((digest) =>
				Buffer.from(digest.toString("hex")).toString("base64"),
			),
		},
	],
	[
		"signature-prefix",
		"the digest alone",
		{ check: () => ({ read: (value) => [value] }), of: ["solvimon", "slack"] },
	],
	[
		"signature-prefix",
		'"sha256="',
		{
			check: () => ({
				read: (value) => [/^sha256=(.*)$/.exec(value)?.[1] ?? ""],
			}),
			of: ["prolific", "spritz", "solvimon", "openformat", "slack"],
		},
	],
	[
		"signature-prefix",
		'whatever ends with "="',
		{
			check: () => ({
				read: (value) => [/^[a-z]\w*=(.*)$/.exec(value)?.[1] ?? ""],
			}),
			of: ["spritz"],
		},
	],
	[
		"signature-list",
		"the previous secret's",
		{
			check: () => ({ read: (value) => [value.replace(/^v1=/, "")] }),
			of: ["solvimon"],
			rolled: true,
		},
	],
	[
		"header-name",
		"looks into X-Signature, not",
		{
			check: () => ({ header: "x-signature" }),
			of: ["prolific", "spritz", "solvimon", "openformat"],
		},
	],
	[
		"header-name",
		"looks into X-Hub-Signature-256, not",
		{ check: () => ({ header: "x-hub-signature-256" }), of: ["openformat"] },
	],
	// Past the signature, with another failure behind it.
	[
		"body-reserialised",
		"fails behind the signature: It answered 422",
		{
			check: (right) => ({ ...misread(again)(right), act: () => 422 }),
			likely: true,
		},
	],
];

async function signerOf(scheme: string): Promise<Signer> {
	if (presetNames.includes(scheme))
		return createSigner(presetOf(scheme).signature);
	const { provider } = await install(scheme);
	return provider.signer(resolveOptions(provider, {}, false));
}

async function refusedBy(scheme: string, wrong: Partial<Wrong>) {
	const right = rightChecks[scheme] as Check;
	const secret = secretOf(scheme);
	return explainRefusal({
		signer: await signerOf(scheme),
		receiver: receiverThat({ ...right, ...wrong.check?.(right) }, secret),
		secrets: wrong.rolled ? ["the-new-one", secret] : [secret],
		...(wrong.body !== undefined && { body: wrong.body }),
		...(wrong.at !== undefined && { at: wrong.at }),
		behind: wrong.behind ?? 0,
		more: {
			secrets: [
				{ what: "the secret of the neighbour", secret: "sk_of_the_neighbour" },
			],
			zone: wrong.zone ?? 0,
		},
	});
}

describe.each(Object.keys(rightChecks))("A receiver of %s", (scheme) => {
	it.each(wrongs.filter(([, , { of }]) => of?.includes(scheme) ?? true))(
		"that makes one mistake is told which: %s, %s",
		async (cause, says, wrong) => {
			const { mistakes, text, asked, status } = await refusedBy(scheme, wrong);

			expect(status).toBe(401);
			expect(mistakes.map((each) => [each.cause, each.certain])).toEqual([
				[cause, wrong.likely !== true],
			]);
			expect(mistakes[0]?.sentence).toContain(says);
			expect(text).toContain(mistakes[0]?.sentence);
			expect(asked).toBeLessThanOrEqual(150);
		},
	);

	it("that makes none has nothing to be told", async () => {
		const { mistakes, text, asked } = await refusedBy(scheme, {});

		expect(mistakes).toEqual([]);
		expect(text).toMatch(/was accepted\.$/);
		expect(asked).toBe(0);
	});
});
