import { describe, expect, it } from "vitest";
import type { Delivery } from "../src/contract/records.ts";
import {
	emit,
	minute,
	names,
	ordered,
	retrying,
	states,
	times,
} from "./support/dispatching.ts";
import { startOfTest } from "./support/engine.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";

async function start(options: Parameters<typeof startAcme>[0] = {}) {
	const running = await startAcme(options);
	const receiver = await openReceiver();
	running.hook("h1", receiver.url);
	return { ...running, ...running.session, receiver };
}

const held = (deliveries: readonly Delivery[]) =>
	deliveries.map((delivery) => delivery.held);
const paused = "the endpoint is paused";

describe("a paused endpoint", () => {
	it("queues what comes, and gets all of it in order once it goes on", async () => {
		const { engine, session, receiver } = await start();
		session.dispatcher.setOutage("h1", "paused");
		const made = await emit(engine, "a", "b", "c");
		await engine.advance(60 * minute);

		expect(receiver.requests).toEqual([]);
		expect(states(made)).toEqual(["pending", "pending", "pending"]);
		expect(held(made)).toEqual([paused, paused, paused]);
		expect(session.dispatcher.outage("h1")).toBe("paused");
		session.dispatcher.setOutage("h1", "none");
		await engine.idle();

		expect(states(made)).toEqual(["delivered", "delivered", "delivered"]);
		expect(held(made)).toEqual([undefined, undefined, undefined]);
		expect(names(receiver.requests).sort()).toEqual(["a", "b", "c"]);
		expect(made.map(times)).toEqual(Array(3).fill([60 * minute]));
	});

	it("keeps ordered deliveries in their order, whatever came between", async () => {
		const { engine, session, receiver } = await start(ordered(minute));
		receiver.answer({ status: 500 }, {});
		const before = await emit(engine, "a", "b");
		session.dispatcher.setOutage("h1", "paused");
		const meanwhile = await emit(engine, "c", "d");
		await engine.advance(60 * minute);
		for (const { id } of [...before, ...meanwhile])
			await session.dispatcher.attempt(id);

		expect(names(receiver.requests)).toEqual(["a"]);
		expect(held(before)).toEqual([paused, undefined]);
		session.dispatcher.setOutage("h1", "none");
		await engine.time.drain();

		expect(names(receiver.requests)).toEqual(["a", "a", "b", "c", "d"]);
		expect(states([...before, ...meanwhile])).toEqual(
			Array(4).fill("delivered"),
		);
	});

	it("holds retries that fall due, once each, and they go on from there", async () => {
		const { engine, session, receiver } = await start(retrying(minute, minute));
		receiver.answer({ status: 500 });
		const [delivery] = (await emit(engine, "a")) as [Delivery];
		session.dispatcher.setOutage("h1", "paused");
		expect(delivery.nextAt).toBe(startOfTest + minute);

		await session.dispatcher.attempt(delivery.id);
		await engine.advance(10 * minute);
		await session.dispatcher.attempt(delivery.id);
		expect([delivery.nextAt, delivery.held]).toEqual([undefined, paused]);
		session.dispatcher.setOutage("h1", "none");
		await engine.time.drain();

		expect(times(delivery)).toEqual([0, 10 * minute, 11 * minute]);
		expect(receiver.requests).toHaveLength(3);
		expect(delivery.state).toBe("failed");
	});

	it("lets others go on, and URLs that nobody registered", async () => {
		const { engine, session, hook, receiver } = await start();
		const other = await openReceiver();
		hook("h2", other.url);
		session.dispatcher.setOutage("h1", "paused");

		await emit(engine, "a");
		engine.send("acme", "thing.made", { to: receiver.url });
		await engine.idle();

		expect(names(other.requests)).toEqual(["a"]);
		expect(receiver.requests).toHaveLength(1);
	});

	it("that is deleted meanwhile calls off what queues once it goes on", async () => {
		const { engine, session, unhook } = await start();
		session.dispatcher.setOutage("h1", "paused");
		const made = await emit(engine, "a");
		unhook("h1");

		session.dispatcher.setOutage("h1", "none");
		await engine.idle();

		expect(made).toMatchObject([
			{ state: "cancelled", reason: expect.stringContaining("deleted") },
		]);
	});

	it("goes on after a reset, which calls off what queues", async () => {
		const { engine, session, hook, receiver } = await start();
		session.dispatcher.setOutage("h1", "paused");
		const made = await emit(engine, "a");

		await engine.reset();
		hook("h1", receiver.url);
		await emit(engine, "b");

		expect(made).toMatchObject([
			{ state: "cancelled", reason: "the provider was reset" },
		]);
		expect(made[0]).not.toHaveProperty("held");
		expect(names(receiver.requests)).toEqual(["b"]);
	});

	it("stays paused when it is paused again, and queues nothing twice", async () => {
		const { engine, session, receiver } = await start();
		session.dispatcher.setOutage("h1", "paused");
		await emit(engine, "a");
		session.dispatcher.setOutage("h1", "paused");
		await emit(engine, "b");

		session.dispatcher.setOutage("h1", "none");
		await engine.idle();

		expect(names(receiver.requests).sort()).toEqual(["a", "b"]);
	});
});

describe("an endpoint that is down", () => {
	it("refuses every attempt, which is repeated by the schedule", async () => {
		const { engine, session, receiver } = await start(
			retrying(minute, minute, minute),
		);
		session.dispatcher.setOutage("h1", "down");
		const [delivery] = (await emit(engine, "a")) as [Delivery];
		await engine.advance(minute);

		expect(receiver.requests).toEqual([]);
		expect(delivery.attempts).toMatchObject([
			{ ok: false, fault: "down", error: { code: "connection" } },
			{ ok: false, fault: "down", error: { code: "connection" } },
		]);
		expect(delivery.nextAt).toBe(startOfTest + 2 * minute);
		session.dispatcher.setOutage("h1", "none");
		await engine.advance(minute);

		expect(delivery.state).toBe("delivered");
		expect(times(delivery)).toEqual([0, minute, 2 * minute]);
		expect(receiver.requests).toHaveLength(1);
	});

	it("fails what is given up meanwhile, and counts it", async () => {
		const { engine, session } = await start(retrying(minute));
		session.dispatcher.setOutage("h1", "down");

		const made = await emit(engine, "a");
		await engine.time.drain();

		expect(made).toMatchObject([
			{ state: "failed", reason: "the provider gives up after 2 attempts" },
		]);
		expect(session.dispatcher.health("h1")).toEqual({
			failures: 2,
			failingSince: startOfTest,
		});
	});

	it("keeps ordered deliveries in their order", async () => {
		const { engine, session, receiver } = await start(ordered(minute, minute));
		session.dispatcher.setOutage("h1", "down");
		const made = await emit(engine, "a", "b");
		await engine.advance(minute);
		session.dispatcher.setOutage("h1", "none");
		await engine.time.drain();

		expect(names(receiver.requests)).toEqual(["a", "b"]);
		expect(made.map(({ attempts }) => attempts.length)).toEqual([3, 1]);
	});

	it("attempts at once what queued while it was paused", async () => {
		const { engine, session } = await start(retrying(minute));
		session.dispatcher.setOutage("h1", "paused");
		const made = await emit(engine, "a");
		session.dispatcher.setOutage("h1", "down");
		await engine.idle();

		expect(session.dispatcher.outage("h1")).toBe("down");
		expect(made).toMatchObject([
			{ state: "pending", attempts: [{ fault: "down" }] },
		]);
	});
});
