import { describe, expect, it, onTestFinished } from "vitest";
import type { Delivery } from "../../src/contract/records.ts";
import { describeDifference } from "../../src/explain/body-misreadings.ts";
import { explain } from "../../src/explain/explain.ts";
import type { FetchHandler } from "../../src/receivers/receiver.ts";
import { transportTo } from "../../src/receivers/transport-to.ts";
import { acmeSigner, startAcme } from "../support/acme.ts";
import { startEngine, startOfTest } from "../support/engine.ts";
import { inProcess } from "../support/ways-to-receive.ts";

const signer = acmeSigner;
const secrets = ["s3cret"];
const now = () => startOfTest;
const answer = (status: number) => new Response(null, { status });
const reject = () => answer(401);

async function start(receiver: FetchHandler = reject) {
	const { engine, hook } = await startAcme(
		{ policy: { timeout: 30 } },
		inProcess(receiver).options,
	);
	hook("h1", "https://hooks.example.com/hooks");
	async function deliver(
		request: Parameters<typeof engine.send>[2] = {},
	): Promise<Delivery> {
		const { deliveries } = engine.send("acme", "thing.made", request);
		await engine.idle();
		return deliveries[0] as Delivery;
	}
	return {
		engine,
		hook,
		deliver,
		send: transportTo(receiver)(engine.clock),
	};
}

describe("An explanation of what was not rejected", () => {
	it("says that it was accepted", async () => {
		const { deliver } = await start(() => answer(200));
		const delivery = await deliver();

		expect(await explain({ delivery, secrets, now, signer })).toEqual({
			mistakes: [],
			text: `thing.made (${delivery.id}) was accepted.`,
		});
	});

	it("says what happened in place of an answer", async () => {
		const { deliver } = await start(() => new Promise<Response>(() => {}));
		const delivery = await deliver();

		const { text } = await explain({ delivery, secrets, now, signer });

		expect(text).toBe(
			`The receiver did not answer thing.made (${delivery.id}): no complete answer within 30ms.`,
		);
	});

	it("says that it has not been attempted yet", async () => {
		const { engine } = await start();
		const { deliveries } = engine.send("acme", "thing.made");
		const [delivery] = deliveries as [Delivery];

		const { text } = await explain({ delivery, secrets, now, signer });

		expect(text).toBe(
			`thing.made (${delivery.id}) has not been attempted yet.`,
		);
	});
});

describe("An explanation of a delivery that does not verify", () => {
	it.each(["wrong-secret", "stale:10m", "none"])(
		"tells of sign: %s",
		async (sign) => {
			const { deliver } = await start();
			const delivery = await deliver({ sign });

			const { mistakes, text } = await explain({
				delivery,
				secrets,
				now,
				signer,
			});

			expect(mistakes).toMatchObject([{ name: "not-genuine", certain: true }]);
			expect(text).toContain(
				`It was signed wrongly on purpose, as "${sign}", and the receiver is right.`,
			);
		},
	);

	it("tells of a secret that has been replaced since", async () => {
		const { deliver } = await start();
		const delivery = await deliver();

		const { mistakes, text } = await explain({
			delivery,
			secrets: ["another"],
			now,
			signer,
		});

		expect(mistakes).toMatchObject([{ name: "not-genuine", certain: true }]);
		expect(text).toContain("attempt it again, or resend it");
	});

	it("tells of an exact repetition by a secret that has been replaced", async () => {
		const { engine, deliver } = await start();
		const { id } = await deliver();
		const delivery = engine.resend(id, "exact");
		await engine.idle();

		const { text } = await explain({
			delivery,
			secrets: ["other"],
			now,
			signer,
		});

		expect(text).toContain('resend it with "resign"');
	});

	it("tells that the provider has no secret", async () => {
		const { deliver, hook } = await start();
		hook("h1", "https://hooks.example.com/hooks", { secrets: [] });
		const delivery = await deliver();

		const { text } = await explain({ delivery, secrets: [], now, signer });

		expect(text).toContain("It has no signature");
	});
});

