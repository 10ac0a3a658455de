import { describe, expect, it, onTestFinished } from "vitest";
import { explain } from "../../src/explain/explain.ts";
import type { MistakeName } from "../../src/explain/guesses.ts";
import { transportTo } from "../../src/receivers/transport-to.ts";
import { startEngine, startOfTest, usualEventOf } from "../support/engine.ts";
import { type Check, receiverThat, rightChecks } from "../support/mistaken.ts";
import { inProcess } from "../support/ways-to-receive.ts";

interface Wrong {
	readonly mistake: string;
	readonly name: MistakeName;
	/** What the explanation must tell beside the name. */
	readonly says?: string;
	readonly check: (right: Check) => Partial<Check>;
	/** Default: all. */
	readonly providers?: readonly string[];
	readonly body?: string;
	/** The receiver's time, milliseconds after localhook's. */
	readonly later?: number;
	/** Milliseconds after a whole second, when it is sent. */
	readonly within?: number;
	/** The secret has just been rolled; the receiver has the one before. */
	readonly rolled?: boolean;
}

/** Has what changes when it is read and written: a number, a letter beyond ASCII, a slash. */
const usualBody = '{"amount":10.0,"name":"Zoë","of":[1,"a/b"]}';
const timed = ["prolific", "solvimon"];

/** A mistake in what is taken for the body. */
function misread(change: (body: Buffer) => string | Buffer) {
	return ({ content }: Check): Partial<Check> => ({
		content: (body, time) => content(Buffer.from(change(body) as string), time),
	});
}
/** A mistake in what is hashed for the time. */
function mistimed(change: (time: string) => string) {
	return ({ content }: Check): Partial<Check> => ({
		content: (body, time) => content(body, change(time)),
	});
}
const withKey = (key: (secret: string) => Buffer) => (): Partial<Check> => ({
	key,
});
const encoded = (encode: (digest: Buffer) => string) => (): Partial<Check> => ({
	encode,
});
const epoch = (time: string) =>
	/^\d+$/.test(time) ? Number(time) * 1000 : Date.parse(time);
const toUnicode = (text: string) =>
	text.replace(/[\u0080-\uffff]/g, (letter) => {
		const code = letter.charCodeAt(0).toString(16).padStart(4, "0");
		return `\\u${code}`;
	});

