import { describe, expect, it, onTestFinished } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import { rotate } from "../../src/engine/secrets.ts";
import { minute } from "../support/dispatching.ts";
import { startEngine } from "../support/engine.ts";
import type { ReceivedRequest } from "../support/receiver.ts";
import { openReceiver } from "../support/running-acme.ts";

const day = 24 * 60 * minute;

async function start(
	provider: string,
	options: Parameters<typeof startEngine>[1],
): Promise<Engine> {
	const { engine } = await startEngine(provider, options);
	onTestFinished(() => engine.close());
	return engine;
}

describe("speed", () => {
	it("shortens the five days of failures after which Prolific disables", async () => {
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		const engine = await start("prolific", {
			receiver: receiver.url,
			speed: 1440,
		});
		const fail = async () => {
			const { deliveries } = engine.send("prolific", "study.status.change");
			await engine.idle();
			return deliveries.length;
		};

		expect(await fail()).toBe(1);
		await engine.advance(5 * minute - 1);
		expect(await fail()).toBe(1);
		await engine.advance(1);
		expect(await fail()).toBe(1);
		expect(await fail()).toBe(0);
	});
});

describe("the overlap of two secrets", () => {
	it.each([
		[1, day],
		[60, day / 60],
	])("at speed %d ends with the clock", async (speed, overlap) => {
		const receiver = await openReceiver();
		const engine = await start("solvimon", { receiver: receiver.url, speed });
		const session = engine.session("solvimon");
		session.ready();
		const [before] = session.provider.secrets(session.context);
		const [rolled] = rotate(session, "roll", undefined);
		const send = async () => {
			engine.send("solvimon", "INVOICE.PAID");
			await engine.idle();
			return receiver.requests.at(-1) as ReceivedRequest;
		};
		const fits = (request: ReceivedRequest, secret: string | undefined) =>
			session.signer.verify({ ...request, secrets: [secret as string] }).ok;

		const first = await send();
		await engine.advance(overlap - 1);
		const last = await send();
		await engine.advance(1);
		const after = await send();

		expect(
			[first, last, after].map((request) => [
				fits(request, before),
				fits(request, rolled?.value),
			]),
		).toEqual([
			[true, true],
			[true, true],
			[false, true],
		]);
	});
});