describe("A receiver that is asked", () => {
	it("gets the delivery as it was first, and nothing once it has accepted", async () => {
		const signatures: (string | null)[] = [];
		const { deliver, send } = await start(({ headers }) => {
			signatures.push(headers.get("x-signature"));
			return answer(signatures.length === 4 ? 200 : 401);
		});
		const delivery = await deliver();

		const { mistakes } = await explain({
			delivery,
			secrets,
			now,
			signer,
			send,
		});

		expect(mistakes).toHaveLength(1);
		expect(signatures[1]).toBe(signatures[0]);
		expect(new Set(signatures).size).toBe(3);
		expect(signatures).toHaveLength(4);
	});

	it("and accepts what it had rejected makes no mistake with signatures", async () => {
		const statuses = [500, 200];
		const { deliver, send } = await start(() =>
			answer(statuses.shift() ?? 500),
		);
		const delivery = await deliver();

		const { mistakes, text } = await explain({
			delivery,
			secrets,
			now,
			signer,
			send,
		});

		expect(mistakes).toEqual([]);
		expect(text).toContain("It is not about the signature");
	});

	it("and rejects whatever comes makes none of the usual mistakes", async () => {
		const { deliver, send } = await start();
		const delivery = await deliver();

		const { mistakes, text } = await explain({
			delivery,
			secrets,
			now,
			signer,
			send,
		});

		expect(mistakes).toEqual([]);
		expect(text).toContain("None of the usual mistakes explains it");
	});

	it("of a body with which two mistakes come to the same is told of both", async () => {
		const { deliver, send } = await start(async (request) => {
			const raw = await request.text();
			const { headers } = request;
			const verdict = signer.verify({
				headers: Object.fromEntries(headers),
				body: Buffer.from(raw.trim()),
				secrets,
			});
			return answer(verdict.ok ? 200 : 401);
		});
		const delivery = await deliver({ body: Buffer.from('{"a":1}\n') });

		const { mistakes, text } = await explain({
			delivery,
			secrets,
			now,
			signer,
			send,
		});

		expect(mistakes.map(({ name, certain }) => [name, certain])).toEqual([
			["reserialised-json", false],
			["newline", false],
		]);
		expect(text).toContain("It is one of these:\n- The receiver hashes JSON");
	});
});

describe("A receiver that is not asked", () => {
	it("is not suspected of what would do no harm to this delivery", async () => {
		const { deliver } = await start();
		const delivery = await deliver({
			body: Buffer.from('{"amount":10,"name":"Zoe"}'),
		});

		const { mistakes } = await explain({ delivery, secrets, signer, now });

		const [first] = mistakes;
		expect(first).toMatchObject({ name: "reserialised-json" });
		expect(first?.sentence).toContain("json.dumps");
		expect(first?.sentence).not.toContain("JSON.stringify");
		const names = mistakes.map(({ name }) => name);
		expect(names).not.toContain("charset");
		expect(names).not.toContain("timestamp-age");
		expect(names).not.toContain("one-signature");
	});

	it("is not suspected of writing anew what is no JSON", async () => {
		const { deliver } = await start();
		const delivery = await deliver({ body: Buffer.from([0xff, 0xfe, 0x7b]) });

		const { mistakes } = await explain({ delivery, secrets, now, signer });

		const names = mistakes.map(({ name }) => name);
		expect(names).not.toContain("reserialised-json");
		expect(names).toContain("charset");
	});

	it.each(["sha256-secret-body", "sha256-body-secret"])(
		"is suspected of what is left where the signature is a %s",
		async (formula) => {
			const { mistakes } = await suspected(formula);

			const names = mistakes.map(({ name }) => name);
			expect(names).toContain("secret-text");
			expect(names).not.toContain("digest-encoding");
		},
	);
});

describe("A receiver that takes the text of a secret for its key", () => {
	it("is named", async () => {
		const { mistakes } = await suspected("hmac-bytes-key");

		expect(mistakes).toContainEqual({
			name: "secret-not-decoded",
			sentence:
				"The receiver takes the text of the secret for the key. Decode the secret first, without its prefix.",
			certain: false,
		});
	});
});