const wrongs: readonly Wrong[] = [
	{
		mistake: "JSON read and written anew",
		name: "reserialised-json",
		says: 'JSON.stringify(JSON.parse(body)) does: "10.0" becomes "10" at byte 12',
		check: misread((body) => JSON.stringify(JSON.parse(String(body)))),
	},
	{
		mistake: "JSON written anew with indents",
		name: "reserialised-json",
		says: "null, 2",
		check: misread((body) => JSON.stringify(JSON.parse(String(body)), null, 2)),
	},
	{
		mistake: "JSON written anew by Python",
		name: "reserialised-json",
		says: "json.dumps(json.loads(body)) does",
		check: misread(() =>
			toUnicode('{"amount": 10.0, "name": "Zoë", "of": [1, "a/b"]}'),
		),
	},
	{
		mistake: "JSON written anew by PHP",
		name: "reserialised-json",
		says: "json_encode",
		check: misread(() =>
			toUnicode('{"amount":10.0,"name":"Zoë","of":[1,"a\\/b"]}'),
		),
	},
	{
		mistake: "JSON written anew by Python, compact",
		name: "reserialised-json",
		says: "separators",
		check: misread(() =>
			toUnicode('{"amount":10.0,"name":"Zoë","of":[1,"a/b"]}'),
		),
	},
	{
		mistake: "a newline behind the body",
		name: "newline",
		check: misread((body) => `${body}\n`),
	},
	{
		mistake: "the body trimmed",
		name: "newline",
		body: '{"a" : 1}\n',
		check: misread((body) => String(body).trim()),
		// OpenFormat itself leaves out what is around the object.
		providers: ["prolific", "spritz", "solvimon"],
	},
	{
		mistake: "the body decoded as Latin-1",
		name: "charset",
		check: misread((body) => body.toString("latin1")),
	},
	{
		mistake: "a byte order mark lost in decoding",
		name: "charset",
		body: '\ufeff{"a":1}',
		check: misread((body) => new TextDecoder().decode(body)),
		providers: ["prolific", "spritz", "solvimon"],
	},
	{
		mistake: "the digest in hex",
		name: "digest-encoding",
		says: "in hex, and it is in base64",
		check: encoded((digest) => digest.toString("hex")),
		providers: ["prolific", "openformat"],
	},
	{
		mistake: "the digest in the other case",
		name: "digest-encoding",
		check: ({ encode }) => ({
			encode(digest) {
				const text = encode(digest);
				return text === text.toUpperCase()
					? text.toLowerCase()
					: text.toUpperCase();
			},
		}),
		providers: ["spritz", "solvimon"],
	},
	{
		mistake: "the digest in base64",
		name: "digest-encoding",
		says: "in base64, and it is in",
		check: encoded((digest) => digest.toString("base64")),
		providers: ["spritz", "solvimon"],
	},
	{
		mistake: "the digest in base64url",
		name: "digest-encoding",
		says: "base64url",
		check: encoded((digest) => digest.toString("base64url")),
	},
	{
		mistake: "the hex digits in base64",
		name: "digest-encoding",
		says: "base64 of its hex digits",
		check: encoded((digest) =>
			Buffer.from(digest.toString("hex")).toString("base64"),
		),
	},
	{
		mistake: "the prefix kept",
		name: "signature-prefix",
		says: '"v1="',
		check: () => ({ read: (value) => [value] }),
		providers: ["solvimon"],
	},
	{
		mistake: "a prefix of GitHub's",
		name: "signature-prefix",
		says: '"sha256="',
		check: () => ({
			read: (value) => [/^sha256=(.*)$/.exec(value)?.[1] ?? ""],
		}),
	},
	{
		mistake: "a newline behind the secret",
		name: "secret-text",
		says: "newline",
		check: withKey((secret) => Buffer.from(`${secret}\n`)),
	},
	{
		mistake: "quotes around the secret",
		name: "secret-text",
		says: "quotes",
		check: withKey((secret) => Buffer.from(`"${secret}"`)),
	},
	{
		mistake: "the secret in upper case",
		name: "secret-text",
		says: "upper case",
		check: withKey((secret) => Buffer.from(secret.toUpperCase())),
	},
	{
		mistake: "the secret's prefix stripped",
		name: "secret-text",
		says: "without its prefix",
		check: withKey((secret) => Buffer.from(secret.slice("whsec_".length))),
		providers: ["spritz"],
	},
	{
		mistake: "the secret decoded from base64",
		name: "secret-decoded",
		says: "from base64",
		check: withKey((secret) => Buffer.from(secret, "base64")),
	},
	{
		mistake: "the secret decoded from base64 behind its prefix",
		name: "secret-decoded",
		says: "behind its prefix",
		check: withKey((secret) =>
			Buffer.from(secret.slice("whsec_".length), "base64"),
		),
		providers: ["spritz"],
	},
	{
		mistake: "the secret decoded from hex",
		name: "secret-decoded",
		says: "from hex",
		check: withKey((secret) => Buffer.from(secret.replaceAll("-", ""), "hex")),
		providers: ["openformat"],
	},
	{
		mistake: "the timestamp left out",
		name: "timestamp",
		says: "leaves the timestamp out",
		check: () => ({ content: (body) => body }),
		providers: timed,
	},
	{
		mistake: "the timestamp in milliseconds",
		name: "timestamp",
		says: "milliseconds",
		check: mistimed((time) => String(epoch(time))),
		providers: timed,
	},
	{
		mistake: "the timestamp in seconds",
		name: "timestamp",
		says: "in seconds",
		check: mistimed((time) => String(epoch(time) / 1000)),
		providers: ["solvimon"],
	},
	{
		mistake: "the timestamp as a date",
		name: "timestamp",
		says: "ISO date",
		check: mistimed((time) => new Date(epoch(time)).toISOString()),
		providers: timed,
	},
	{
		mistake: "the timestamp as a date, of a time within a second",
		name: "timestamp",
		says: "ISO date",
		check: mistimed((time) => new Date(epoch(time)).toISOString()),
		providers: timed,
		within: 250,
	},
	{
		mistake: "a dot behind the timestamp",
		name: "timestamp",
		says: 'puts "." between',
		check: mistimed((time) => `${time}.`),
		providers: ["prolific"],
	},
	{
		mistake: "no dot behind the timestamp",
		name: "timestamp",
		says: 'puts "" between',
		check: () => ({
			content: (body, time) => Buffer.concat([Buffer.from(time), body]),
		}),
		providers: ["solvimon"],
	},
	...[5_000, 600_000].map(
		(later): Wrong => ({
			mistake: `a time of its own, ${later} ms later`,
			name: "timestamp",
			says: "its own time",
			check: mistimed((time) => {
				const own = startOfTest + later;
				return /^\d+$/.test(time)
					? String(own / 1000)
					: new Date(own).toISOString().replace(".000", "");
			}),
			providers: timed,
			later,
		}),
	),
	{
		mistake: "a clock that is elsewhere",
		name: "timestamp-age",
		says: "made at 2026-11-20T10:15:30.000Z, and the receiver's clock shows 2026-11-20T10:25:30.000Z",
		check: () => ({
			isFresh: (time) => startOfTest + 600_000 - epoch(time) < 300_000,
		}),
		providers: timed,
		later: 600_000,
	},
	{
		mistake: "two signatures taken for one",
		name: "one-signature",
		says: "previous secret's",
		check: () => ({
			read: (value) => [value.replace(/^v1=/, "")],
		}),
		providers: ["solvimon"],
		rolled: true,
	},
];

