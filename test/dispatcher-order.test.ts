import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import type { Delivery } from "../src/contract/records.ts";
import {
	emit,
	listening,
	minute,
	names,
	ordered,
	states,
	times,
} from "./support/dispatching.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";

describe("ordered delivery", () => {
	it("keeps later ones waiting behind one that fails, and sends them in order after it", async () => {
		const { engine, hook } = await startAcme(ordered(minute, minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 }, { status: 500 }, {});
		hook("h1", receiver.url);

		const made = await emit(engine, "a", "b", "c");
		expect(states(made)).toEqual(["pending", "pending", "pending"]);
		expect(names(receiver.requests)).toEqual(["a"]);
		await engine.advance(minute);
		expect(names(receiver.requests)).toEqual(["a", "a"]);
		await engine.advance(minute);

		expect(names(receiver.requests)).toEqual(["a", "a", "a", "b", "c"]);
		expect(states(made)).toEqual(["delivered", "delivered", "delivered"]);
		expect(times(made[2] as Delivery)).toEqual([2 * minute]);
	});

	it("goes on with the next one when one is given up", async () => {
		const { engine, hook } = await startAcme(ordered(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 }, { status: 500 }, {});
		hook("h1", receiver.url);

		const made = await emit(engine, "a", "b");
		await engine.advance(minute);

		expect(names(receiver.requests)).toEqual(["a", "a", "b"]);
		expect(states(made)).toEqual(["failed", "delivered"]);
	});

	it("gives each one its whole time, from its own first attempt", async () => {
		const { engine, hook } = await startAcme({
			policy: {
				ordered: true,
				retry: {
					delays: [minute, minute],
					jitter: "none",
					maxElapsed: 1.5 * minute,
				},
			},
		});
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);

		const made = await emit(engine, "a", "b");
		await engine.advance(60 * minute);

		expect(made.map(times)).toEqual([
			[0, minute],
			[minute, 2 * minute],
		]);
		expect(states(made)).toEqual(["failed", "failed"]);
	});

	it("goes on with the next one when one is refused", async () => {
		const { engine, hook } = await startAcme(ordered(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 }, {});
		hook("h1", receiver.url);
		const made = await emit(engine, "a", "b", "c");

		hook("h1", "https://hooks.example.com");
		await engine.advance(minute);

		expect(states(made)).toEqual(["failed", "failed", "failed"]);
		expect(names(receiver.requests)).toEqual(["a"]);
	});

	it("never has two of one endpoint under way", async () => {
		const { engine, hook } = await startAcme(ordered());
		let underWay = 0;
		let most = 0;
		const url = await listening(
			createServer((request, response) => {
				most = Math.max(most, ++underWay);
				request
					.resume()
					.on("end", () => setImmediate(() => response.end(() => underWay--)));
			}),
		);
		hook("h1", url);

		const published = await Promise.all(
			Array.from({ length: 20 }, () => engine.send("acme", "thing.made")),
		);
		await engine.idle();

		expect(most).toBe(1);
		expect(states(published.flatMap(({ deliveries }) => deliveries))).toEqual(
			Array(20).fill("delivered"),
		);
	});

	it("does not keep other endpoints waiting", async () => {
		const { engine, hook } = await startAcme(ordered(minute));
		const [bad, good] = [await openReceiver(), await openReceiver()];
		bad.answer({ status: 500 });
		hook("bad", bad.url);
		hook("good", good.url);

		await emit(engine, "a", "b");

		expect(names(bad.requests)).toEqual(["a"]);
		expect(names(good.requests)).toEqual(["a", "b"]);
	});

	it("starts afresh once everything has settled", async () => {
		const { engine, hook } = await startAcme(ordered(minute));
		const receiver = await openReceiver();
		hook("h1", receiver.url);

		await emit(engine, "a");
		await emit(engine, "b");

		expect(names(receiver.requests)).toEqual(["a", "b"]);
	});

	it("calls everything off when the endpoint is gone", async () => {
		const { engine, hook, unhook } = await startAcme(ordered(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		const made = await emit(engine, "a", "b", "c");

		unhook("h1");
		await engine.advance(minute);

		expect(states(made)).toEqual(["cancelled", "cancelled", "cancelled"]);
		expect(receiver.requests).toHaveLength(1);
	});

	it("is called off whole by a reset", async () => {
		const { engine, hook } = await startAcme(ordered(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		const made = await emit(engine, "a", "b", "c");

		await engine.reset();
		await engine.advance(60 * minute);

		expect(states(made)).toEqual(["cancelled", "cancelled", "cancelled"]);
		expect(made.map(({ attempts }) => attempts.length)).toEqual([1, 0, 0]);
		expect(names(receiver.requests)).toEqual(["a"]);
	});

	it("goes on at once when its first one is attempted by hand and accepted", async () => {
		const { engine, session, hook } = await startAcme(ordered(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 }, {});
		hook("h1", receiver.url);
		const made = await emit(engine, "a", "b");

		await session.context.deliveries.attempt(made[0]?.id ?? "");
		await engine.idle();

		expect(names(receiver.requests)).toEqual(["a", "a", "b"]);
		expect(states(made)).toEqual(["delivered", "delivered"]);
	});

	it("stays in order behind one that is accepted out of turn", async () => {
		const { engine, session, hook } = await startAcme(ordered(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 }, {});
		hook("h1", receiver.url);
		const made = await emit(engine, "a", "b", "c");

		await session.context.deliveries.attempt(made[1]?.id ?? "");
		const later = await emit(engine, "d");
		expect(states([...made, ...later])).toEqual([
			"pending",
			"delivered",
			"pending",
			"pending",
		]);
		await engine.advance(minute);

		expect(names(receiver.requests)).toEqual(["a", "b", "a", "c", "d"]);
		expect(states([...made, ...later])).toEqual(Array(4).fill("delivered"));
	});

	it("has one that failed out of turn wait for its turn", async () => {
		const { engine, session, hook } = await startAcme(
			ordered(minute, minute, minute),
		);
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		const made = await emit(engine, "a", "b");

		await session.context.deliveries.attempt(made[1]?.id ?? "");
		expect(made[1]).not.toHaveProperty("nextAt");
		receiver.answer({ status: 500 }, {});
		await engine.advance(minute);
		await engine.advance(minute);

		expect(names(receiver.requests)).toEqual(["a", "b", "a", "a", "b"]);
		expect(states(made)).toEqual(["delivered", "delivered"]);
	});
});
