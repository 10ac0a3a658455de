import { describe, expect, it, onTestFinished } from "vitest";
import { builtInIds, installedOf } from "../src/catalog.ts";
import type { OptionSpec } from "../src/contract/fidelity.ts";
import type { Delivery } from "../src/contract/records.ts";
import { latestTime } from "../src/delivery/clock.ts";
import type { Engine } from "../src/engine/engine.ts";
import { resolveOptions } from "../src/engine/options.ts";
import {
	emit,
	minute,
	names,
	ordered,
	retrying,
	second,
	states,
	times,
} from "./support/dispatching.ts";
import { defaultEventOf, startEngine, startOfTest } from "./support/engine.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";

const hour = 60 * minute;
const day = 24 * hour;

async function start(
	provider: string,
	options: Parameters<typeof startEngine>[1] = {},
): Promise<Engine> {
	const { engine } = await startEngine(provider, options);
	onTestFinished(() => engine.close());
	return engine;
}

describe("advancing the clock", () => {
	it("makes every attempt that falls due, and says how many", async () => {
		const { engine, hook } = await startAcme(retrying(second, minute, hour));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		await emit(engine, "a");

		expect(await engine.time.advance(2 * minute)).toEqual({
			now: startOfTest + 2 * minute,
			attempts: 2,
			pending: 1,
		});
		expect(await engine.time.advance(2 * hour)).toEqual({
			now: startOfTest + 2 * minute + 2 * hour,
			attempts: 1,
			pending: 0,
		});
		expect(receiver.requests).toHaveLength(4);
	});

	it("does one turn after the other when two are asked for at once", async () => {
		const { engine, hook } = await startAcme(retrying(minute, minute, minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		const [delivery] = await emit(engine, "a");

		const turns = await Promise.all([
			engine.time.advance(1.5 * minute),
			engine.time.next(),
			engine.time.advance(minute),
		]);

		expect(turns.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
		expect(times(delivery as Delivery)).toEqual(
			[0, 1, 2, 3].map((n) => n * minute),
		);
		expect(engine.clock.now()).toBe(startOfTest + 3 * minute);
	});

	it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])(
		"refuses %d milliseconds, and the clock still goes",
		async (by) => {
			const { engine } = await startAcme();

			await expect(engine.advance(by)).rejects.toMatchObject({
				code: "invalid-duration",
			});
			await engine.advance(second);

			expect(engine.clock.now()).toBe(startOfTest + second);
		},
	);

	it("goes no further than the year 9999, whose texts all can read", async () => {
		const { engine } = await startAcme();
		const left = latestTime - engine.clock.now();
		await engine.advance(left - 1);

		await expect(engine.advance(2)).rejects.toMatchObject({
			code: "invalid-duration",
			message: expect.stringContaining("after the year 9999"),
		});
		await engine.advance(1);

		expect(new Date(engine.clock.now()).toISOString()).toBe(
			"9999-12-31T23:59:59.999Z",
		);
	});

	it("leaves waiting what is due after the year 9999", async () => {
		const { engine, hook } = await startAcme(retrying(hour));
		hook("h1", "http://127.0.0.1:9/");
		await engine.advance(latestTime - engine.clock.now());
		await emit(engine, "a");

		expect(await engine.time.next()).toMatchObject({ ran: undefined });
		expect(await engine.time.drain()).toMatchObject({ attempts: 0 });
		expect(engine.clock.now()).toBe(latestTime);
		expect(JSON.stringify(await engine.snapshot())).toContain("nextAt");
	});

	it("keeps the order that events of one moment were made in", async () => {
		const { engine, hook } = await startAcme(ordered(minute, minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 }, { status: 500 }, {});
		hook("h1", receiver.url);
		const letters = [..."abcdefghijklmnopqrst"];

		await emit(engine, ...letters);
		await engine.time.drain();

		expect(names(receiver.requests)).toEqual(["a", "a", ...letters]);
	});
});

describe("the next attempt", () => {
	it("is made at its very time, and named", async () => {
		const { engine, hook } = await startAcme(retrying(minute, hour));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		const [delivery] = await emit(engine, "a");

		expect(engine.time.due()).toEqual({
			at: startOfTest + minute,
			delivery,
			attempt: 2,
		});
		expect(await engine.time.next()).toMatchObject({
			now: startOfTest + minute,
			attempts: 1,
			pending: 1,
			ran: { at: startOfTest + minute, delivery, attempt: 2 },
		});
		expect(await engine.time.next()).toMatchObject({
			now: startOfTest + minute + hour,
			attempts: 1,
			pending: 0,
		});
		expect(await engine.time.next()).toEqual({
			now: startOfTest + minute + hour,
			attempts: 0,
			pending: 0,
			ran: undefined,
		});
	});

	it("is not one that is called off when its time comes", async () => {
		const { engine, hook, unhook } = await startAcme(retrying(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("gone", receiver.url);
		await emit(engine, "a");
		unhook("gone");
		await engine.advance(second);
		hook("here", receiver.url);
		const [other] = await emit(engine, "b");

		const turned = await engine.time.next();

		expect(turned).toMatchObject({
			attempts: 1,
			pending: 0,
			ran: { delivery: other },
		});
	});

	it("is none while its endpoint is paused", async () => {
		const { engine, session, hook } = await startAcme(retrying(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		await emit(engine, "a");
		session.dispatcher.setOutage("h1", "paused");

		expect(await engine.time.next()).toMatchObject({
			attempts: 0,
			pending: 1,
			ran: undefined,
		});
	});

	it("is the soonest of all providers", async () => {
		const { engine, hook } = await startAcme(retrying(hour));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		const [first] = await emit(engine, "a");
		await engine.advance(minute);
		await emit(engine, "b");

		expect(engine.time.due()).toMatchObject({ delivery: first });
	});
});

describe("draining", () => {
	it("goes on until nothing is due", async () => {
		const { engine, hook } = await startAcme(retrying(day, day));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		const made = await emit(engine, "a", "b");

		expect(await engine.time.drain()).toEqual({
			now: startOfTest + 2 * day,
			attempts: 4,
			pending: 0,
			stopped: false,
		});
		expect(states(made)).toEqual(["failed", "failed"]);
	});

	it("stops at its bound and says so", async () => {
		const { engine, hook } = await startAcme({
			policy: { retry: { delays: [], thenEvery: hour, jitter: "none" } },
		});
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		await emit(engine, "a");

		expect(await engine.time.drain(5)).toEqual({
			now: startOfTest + 5 * hour,
			attempts: 5,
			pending: 1,
			stopped: true,
		});
		expect(receiver.requests).toHaveLength(6);
	});

	it("keeps to its bound where more than that is due at once", async () => {
		const { engine, hook } = await startAcme(retrying(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		await emit(engine, "a", "b", "c");

		expect(await engine.time.drain(2)).toMatchObject({
			attempts: 2,
			stopped: true,
		});
		expect(await engine.time.drain(2)).toMatchObject({
			attempts: 1,
			stopped: false,
		});
	});

	it("plays a schedule of seven days, each attempt a request", async () => {
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		const maxElapsed = 7 * day;
		const retry = { delays: [minute, hour], thenEvery: 7 * hour, maxElapsed };
		const { engine, hook } = await startAcme({
			policy: { retry: { ...retry, jitter: "none" } },
		});
		hook("h1", receiver.url);
		const { deliveries } = engine.send("acme", "thing.made");

		const { stopped, now } = await engine.time.drain();

		const [delivery] = deliveries as [Delivery];
		expect(stopped).toBe(false);
		expect(delivery).toMatchObject({
			state: "failed",
			reason: `the provider gives up after ${delivery.attempts.length} attempts`,
		});
		expect(receiver.requests).toHaveLength(delivery.attempts.length);
		expect(delivery.attempts.length).toBeGreaterThan(20);
		expect(now).toBeGreaterThan(startOfTest + 6.5 * day);
		expect(now).toBeLessThanOrEqual(startOfTest + 7 * day);
		const { signer } = engine.session("acme");
		const { secrets } = signedWith(engine, "acme");
		const signed = receiver.requests.map(({ headers, body }, i) => {
			const { at: now = 0 } = delivery.attempts[i] ?? {};
			return signer.verify({ headers, body, secrets, now }).ok;
		});
		expect(new Set(signed)).toEqual(new Set([true]));
	});
});

describe("what is planned", () => {
	/** With the option under which it tries again, where it does that by none. */
	const trying = installedOf(builtInIds).flatMap(({ provider }) => {
		const choices = Object.entries<OptionSpec>(provider.options).flatMap(
			([name, { values }]) => values.map((value) => ({ [name]: value })),
		);
		const options = [{}, ...choices].find((own) => {
			const resolved = resolveOptions(provider, own, false);
			return provider.delivery(resolved).retry.delays.length > 0;
		});
		const type = defaultEventOf(provider);
		return options ? [[provider.id, type, options] as const] : [];
	});

	it.each(trying)(
		"by %s is what is then done, jitter and all",
		async (provider, type, options) => {
			const receiver = await openReceiver();
			receiver.answer({ status: 500 });
			const engine = await start(provider, { receiver: receiver.url, options });
			const { deliveries } = engine.send(provider, type);
			await engine.idle();
			const [delivery] = deliveries as [Delivery];
			const { dispatcher } = engine.session(provider);
			const planned = dispatcher.planned(delivery);

			expect(delivery.nextAt).toBe(planned[0]);
			await engine.time.drain();

			expect(planned).not.toEqual([]);
			expect(delivery.attempts.slice(1).map(({ at }) => at)).toEqual(planned);
			expect(dispatcher.planned(delivery)).toEqual([]);
		},
	);
});

describe("speed", () => {
	it("shortens schedules, and leaves the times that are signed alone", async () => {
		const { engine, hook } = await startAcme(
			{
				policy: {
					retry: {
						delays: [hour],
						thenEvery: hour,
						maxElapsed: 3 * hour,
						jitter: "none",
					},
				},
			},
			{ speed: 60 },
		);
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);

		const [delivery] = await emit(engine, "a");
		await engine.time.drain();

		const at = [0, 1, 2, 3].map((n) => n * minute);
		expect(engine.time.speed).toBe(60);
		expect(times(delivery as Delivery)).toEqual(at);
		expect(
			receiver.requests.map(
				({ headers }) => Number(headers["x-signed-at"]) - startOfTest,
			),
		).toEqual(at);
	});

	it("gives whole milliseconds, whatever it divides by", async () => {
		const { engine, hook } = await startAcme(retrying(minute), { speed: 7 });
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);

		const [delivery] = await emit(engine, "a");

		expect(delivery?.nextAt).toBe(startOfTest + 8571);
	});

	it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
		"of %d is refused",
		async (speed) => {
			await expect(startAcme({}, { speed })).rejects.toMatchObject({
				code: "invalid-option",
			});
		},
	);
});

function signedWith(engine: Engine, provider: string) {
	const { provider: definition, context } = engine.session(provider);
	return { secrets: definition.secrets(context) };
}