/** What a receiver is suspected of that rejects a delivery of OpenFormat's, signed by a formula. */
async function suspected(formula: string) {
	const { engine } = await startEngine("openformat", {
		options: { formula },
		...inProcess(reject).options,
		target: "http://receiver.localhost/hooks",
	});
	onTestFinished(() => engine.close());
	const { deliveries } = engine.send("openformat", "transaction");
	await engine.idle();
	const session = engine.session("openformat");

	return explain({
		delivery: deliveries[0] as Delivery,
		secrets: session.provider.secrets(session.context),
		signer: session.signer,
		now,
	});
}

describe("The first difference of two bodies", () => {
	it.each([
		['{"amt":10.0}', '{"amt":10}', '"10.0" becomes "10" at byte 9'],
		['{"e":1e2}', '{"e":100}', '"1e2" becomes "100" at byte 6'],
		[
			'{"n":12345678901234567890}',
			'{"n":12345678901234567000}',
			'"345678901234567890" becomes "345678901234567000" at byte 22',
		],
		['{"a": 1}', '{"a":1}', '"\\": 1}" becomes "\\":1}" at byte 5'],
		[
			'{"u":"\\u00e9"}',
			'{"u":"é"}',
			'"\\"\\\\u00e9\\"" becomes "\\"é\\"" at byte 6',
		],
		['{"a":1}\n', '{"a":1}', '"1}\\n" becomes "1}" at byte 7'],
		["", '{"a":1}', '"" becomes "{\\"a\\":1" at byte 0'],
	])("of %s and %s is shown in its words", (one, other, shown) => {
		expect(describeDifference(Buffer.from(one), Buffer.from(other))).toBe(
			shown,
		);
	});
});

describe("An explanation of a receiver that was called where it has no route", () => {
	const own = "http://receiver.localhost/webhooks/acme";
	const registered = "https://hooks.example.com/hooks?a=b";
	const setPath = 'set the option "path" to the path of its route';

	it.each([
		[
			"404",
			{ url: own },
			"It answered POST /webhooks/acme with 404, as a receiver without such a route does.",
			setPath,
		],
		["405", { url: own, status: 405 }, "Providers send POST", setPath],
		[
			"404 at a URL that the application registered",
			{ url: registered },
			"It answered POST /hooks?a=b with 404",
			`register the URL of its route: localhook calls a receiver in this process with the path of the registered URL, ${registered}`,
		],
		[
			"404 over HTTP",
			{ url: registered, overHttp: true },
			"It answered POST /hooks?a=b with 404",
			`change the URL that was registered, ${registered}: in the option "receiver", in --receiver`,
		],
		[
			"a redirect",
			{ url: own, status: 308, location: "/webhooks/acme/" },
			"with 308 and a redirect to /webhooks/acme/. Providers do not follow redirects",
			setPath,
		],
		["404 to a wrong signature", { url: own, sign: "none" }, "404", setPath],
	])(
		"names the method, the path and what changes it: %s",
		async (_, called, said, change) => {
			const {
				url,
				status = 404,
				location,
				overHttp = false,
				sign,
			} = called as {
				url: string;
				status?: number;
				location?: string;
				overHttp?: boolean;
				sign?: string;
			};
			const { hook, deliver, send } = await start(
				() =>
					new Response("Cannot POST", {
						status,
						headers: location === undefined ? {} : { location },
					}),
			);
			hook("h1", url);
			const delivery = await deliver({ sign });

			const asked = overHttp ? {} : { send };
			const explained = await explain({
				delivery,
				secrets,
				now,
				signer,
				...asked,
			});

			expect(explained.mistakes).toMatchObject([{ name: "route" }]);
			expect(explained.text).toContain(
				`The receiver rejected thing.made (${delivery.id}). `,
			);
			expect(explained.text).toContain(said);
			expect(explained.text).toContain(change);
		},
	);

	it("finds the mistake of one that answers a wrong signature with 404", async () => {
		const { deliver, send } = await start(async (request) => {
			const { ok } = signer.verify({
				headers: Object.fromEntries(request.headers),
				body: Buffer.from((await request.text()).trim()),
				secrets,
			});
			return answer(ok ? 200 : 404);
		});
		const delivery = await deliver({ body: Buffer.from('{"a":1}\n') });

		const { mistakes } = await explain({
			delivery,
			secrets,
			now,
			signer,
			send,
		});

		expect(mistakes.map(({ name }) => name)).toContain("newline");
	});
});
