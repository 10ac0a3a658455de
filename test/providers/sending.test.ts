import { describe, expect, it, onTestFinished } from "vitest";
import type { EventRequest } from "../../src/engine/composer.ts";
import { heldSecrets } from "../../src/engine/secrets.ts";
import { callerOf, startEngine } from "../support/engine.ts";
import { openReceiver } from "../support/running-acme.ts";

async function start(provider: string) {
	const receiver = await openReceiver();
	const { engine } = await startEngine(provider, { receiver: receiver.url });
	onTestFinished(() => engine.close());
	engine.session(provider).ready();
	return { engine, receiver };
}

describe("values that are set", () => {
	const assigned = async (
		provider: string,
		type: string,
		set: EventRequest["set"],
	) => {
		const { engine } = await start(provider);
		return engine.send(provider, type, { set }).event.payload;
	};

	it("are typed after the document", async () => {
		expect(
			await assigned("spritz", "achDebit.authorized", {
				sequence: "12",
				"deposit.destinationAddressDisplay": "12",
				"deposit.principalAmountUsd": "7",
				achReturn: "null",
			}),
		).toMatchObject({
			sequence: 12,
			deposit: { destinationAddressDisplay: "12", principalAmountUsd: "7" },
			achReturn: null,
		});
	});

	it("are typed after the body where the document says nothing", async () => {
		expect(
			await assigned("solvimon", "INVOICE.PAID", {
				"data.paid": "false",
				"data.invoice_number": "2026",
				"data.open_invoice_amount.quantity": "1.5",
			}),
		).toMatchObject({
			data: {
				paid: false,
				invoice_number: "2026",
				open_invoice_amount: { quantity: "1.5", currency: "EUR" },
			},
		});
	});

	it("are what the provider derives the rest of the body from", async () => {
		const { engine } = await start("spritz");
		const emit = (set?: Record<string, string>) =>
			engine.send("spritz", "achDebit.authorized", { set }).event.payload;

		const one = emit({ id: "dep_1", sequence: "10" });
		const next = emit({ "deposit.id": "dep_1" });
		const other = emit({ id: "dep_2", "deposit.id": "dep_3" });

		expect(one).toMatchObject({
			id: "dep_1",
			deposit: { id: "dep_1" },
			sequence: 10,
		});
		expect(next).toMatchObject({ id: "dep_1", sequence: 11 });
		expect(other).toMatchObject({ id: "dep_2", deposit: { id: "dep_3" } });
	});

	it("refuses a path beside those of the fixture where the document leaves open what may be there", async () => {
		const { engine } = await start("solvimon");
		const emit = (set: Record<string, string>) =>
			engine.send("solvimon", "CUSTOMER.CREATED", { set });

		expect(() => emit({ "data.emial": "a@b.example" })).toThrow(
			/^Failed to set "data\.emial": there is no "emial" below data\. Did you mean "email"\? There is .*reference/,
		);
		const { event } = emit({ "data.email": "a@b.example" });
		expect(event.payload.data).toMatchObject({ email: "a@b.example" });
	});
});

describe("a preview", () => {
	it("shows the number that the sequence has come to", async () => {
		const { engine } = await start("spritz");
		const type = "achDebit.authorized";
		engine.send("spritz", type);

		const [shown] = engine.preview("spritz", type);

		const body = Buffer.from(shown?.body ?? []).toString();
		expect(JSON.parse(body).sequence).toBe(2);
	});
});

describe("signing wrongly", () => {
	it("with the secret that OpenFormat's own call replaced", async () => {
		const { engine, receiver } = await start("openformat");
		const call = callerOf(engine, "openformat", {
			"x-api-key": "12345678",
		});
		const session = engine.session("openformat");
		const secrets = () => heldSecrets(session).map(({ value }) => value);
		const [before] = secrets();
		await call("POST", "/v1/webhook/secret");

		engine.send("openformat", "transaction", { sign: "previous-secret" });
		await engine.idle();

		expect(secrets()).not.toContain(before);
		const [request = expect.fail()] = receiver.requests;
		expect(
			session.signer.verify({ ...request, secrets: [before as string] }),
		).toEqual({ ok: true });
	});
});
