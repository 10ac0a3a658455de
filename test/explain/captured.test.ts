import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Captured, readCapture } from "../../src/explain/capture.ts";
import {
	type CaptureGiven,
	explainCaptured,
} from "../../src/explain/captured.ts";
import { fingerprint } from "../../src/fingerprint.ts";
import { presetOf } from "../../src/presets.ts";
import { createSigner } from "../../src/signing/signer.ts";

const body = '{"a": 10.0, "name": "Zo\u00eb"}';
const time = "1795000000";

describe("A capture", () => {
	it.each<[form: string, file: string, text: string]>([
		[
			"raw HTTP",
			"a.http",
			`POST /hooks?a=1 HTTP/1.1\r\nHost: example.com\r\nX-Sig: abc\r\n\r\n${body}`,
		],
		[
			"raw HTTP with line feeds and an editor's last line",
			"a.txt",
			`POST https://example.com/hooks?a=1\nX-Sig: abc\nContent-Length: ${Buffer.byteLength(body)}\n\n${body}\n`,
		],
		[
			"HAR",
			"a.har",
			JSON.stringify({
				log: {
					entries: [
						{ request: { method: "GET" } },
						{
							request: {
								method: "POST",
								url: "https://example.com/hooks?a=1",
								headers: [{ name: "X-Sig", value: "abc" }],
								postData: { text: body },
							},
						},
					],
				},
			}),
		],
		[
			"HAR in base64",
			"a.har",
			JSON.stringify({
				log: {
					entries: [
						{
							request: {
								method: "POST",
								url: "https://example.com/hooks?a=1",
								headers: [{ name: "X-Sig", value: "abc" }],
								postData: {
									text: Buffer.from(body).toString("base64"),
									encoding: "base64",
								},
							},
						},
					],
				},
			}),
		],
		[
			"curl in single quotes",
			"a.curl",
			`curl -sS -X POST 'https://example.com/hooks?a=1' \\\n  -H 'X-Sig: abc' \\\n  --data-raw '${body}'\n`,
		],
		[
			"curl in double quotes",
			"a.curl",
			`curl "https://example.com/hooks?a=1" -H "X-Sig: abc" -o /dev/null --data-binary "${body.replaceAll('"', '\\"')}"`,
		],
		[
			"curl with escapes, as browsers copy it",
			"a.sh",
			`$ curl --url https://example.com/hooks?a=1 -H 'X-Sig: abc' --data-raw $'${body.replace("\u00eb", "\\u00eb")}'`,
		],
	])("is read from %s", (_, file, text) => {
		const read = readCapture(file, Buffer.from(text));

		expect(read.method).toBe("POST");
		expect(read.url).toMatch(/\/hooks\?a=1$/);
		expect(read.headers["X-Sig"]).toBe("abc");
		expect(Buffer.from(read.body).toString()).toBe(body);
	});

	it.each([
		"POST /b HTTP/1.1\r\nX-Sig: b\r\n\r\n{}",
		"### the next\nPOST /b\n",
	])(
		"holds one request: what goes on with %j is refused, with its line",
		(next) => {
			const whole = `{}\r\n\r\n${next}`;
			const file = (headers = "") =>
				Buffer.from(`POST /a HTTP/1.1\r\nX-Sig: a\r\n${headers}\r\n${whole}`);
			const length = Buffer.byteLength(whole);

			expect(() => readCapture("a.http", file())).toThrow(
				/line [67]: another request begins\. Keep the one to explain/,
			);
			expect(() =>
				readCapture("a.http", file("Content-Length: 2\r\n")),
			).toThrow("another request begins");
			const alone = file(`Content-Length: ${length}\r\n`);
			expect(readCapture("a.http", alone).body).toHaveLength(length);
		},
	);

	it("is read from HAR with its time", () => {
		const request = { method: "POST", url: "http://a/" };
		const at = (startedDateTime?: string) =>
			readCapture(
				"a.har",
				Buffer.from(
					JSON.stringify({ log: { entries: [{ request, startedDateTime }] } }),
				),
			).at;

		expect(at("2026-11-21T11:00:00.000+01:00")).toBe(1795255200000);
		expect(at("now")).toBeUndefined();
		expect(at()).toBeUndefined();
	});

	it("is read from curl with a word of many quoted pieces", () => {
		const text = `curl http://a/ -d ${"''b\\c".repeat(200_000)} -H 'A: b'`;
		const read = readCapture("a.curl", Buffer.from(text));

		expect(Buffer.from(read.body).toString()).toBe("bc".repeat(200_000));
		expect(read.headers).toEqual({ A: "b" });
	});

	it.each([
		["a.http", "hello", 'line 1: "hello" is no request line'],
		[
			"a.http",
			"POST / HTTP/1.1\nHost: a\nnonsense\n\n",
			'line 3: "nonsense" is no header',
		],
		["a.http", `POST / HTTP/1.1\n${"A: b\n".repeat(3000)}`, "too many headers"],
		["a.har", "{", "line 1: it is no JSON"],
		["a.har", '{"log":{"entries":[null]}}', "no entry of its log is a POST"],
		[
			"a.har",
			'{"log":{"entries":[{"request":{"method":"POST","url":"http://a/"}},{"request":{"method":"POST","url":"http://b/"}}]}}',
			'its log holds 2 POST requests, the first to "http://a/". Leave in it the one to explain.',
		],
		["a.curl", "curl -H 'A: b'", "the command has no URL"],
		[
			"a.curl",
			"curl http://a/ -d @body.json",
			'the body is in another file, "@body.json"',
		],
		["a.curl", 'curl http://a/ \\\n -d "$(cat body)"', "line 2: "],
		[
			"a.curl",
			"curl http://a/ | sh",
			'"|" is something that a shell would run',
		],
		["a.curl", "curl http://a/ -H", '"-H" has no value'],
		["a.curl", "curl http://a/ -d 'open", "would run or look up"],
	])("is refused with its line: %s of %j", (file, text, says) => {
		expect(() => readCapture(file, Buffer.from(text))).toThrow(says);
	});
});