function wrongsOf(provider: string): readonly Wrong[] {
	return wrongs.filter(
		({ providers }) => providers?.includes(provider) ?? true,
	);
}

async function rejectedBy(provider: string, wrong: Partial<Wrong>) {
	const { body = usualBody, later = 0, within = 0, rolled = false } = wrong;
	const right = rightChecks[provider] as Check;
	let secret = "";
	const receiver = receiverThat(
		{ ...right, ...wrong.check?.(right) },
		() => secret,
	);
	const { engine } = await startEngine(provider, {
		...inProcess(receiver).options,
		target: "http://receiver.localhost/hooks",
	});
	onTestFinished(() => engine.close());
	const {
		provider: definition,
		signer,
		context,
		ready,
	} = engine.session(provider);
	ready();
	[secret = ""] = definition.secrets(context);
	if (rolled) engine.rotate(provider, "roll");
	await engine.advance(within);
	const { deliveries } = engine.send(provider, usualEventOf(definition), {
		body: Buffer.from(body),
	});
	await engine.idle();
	const [delivery] = deliveries;
	if (delivery === undefined) throw new Error("nothing was sent");
	return {
		delivery,
		secrets: definition.secrets(context),
		signer,
		now: () => startOfTest + later,
		send: transportTo(receiver)(engine.clock),
	};
}

describe.each(Object.keys(rightChecks))("A receiver of %s", (provider) => {
	it.each(wrongsOf(provider))(
		"that makes one mistake is told which: $mistake",
		async (wrong) => {
			const rejected = await rejectedBy(provider, wrong);

			const { mistakes, text } = await explain(rejected);

			expect(rejected.delivery.attempts[0]?.response?.status).toBe(401);
			expect(mistakes.map(({ name, certain }) => [name, certain])).toEqual([
				[wrong.name, true],
			]);
			expect(mistakes[0]?.sentence).toContain(wrong.says ?? "");
			expect(text).toContain(mistakes[0]?.sentence);
		},
	);

	it("that makes none has nothing to be told", async () => {
		const rejected = await rejectedBy(provider, {});

		const { mistakes, text } = await explain(rejected);

		expect(mistakes).toEqual([]);
		expect(text).toMatch(/was accepted\.$/);
	});
});

describe("A receiver that cannot be asked", () => {
	it.each(wrongsOf("solvimon"))(
		"would be suspected without being asked: $mistake",
		async (wrong) => {
			const { send: _, ...rejected } = await rejectedBy("solvimon", wrong);

			const { mistakes, text } = await explain(rejected);

			const names = mistakes.map(({ name }) => name);
			expect(names).toContain(wrong.name);
			expect(names).toHaveLength(new Set(names).size);
			expect(mistakes.every(({ certain }) => !certain)).toBe(true);
			for (const { sentence } of mistakes) expect(text).toContain(sentence);
		},
	);
});
