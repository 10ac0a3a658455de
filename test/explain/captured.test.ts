import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Captured, readCapture } from "../../src/explain/capture.ts";
import {
	type CaptureGiven,
	explainCaptured,
} from "../../src/explain/captured.ts";
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
		...given,
	});
}

describe("The signature of a captured request", () => {
	it("is right, and its age is told", () => {
		const { text, found } = explained({ at: Number(time) * 1000 + 600_000 });

		expect(text).toContain(
			"The signature is right, for these bytes and this secret. It was signed 10m before that time: a receiver that tolerates five minutes refuses it.",
		);
		expect(explained({ at: Number(time) * 1000 + 5000 }).text).toContain(
			"It was signed 5s before that time. If",
		);
		expect(found).toBe(true);
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

	it("is right for another time than the one that is shown", () => {
		const { text } = explained({
			captured: captured(`${Number(time) - 90}.${body}`, {
				headers: {
					"Stripe-Signature": `t=${time},v1=${hmac(`${Number(time) - 90}.${body}`)}`,
				},
			}),
		});

		expect(text).toContain("it was signed at 2026-11-18T11:05:10.000Z");
	});

	it("is right for another URL than the one that was called", () => {
		const signature = createHmac("sha256", secret)
			.update(`https://example.com/hooks${body}`)
			.digest("base64");

		const { mistakes } = explained({
			signer: square,
			captured: captured("", {
				url: "http://example.com/hooks",
				headers: { "x-square-hmacsha256-signature": signature },
			}),
		});

		expect(mistakes).toMatchObject([{ cause: "url-other", certain: true }]);
		expect(mistakes[0]?.sentence).toContain("https in place of http");
	});

	it("is of nothing that is known", () => {
		const { text, found } = explained({ secrets: ["another"] });

		expect(text).toContain(
			"It is by another secret, or the body is not what was sent",
		);
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
