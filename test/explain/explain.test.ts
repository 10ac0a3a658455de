import { createHmac } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { explainDelivery } from "../../src/engine/explaining.ts";
import { describeDifference } from "../../src/explain/difference.ts";
import { fingerprint } from "../../src/fingerprint.ts";
import { createSigner } from "../../src/signing/signer.ts";
import { startEngine } from "../support/engine.ts";
import { plain } from "../support/providers.ts";
import { startReceiver } from "../support/receiver.ts";
import {
	explainRefusal,
	type Got,
	type Receiver,
	type Reply,
	type Situation,
} from "../support/refused.ts";

const signer = createSigner({ headers: { "X-Signature": "{signatures}" } });
const secrets = ["s3cret"];
const express = (status: number, body: string): Reply => ({
	status,
	headers: { "x-powered-by": "Express", "content-type": "text/html" },
	body,
});

function explainWith(receiver: Receiver, more: Partial<Situation> = {}) {
	return explainRefusal({ signer, secrets, receiver, ...more });
}

/** Whether a signature is right, by what a receiver takes for the body. */
function isRight(
	{ header, body }: Parameters<Receiver>[0],
	misread = (text: string) => text,
	secret = "s3cret",
): boolean {
	const text = misread(String(body));
	const made = createHmac("sha256", secret).update(text).digest("hex");
	return header("x-signature") === made;
}
const withNewline = (text: string) => `${text}\n`;

describe("An explanation of what was not rejected", () => {
	it("says that it was accepted, and loudly so of what is wrong on purpose", async () => {
		const right = await explainWith(() => 200);
		const wrong = await explainWith(() => 200, { delivery: { sign: "none" } });

		expect(right.text).toBe("thing.made (dlv_1) was accepted.");
		expect(wrong.text).toContain(
			'was signed wrongly on purpose, as "none". The receiver has to refuse it.',
		);
	});

	it("says what happened in place of an answer", async () => {
		const { text } = await explainWith(() => "silent");

		expect(text).toBe(
			"The receiver did not answer thing.made (dlv_1): no complete answer.",
		);
	});

	it("says that it has not been attempted yet", async () => {
		const { text } = await explainWith(() => 200, {
			delivery: { attempts: [] },
		});

		expect(text).toBe("thing.made (dlv_1) has not been attempted yet.");
	});
});

describe("An explanation of a delivery that does not verify", () => {
	it.each<[what: string, says: string, more: Partial<Situation>]>([
		[
			"was signed wrongly on purpose",
			'as "stale:10m", and the receiver is right.',
			{ delivery: { sign: "stale:10m" } },
		],
		[
			"is by a secret that has been replaced since",
			"attempt it again, or resend it",
			{ more: { valid: ["another"] } },
		],
		[
			"repeats exactly what a replaced secret signed",
			'resend it with "resign"',
			{ more: { valid: ["another"] }, delivery: { resent: "exact" } },
		],
		[
			"was sent before there was a secret",
			"It has no signature",
			{ more: { valid: [] } },
		],
	])("tells that it %s, without asking", async (_, says, more) => {
		const { mistakes, text, asked } = await explainWith(() => 401, more);

		expect(mistakes).toMatchObject([{ cause: "not-genuine", certain: true }]);
		expect(text).toContain(says);
		expect(asked).toBe(0);
	});
});