const stripe = createSigner(presetOf("stripe").signature);
const square = createSigner(presetOf("square").signature);
const secret = "whsec_Zm9v";
const hmac = (content: string, key: string | Buffer = secret) =>
	createHmac("sha256", key).update(content).digest("hex");

function captured(content: string, more: Partial<Captured> = {}): Captured {
	return {
		method: "POST",
		url: "/hooks",
		headers: {
			Host: "example.com",
			"stripe-signature": `t=${time},v1=${hmac(content)}`,
		},
		body: Buffer.from(body),
		...more,
	};
}
function explained(given: Partial<CaptureGiven>) {
	return explainCaptured({
		captured: captured(`${time}.${body}`),
		signer: stripe,
		secrets: [secret],
		now: Number(time) * 1000,
		...given,
	});
}

describe("The signature of a captured request", () => {
	const second = 1000;
	const signed = Number(time) * second;
	const right = `t=${time},v1=${hmac(`${time}.${body}`)}`;
	const dated = (date: string) => ({
		captured: captured("", {
			headers: { Date: date, "Stripe-Signature": right },
		}),
		now: signed + 86_400 * second,
	});

	it.each<[how: string, says: string, given: Partial<CaptureGiven>]>([
		[
			"when it came in time",
			"It was signed 5s before it arrived",
			{ at: signed + 5 * second },
		],
		[
			"when the clocks differ a little",
			"It was signed 5s after it arrived",
			{ at: signed - 5 * second },
		],
		["when it is new", "It was signed 5s ago", { now: signed + 5 * second }],
		[
			"when nothing says when it came",
			"It was signed 2d ago, at 2026-11-18T11:06:40.000Z. A receiver that tolerates 5m has refused it, unless it arrived then: give the time when it arrived with --at.",
			{ now: signed + 2 * 86_400 * second },
		],
		[
			"when its time is yet to come",
			"which is 2d ahead of this machine's clock",
			{ now: signed - 2 * 86_400 * second },
		],
		[
			"by its header Date",
			"It was signed 20s before it arrived",
			dated("Wed, 18 Nov 2026 11:07:00 GMT"),
		],
		[
			"not by a Date before it",
			"It was signed 1d ago",
			dated("Tue, 17 Nov 2026 11:07:00 GMT"),
		],
		[
			"not by a Date that is yet to come",
			"It was signed 1d ago",
			dated("Fri, 20 Nov 2026 11:07:00 GMT"),
		],
		["not by a Date that is none", "It was signed 1d ago", dated("yesterday")],
	])("is right, and its age is told %s", (_, says, given) => {
		const { text, found, mistakes } = explained(given);

		expect(text).toContain(
			"The signature is right, for these bytes and this secret.",
		);
		expect(text).toContain(says);
		expect(mistakes).toEqual([]);
		expect(found).toBe(true);
	});

	it.each<[heading: string, says: string, given: Partial<CaptureGiven>]>([
		[
			"too old",
			"It was signed 10m before it arrived: at 2026-11-18T11:06:40.000Z, and it arrived at 2026-11-18T11:16:40.000Z. A receiver tolerates 5m.",
			{ at: signed + 600 * second },
		],
		[
			"too far ahead",
			"It was signed 10m after it arrived",
			{ at: signed - 600 * second },
		],
		["too old", "before it arrived", dated("Wed, 18 Nov 2026 12:07:00 GMT")],
		[
			"too old",
			"before it arrived",
			{
				captured: { ...captured(`${time}.${body}`), at: signed + 600 * second },
			},
		],
		[
			"too old",
			"before it arrived",
			{ at: signed + 600 * second, expected: hmac(`${time}.${body}`) },
		],
	])("is right, but its timestamp was %s: %s", (heading, says, given) => {
		const { text, mistakes } = explained(given);

		expect(text).toContain(
			`The signature is right, but its timestamp was ${heading}.`,
		);
		expect(mistakes).toMatchObject([{ cause: "timestamp-age", certain: true }]);
		expect(mistakes[0]?.sentence).toContain(says);
	});

	it("is by one of several secrets", () => {
		const { text } = explained({
			secrets: ["other", secret],
			secretNames: ["OTHER", "SECRET"],
		});

		expect(text).toContain(
			`and the secret in SECRET (${fingerprint(secret)}).`,
		);
		expect(text).toContain(
			`It is not by the secret in OTHER (${fingerprint("other")}): a receiver that has that one alone refuses it.`,
		);
	});

	it.each<[cause: string, says: string, given: Partial<CaptureGiven>]>([
		[
			"body-whitespace",
			"the body with a newline behind it",
			{ captured: captured(`${time}.${body}\n`) },
		],
		[
			"secret-text",
			"the secret without its prefix",
			{
				captured: captured("", {
					headers: {
						"Stripe-Signature": `t=${time},v1=${hmac(`${time}.${body}`, secret.slice(6))}`,
					},
				}),
			},
		],
		[
			"secret-decoded",
			"the secret decoded from base64",
			{
				captured: captured("", {
					headers: {
						"Stripe-Signature": `t=${time},v1=${hmac(`${time}.${body}`, Buffer.from("Zm9v", "base64"))}`,
					},
				}),
			},
		],
		[
			"secret-other",
			"the secret of the neighbour",
			{
				captured: captured("", {
					headers: {
						"Stripe-Signature": `t=${time},v1=${hmac(`${time}.${body}`, "other")}`,
					},
				}),
				others: [{ what: "the secret of the neighbour", secret: "other" }],
			},
		],
	])("is right for a %s: %s", (cause, says, given) => {
		const { mistakes, text } = explained(given);

		expect(mistakes.map((each) => each.cause)).toEqual([cause]);
		expect(text).toContain(`The signature is right for ${says}`);
	});

	it.each<[url: string, taken: string, headers?: Captured["headers"]]>([
		["https://example.com/hooks", "http://example.com/hooks"],
		["http://example.com/hooks", "/hooks"],
		[
			"https://example.com:8443/hooks",
			"https://example.com/hooks",
			{ "X-Forwarded-Port": "8443" },
		],
		["https://example.com:443/hooks", "/hooks"],
		["https://example.com/hooks", "https://example.com:8443/hooks"],
		["https://example.com/hooks/", "/hooks"],
		["https://example.com/hooks?a=1", "/hooks/?a=1"],
		["https://example.com/hooks", "/hooks?a=1"],
		[
			"https://shop.test/hooks",
			"http://10.0.0.1:8080/hooks",
			{ "X-Forwarded-Host": "shop.test, proxy", "X-Forwarded-Proto": "https" },
		],
		[
			"https://shop.test/hooks",
			"/hooks",
			{ Forwarded: 'for=1.2.3.4;host="shop.test";proto=https' },
		],
		[
			"https://shop.test/api/hooks",
			"/hooks",
			{ "X-Forwarded-Host": "shop.test", "X-Forwarded-Prefix": "/api" },
		],
	])("is right for the URL %s, and not for %s %j", (url, taken, more) => {
		const signature = createHmac("sha256", secret)
			.update(url + body)
			.digest("base64");
		const given = {
			signer: square,
			captured: captured("", {
				url: taken,
				headers: {
					Host: "example.com",
					...more,
					"x-square-hmacsha256-signature": signature,
				},
			}),
		};

		const { mistakes } = explained(given);
		const named = explained({ ...given, url });

		expect(mistakes).toMatchObject([{ cause: "url-other", certain: true }]);
		expect(mistakes[0]?.sentence).toContain(
			`The signature is right for the URL ${url}, and not for `,
		);
		expect(named.text).toContain(`these bytes, the URL ${url} and this secret`);
	});

	it("is for another URL, which the receiver's code does not hash", () => {
		const [signature, expected] = ["https", "http"].map((protocol) =>
			createHmac("sha256", secret)
				.update(`${protocol}://example.com/hooks${body}`)
				.digest("base64"),
		);

		const { mistakes } = explained({
			signer: square,
			expected,
			captured: captured("", {
				url: "http://example.com/hooks",
				headers: { "x-square-hmacsha256-signature": String(signature) },
			}),
		});

		expect(mistakes).toMatchObject([{ cause: "url-other", certain: true }]);
	});

	it("may be for a URL that nobody can guess", () => {
		const { text, found } = explained({
			signer: square,
			captured: captured("", {
				headers: {
					Host: "example.com",
					"x-square-hmacsha256-signature": Buffer.alloc(32).toString("base64"),
				},
			}),
		});

		expect(text).toContain(
			"Or with another URL: what was tried is https://example.com/hooks. Give the one that is registered at the provider with --registered-url.",
		);
		expect(found).toBe(false);
	});

	it("is of nothing that is known, and then another secret comes first", () => {
		const { text, found } = explained({ secrets: ["another"] });

		expect(text).toMatch(
			/^The signature is not right\. It may be signed with another secret: /,
		);
		expect(text).toContain(fingerprint("another"));
		expect(found).toBe(false);
	});

	it("is in another format than the provider's, whatever the secret", () => {
		const { text, found } = explained({
			captured: captured("", { headers: { "Stripe-Signature": "abc" } }),
		});

		expect(text).toContain("is not in the provider's format");
		expect(text).not.toContain("another secret");
		expect(found).toBe(false);
	});

	it("is not there", () => {
		expect(
			explained({ captured: captured("", { headers: {} }) }).text,
		).toContain("has no header Stripe-Signature");
	});
});