describe("An answer that says for itself what is wrong", () => {
	it.each<[cause: string, says: string, reply: Reply]>([
		[
			"route",
			"Express has no such route",
			express(404, "<pre>Cannot POST /hooks</pre>"),
		],
		["route", "Go's ServeMux", { status: 404, body: "404 page not found\n" }],
		[
			"method",
			"allow: GET, HEAD",
			{ status: 405, headers: { allow: "GET, HEAD" } },
		],
		[
			"redirect",
			"a redirect to /login?next=/hooks",
			{ status: 302, headers: { location: "/login?next=/hooks" } },
		],
		["redirect", "a redirect without a Location", { status: 302 }],
		[
			"method",
			"the route takes other methods",
			{ status: 501, body: "Unsupported method ('POST')" },
		],
		[
			"csrf",
			"CSRF token of a form",
			{
				status: 403,
				body: "<h1>Forbidden</h1><p>CSRF verification failed.</p>",
			},
		],
		[
			"csrf",
			"CSRF token of a form",
			{ status: 419, body: "<title>Page Expired</title>" },
		],
		[
			"size",
			"no body as long as this one",
			express(413, "PayloadTooLargeError: request entity too large"),
		],
		["media-type", "does not take this content type", { status: 415 }],
		[
			"credentials",
			'www-authenticate: Basic realm="x"',
			{ status: 401, headers: { "www-authenticate": 'Basic realm="x"' } },
		],
		[
			"limiter",
			"retry-after: 30",
			{ status: 429, headers: { "retry-after": "30" } },
		],
		[
			"host",
			"does not take the Host",
			{ status: 400, body: "DisallowedHost at /hooks" },
		],
	])("is a %s, and nothing is asked: %s", async (cause, says, reply) => {
		const { mistakes, text, asked } = await explainWith(() => reply);

		expect(mistakes).toMatchObject([{ cause, certain: true }]);
		expect(text).toContain(
			`It answered ${reply.status} to POST /hooks?from=test`,
		);
		expect(text).toContain(says);
		expect(asked).toBe(0);
	});

	it("says where the path is changed, in this process and over HTTP", async () => {
		const url = "http://receiver.localhost/hooks";
		const reply = { status: 404, body: "Cannot POST /hooks" };

		const inside = await explainWith(() => reply, {
			url,
			more: { inProcess: true },
		});
		const outside = await explainWith(() => reply);

		expect(inside.text).toContain(
			'set the option "path" to the path of its route',
		);
		expect(outside.text).toContain(
			'change the URL that was registered, https://hooks.example.com/hooks?from=test: in the option "receiver"',
		);
	});

	it("is followed by advice in the language that it gives away", async () => {
		const reject =
			(headers: Record<string, string>) => (got: Parameters<Receiver>[0]) =>
				isRight(got, withNewline) ? 200 : { status: 401, headers };

		const php = await explainWith(reject({ "x-powered-by": "PHP/8.3" }));
		const flask = await explainWith(
			reject({ server: "Werkzeug/3.0 Python/3.12" }),
		);
		const none = await explainWith(reject({ server: "nginx" }));

		expect(php.text).toContain("php://input");
		expect(flask.text).toContain("request.get_data()");
		expect(none.text).toContain("Hash every byte of the body as it came");
		expect(none.text).not.toMatch(/php|express|Flask/);
	});
});

describe("A receiver that is asked", () => {
	it("gets the delivery as it was first, and is found within a few questions", async () => {
		const { requests, asked, mistakes } = await explainWith((got) =>
			isRight(got, (text) => JSON.stringify(JSON.parse(text))) ? 200 : 401,
		);

		expect(requests[1]).toEqual(requests[0]);
		expect(mistakes).toMatchObject([
			{ cause: "body-reserialised", certain: true },
		]);
		expect(asked).toBeLessThan(12);
	});

	it("and accepts what it had rejected makes no mistake with signatures", async () => {
		const statuses = [500, 200];

		const { mistakes, text } = await explainWith(() => statuses.shift() ?? 500);

		expect(mistakes).toEqual([]);
		expect(text).toContain("It is not about the signature");
	});

	it("and rejects whatever comes is told which secret it needs, after 150 questions at most", async () => {
		const { mistakes, text, asked } = await explainWith(() => 401);

		expect(mistakes).toMatchObject([
			{ cause: "secret-other", certain: false, open: true },
			{ cause: "header-name", certain: false, open: true },
			{ cause: "digest-algorithm", certain: false, open: true },
		]);
		expect(text).toContain("It may be one of these:");
		expect(text).toContain("Its own digest has something behind it");
		expect(text).toContain("Compute HMAC-SHA-256.");
		expect(text).toContain(
			"None of the mistakes that localhook knows explains it",
		);
		expect(text).toContain(fingerprint("s3cret"));
		expect(text).not.toContain("s3cret");
		expect(asked).toBeLessThanOrEqual(150);
	});

	it("and answers what nobody signed otherwise has passed the signature", async () => {
		const { mistakes, text, asked } = await explainWith((got) => {
			if (!isRight(got)) return 401;
			throw new TypeError("Cannot read properties of undefined (reading 'id')");
		});

		expect(mistakes).toMatchObject([
			{ cause: "behind-signature", certain: true },
		]);
		expect(text).toContain("TypeError: Cannot read properties of undefined");
		expect(asked).toBeLessThan(7);
	});

	it("and says of the right signature that it is too old is asked about the time", async () => {
		const signer = createSigner({
			headers: { "X-Signature": "{signatures}", "X-Time": "{timestamp}" },
			content: "{timestamp}.{body}",
		});
		const { mistakes } = await explainWith(
			({ header, body, now }) => {
				const content = `${header("x-time")}.${body}`;
				const made = createHmac("sha256", "s3cret").update(content);
				if (header("x-signature") !== made.digest("hex"))
					return { status: 401, body: "Invalid signature" };
				const age = now - 3_600_000 - Number(header("x-time")) * 1000;
				if (Math.abs(age) > 300_000)
					return { status: 401, body: "Signature is too old" };
				return 204;
			},
			{ signer },
		);

		expect(mistakes).toMatchObject([
			{ cause: "timestamp-zone", certain: true },
		]);
	});

	it("and accepts one in four right deliveries by chance is told of its encoding", async () => {
		const signer = createSigner({
			headers: { "X-Signature": "{signatures}", "X-Time": "{timestamp}" },
			content: "{timestamp}.{body}",
			encoding: "base64",
		});
		const made = (time: string, body: string | Buffer) =>
			createHmac("sha256", "s3cret").update(`${time}.${body}`);
		const causes = new Set<string | undefined>();
		for (let second = 0; second < 20; second++) {
			const { mistakes, text } = await explainWith(
				({ header, body }) =>
					header("x-signature").replace("=", "") ===
					made(header("x-time"), body).digest("base64url")
						? 204
						: 401,
				{ signer, at: Date.UTC(2026, 10, 20, 10, 15, second, 400) },
			);
			if (!text.includes("was accepted")) causes.add(mistakes[0]?.cause);
		}

		expect([...causes]).toEqual(["digest-encoding"]);
	});

	it("and makes two of the common mistakes at once is told both", async () => {
		const { mistakes, text } = await explainWith((got) => {
			const content = JSON.stringify(JSON.parse(String(got.body)));
			const made = createHmac("sha256", "").update(content).digest("hex");
			return got.header("x-signature") === made ? 204 : 401;
		});

		expect(mistakes).toMatchObject([
			{ cause: "body-reserialised", certain: true },
			{ cause: "secret-empty", certain: true },
		]);
		expect(text).toContain("It makes two mistakes:");
	});

	it("and has a key that HMAC hashes first is told of the key, and not of its digest", async () => {
		const { scheme, secret } = {
			scheme: {
				headers: { "X-Signature": "{signatures}" },
				key: { encoding: "base64" },
			},
			secret: Buffer.alloc(60, "k").toString("base64"),
		} as const;
		const { mistakes } = await explainWith(
			(got) => {
				const made = createHmac("sha256", secret).update(got.body);
				return got.header("x-signature") === made.digest("hex") ? 204 : 401;
			},
			{ signer: createSigner(scheme), secrets: [secret] },
		);

		expect(mistakes).toMatchObject([
			{ cause: "secret-not-decoded", certain: true },
		]);
	});

	it("and parses the body's base64 once it is verified is asked with one that is JSON", async () => {
		const { mistakes } = await explainWith((got) => {
			const text = Buffer.from(got.body).toString("base64");
			const made = createHmac("sha256", "s3cret").update(text).digest("hex");
			if (got.header("x-signature") !== made) return 400;
			try {
				JSON.parse(text);
			} catch {
				return 400;
			}
			return 200;
		});

		expect(mistakes).toMatchObject([{ cause: "body-text", certain: true }]);
	});

	it.each<[causes: string, what: string, reply: Reply]>([
		["csrf", "403 to a GET too", { status: 403, body: "Forbidden" }],
		[
			"secret-other, body-lost, header-name, digest-algorithm",
			"as Nest does",
			{ status: 401, body: '{"message":"Unauthorized","statusCode":401}' },
		],
		[
			"secret-other, header-name, digest-algorithm",
			"the same without a signature",
			{ status: 401 },
		],
	])("and refuses all may be a case of %s: %s", async (causes, _, reply) => {
		const { mistakes } = await explainWith(() => reply);

		expect(mistakes.map(({ cause }) => cause).join(", ")).toBe(causes);
		expect(mistakes.some(({ certain }) => certain)).toBe(false);
	});

	it("and has another secret is told of the secret first, even when the questions have run out", async () => {
		const { mistakes, asked, text } = await explainWith(
			(got) => (isRight(got, undefined, "another") ? 200 : 401),
			{ more: { most: 20 } },
		);

		expect(text).toContain("No more than 20 requests are sent.");
		expect(asked).toBeLessThanOrEqual(20);
		expect(mistakes[0]).toMatchObject({ cause: "secret-other", open: true });
	});

	it("and ends at a body that is no JSON is asked everything else first", async () => {
		const { mistakes } = await explainWith(({ header, body }) => {
			if (!/^\s*[{[]/.test(String(body))) return "gone";
			const made = createHmac("sha256", "s3cret").update(body);
			return header("x-signature") === made.digest("base64") ? 200 : 401;
		});

		expect(mistakes).toMatchObject([
			{ cause: "digest-encoding", certain: true },
		]);
	});

	it("and accepts one body by chance, signed in a way that is not its own, is asked on", async () => {
		const rewritten = (text: string) => JSON.stringify(JSON.parse(text));
		let chance = 1;
		const { mistakes } = await explainWith((got) =>
			isRight(got, withNewline) || (isRight(got, rewritten) && chance-- > 0)
				? 200
				: 401,
		);

		expect(mistakes).toMatchObject([
			{ cause: "body-whitespace", certain: true },
		]);
	});

	it("and tells that the header is there is not said to look elsewhere", async () => {
		const { mistakes, text } = await explainWith(({ header }) =>
			header("x-signature") === ""
				? { status: 401, body: "No signature" }
				: { status: 401, body: "Wrong signature" },
		);

		expect(mistakes).toMatchObject([
			{ cause: "secret-other", open: true },
			{ cause: "digest-algorithm", open: true },
		]);
		expect(text).toContain(fingerprint("s3cret"));
	});

	it("and refuses the right signature alone does not verify", async () => {
		const { mistakes } = await explainWith((got) => (isRight(got) ? 401 : 200));

		expect(mistakes).toMatchObject([{ cause: "not-verified", certain: true }]);
	});

	it("and fails with 500 for each wrong signature is asked all the same", async () => {
		const { mistakes } = await explainWith((got) => {
			if (!isRight(got, withNewline))
				throw new RangeError("Input buffers must have the same byte length");
			return 200;
		});

		expect(mistakes).toMatchObject([
			{ cause: "body-whitespace", certain: true },
		]);
	});

	it("and answers a wrong signature with 404 is not said to have no route", async () => {
		const { mistakes } = await explainWith((got) => {
			if (got.method === "GET") return 405;
			return isRight(got, withNewline) ? 200 : 404;
		});

		expect(mistakes).toMatchObject([
			{ cause: "body-whitespace", certain: true },
		]);
	});

	it.each<[cause: string, most: number, reply: Reply]>([
		["route", 6, { status: 404, body: "Not found" }],
		["gateway", 6, { status: 502, body: "Bad gateway" }],
		["schema", 7, { status: 422, body: '{"loc":["body","id"]}' }],
		["parser", 7, { status: 400, body: "Unexpected token o in JSON" }],
		["crash", 13, { status: 500, body: "TypeError: x is undefined" }],
		["csrf", 35, { status: 403, body: "Forbidden" }],
	])(
		"and says %s for itself, to whatever it gets, is asked %i times at most",
		async (cause, most, reply) => {
			const { mistakes, asked } = await explainWith(() => reply);

			expect(mistakes).toMatchObject([{ cause }]);
			expect(asked).toBeLessThanOrEqual(most);
		},
	);

	it.each<[cause: string, reply: Reply, isRightly: (got: Got) => boolean]>([
		[
			"signature-prefix",
			{ status: 500, body: "TypeError: Cannot read properties of undefined" },
			({ header, body }) =>
				header("x-signature") ===
				`sha256=${createHmac("sha256", "s3cret").update(body).digest("hex")}`,
		],
		[
			"body-whitespace",
			{ status: 403, body: "Forbidden" },
			(got) => isRight(got, withNewline),
		],
		[
			"body-whitespace",
			{ status: 500, body: "Error: Invalid signature" },
			(got) => isRight(got, withNewline),
		],
	])(
		"and makes the mistake %s is asked behind %o",
		async (cause, reply, isRightly) => {
			const { mistakes } = await explainWith((got) =>
				isRightly(got) ? 200 : reply,
			);

			expect(mistakes).toMatchObject([{ cause, certain: true }]);
		},
	);

	it("and repeats what it got in its page is understood", async () => {
		const { mistakes } = await explainWith((got) =>
			isRight(got, withNewline)
				? 200
				: {
						status: 403,
						body: `request ${got.now}: bad signature ${got.header("x-signature")}`,
					},
		);

		expect(mistakes).toMatchObject([
			{ cause: "body-whitespace", certain: true },
		]);
	});

	it("of a body with which two mistakes come to the same is asked with another one", async () => {
		const { mistakes } = await explainWith(
			(got) => (isRight(got, (text) => text.trim()) ? 200 : 401),
			{ body: '{"a":1}\n' },
		);

		expect(mistakes).toMatchObject([
			{ cause: "body-whitespace", certain: true },
		]);
	});
});

describe("A receiver that defends itself", () => {
	it("and locks out after some wrong signatures is left alone", async () => {
		let wrong = 0;

		const { mistakes, text, asked } = await explainWith((got) => {
			if (wrong >= 14) return { status: 403, body: "locked" };
			if (isRight(got, (body) => `${body}?`)) return 200;
			wrong++;
			return 401;
		});

		expect(mistakes).toMatchObject([{ cause: "lock-out" }]);
		expect(text).toContain(
			"it answers 403 to what it answered otherwise before",
		);
		expect(asked).toBeLessThan(25);
	});

	it("and takes a right delivery after a while is asked no more", async () => {
		let count = 0;

		const { text, asked } = await explainWith((got) =>
			++count > 14 && isRight(got, (body) => body) ? 200 : 401,
		);

		expect(text).toContain("It refused a right delivery at first");
		expect(asked).toBeLessThan(30);
	});

	it("and asks for patience gets it", async () => {
		let window = 0;
		let count = 0;

		const { mistakes } = await explainWith((got) => {
			if (Math.floor(got.now / 2000) !== window) {
				window = Math.floor(got.now / 2000);
				count = 0;
			}
			if (++count > 9) return { status: 429, headers: { "retry-after": "2" } };
			return isRight(got, withNewline) ? 200 : 401;
		});

		expect(mistakes).toMatchObject([
			{ cause: "body-whitespace", certain: true },
		]);
	});

	it("and asks for more patience than there is says so", async () => {
		let count = 0;

		const { mistakes, text } = await explainWith(() =>
			++count > 8 ? { status: 429, headers: { "retry-after": "900" } } : 401,
		);

		expect(mistakes).toMatchObject([{ cause: "limiter" }]);
		expect(text).toContain("asks to wait for 900 s");
	});

	it.each([
		["dies", "reset"],
		["hangs", "silent"],
	] as const)("and %s is named, and not asked any more", async (_, end) => {
		let count = 0;

		const { mistakes, text, asked } = await explainWith(() =>
			++count > 9 ? end : 401,
		);

		expect(mistakes).toMatchObject([{ cause: "crash" }]);
		expect(text).toContain("It does not answer any more after");
		expect(asked).toBeLessThan(13);
	});

	it.each([1, 2, 4, 5, 30])(
		"and is gone after %i requests is not asked on",
		async (most) => {
			let count = 0;
			const { mistakes, asked } = await explainWith(() =>
				count++ < most ? 401 : "gone",
			);

			expect(mistakes).toMatchObject([{ cause: "crash" }]);
			expect(asked).toBe(most);
		},
	);

	it("and resets the connection at a form that it cannot read goes on", async () => {
		const { mistakes } = await explainWith((got) => {
			if (!/^[0-9a-f]{64}$/.test(got.header("x-signature"))) return "reset";
			return isRight(got, withNewline) ? 200 : 401;
		});

		expect(mistakes).toMatchObject([
			{ cause: "body-whitespace", certain: true },
		]);
	});
});

describe("A receiver behind a URL", () => {
	it("is asked over its sockets", async () => {
		const receiver = await startReceiver();
		onTestFinished(() => receiver.close());
		const { engine } = await startEngine(plain.id, { receiver: receiver.url });
		onTestFinished(() => engine.close());
		const { provider, context, ready } = engine.session(plain.id);
		ready();
		const [secret = ""] = provider.secrets(context);
		receiver.answer(({ headers, body }) => {
			const made = createHmac("sha256", secret).update(body).digest("base64");
			return { status: headers.signature === made ? 200 : 401 };
		});
		const { deliveries } = engine.send(plain.id, plain.event);
		await engine.idle();
		const [delivery] = deliveries;
		if (delivery === undefined) throw new Error("nothing was sent");

		const { mistakes, asked } = await explainDelivery(engine, delivery);

		expect(mistakes).toMatchObject([
			{ cause: "digest-encoding", certain: true },
		]);
		expect(receiver.requests).toHaveLength(asked + 1);
		expect(delivery.attempts).toHaveLength(1);
	});

	it("is told of the secret that has been replaced", async () => {
		const receiver = await startReceiver();
		onTestFinished(() => receiver.close());
		const { engine } = await startEngine(plain.id, { receiver: receiver.url });
		onTestFinished(() => engine.close());
		const { provider, context, ready } = engine.session(plain.id);
		ready();
		const [old = ""] = provider.secrets(context);
		engine.rotate(plain.id, "replace");
		receiver.answer(({ headers, body }) => {
			const made = createHmac("sha256", old).update(body).digest("hex");
			return { status: headers.signature === made ? 200 : 401 };
		});
		const { deliveries } = engine.send(plain.id, plain.event);
		await engine.idle();
		const [delivery] = deliveries;
		if (delivery === undefined) throw new Error("nothing was sent");

		const { text } = await explainDelivery(engine, delivery);

		expect(text).toContain(
			"The receiver uses a secret that has been replaced since",
		);
	});
});

describe("The first difference of two bodies", () => {
	it.each([
		['{"amt":10.0}', '{"amt":10}', '"10.0" becomes "10" at byte 9'],
		['{"e":1e2}', '{"e":100}', '"1e2" becomes "100" at byte 6'],
		[
			'{"n":12345678901234567890}',
			'{"n":12345678901234567000}',
			'"345678901234567890" becomes "345678901234567000" at byte 22',
		],
		['{"a": 1}', '{"a":1}', `'": 1}' becomes '":1}' at byte 5`],
		['{"u":"\\u00e9"}', '{"u":"é"}', `'"\\u00e9"' becomes '"é"' at byte 6`],
		['{"a":1}\n', '{"a":1}', '"1}\\n" becomes "1}" at byte 7'],
		['1700.{"a":1}', "1700.[obj]", `'0.{"a":1' becomes "0.[obj]" at byte 5`],
		['1700{"a":1}', "1700", `'00{"a":1' becomes "00" at byte 4`],
		["", '{"a":1}', `"" becomes '{"a":1' at byte 0`],
	])("of %s and %s is shown in its words", (one, other, shown) => {
		expect(describeDifference(Buffer.from(one), Buffer.from(other))).toBe(
			shown,
		);
	});
});