describe("What a receiver's code has computed", () => {
	const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");

	it.each([
		[
			"body-reserialised",
			"JSON.stringify(JSON.parse(body))",
			hmac(`${time}.${JSON.stringify(JSON.parse(body))}`),
		],
		[
			"body-reserialised",
			"JSON.stringify(JSON.parse(body))",
			base64(hmac(`${time}.${JSON.stringify(JSON.parse(body))}`)),
		],
		["content-missing", "body, in place of", hmac(body).toUpperCase()],
		["secret-empty", "an empty key", `v1=${hmac(`${time}.${body}`, "")}`],
		[
			"digest-algorithm",
			"HMAC-SHA-1",
			createHmac("sha1", secret).update(`${time}.${body}`).digest("base64url"),
		],
	])("is of a %s: %s", (cause, says, expected) => {
		const { mistakes } = explained({ expected });

		expect(mistakes.map((each) => each.cause)).toEqual([cause]);
		expect(mistakes[0]?.sentence).toContain(says);
	});

	it.each([
		[
			"is right, and compared wrongly",
			"it is the comparison that fails",
			hmac(`${time}.${body}`),
		],
		[
			"is right in another encoding",
			"writes it otherwise than Stripe-Signature has it",
			base64(hmac(`${time}.${body}`)),
		],
		["is unknown", "none of what localhook knows", hmac("something else")],
	])("%s", (_, says, expected) => {
		expect(explained({ expected }).text).toContain(says);
	});
});
