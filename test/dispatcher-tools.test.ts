import { describe, expect, it } from "vitest";
import type { Delivery } from "../src/contract/records.ts";
import type { Outcome } from "../src/provider.ts";
import {
	emit,
	minute,
	ordered,
	retrying,
	second,
	states,
	times,
} from "./support/dispatching.ts";
import { startOfTest } from "./support/engine.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";

describe("attempt", () => {
	it("makes the attempt that waits, in place of the scheduled one", async () => {
		const { engine, session, hook, clock } = await startAcme(
			retrying(minute, 10 * minute),
		);
		const receiver = await openReceiver();
		receiver.answer({ status: 500 }, { status: 500 }, {});
		hook("h1", receiver.url);
		const [delivery] = await emit(engine, "anvil");
		await engine.advance(second);

		const attempted = await session.context.deliveries.attempt(
			delivery?.id ?? "",
		);

		expect(attempted).toBe(delivery);
		expect(times(delivery as Delivery)).toEqual([0, second]);
		expect(clock.nextDue()).toBe(delivery?.nextAt);
		await engine.advance(2 * minute);
		expect(receiver.requests).toHaveLength(2);
		await engine.advance(10 * minute);
		expect(delivery).toMatchObject({
			state: "delivered",
			attempts: [{ number: 1 }, { number: 2 }, { number: 3 }],
		});
	});

	it("joins the attempt that is under way", async () => {
		const { engine, session, hook } = await startAcme();
		const receiver = await openReceiver();
		hook("h1", receiver.url);
		const { deliveries } = engine.send("acme", "thing.made");
		const id = deliveries[0]?.id ?? "";

		const [first, second] = await Promise.all([
			session.context.deliveries.attempt(id),
			session.context.deliveries.attempt(id),
		]);

		expect(first).toBe(second);
		expect(first?.state).toBe("delivered");
		expect(receiver.requests).toHaveLength(1);
	});

	it("finds nothing that has settled, or that there never was", async () => {
		const { engine, session, hook } = await startAcme();
		const receiver = await openReceiver();
		hook("h1", receiver.url);
		const [delivery] = await emit(engine, "anvil");

		expect(
			await session.context.deliveries.attempt(delivery?.id ?? ""),
		).toBeUndefined();
		expect(
			await session.context.deliveries.attempt("dlv_none"),
		).toBeUndefined();
		expect(receiver.requests).toHaveLength(1);
	});
});

describe("resend", () => {
	it("delivers the same event and bytes again, as a delivery of its own", async () => {
		const { engine, session, hook } = await startAcme(retrying(minute));
		const receiver = await openReceiver();
		hook("h1", receiver.url);
		const [first] = await emit(engine, "anvil");
		receiver.answer({ status: 500 }, {});
		await engine.advance(second);

		const again = session.context.deliveries.resend(first?.id ?? "");
		await engine.idle();

		expect(again).toMatchObject({
			parent: first?.id,
			event: first?.event,
			state: "pending",
			createdAt: startOfTest + second,
		});
		expect(again?.id).not.toBe(first?.id);
		expect(first).toMatchObject({
			state: "delivered",
			attempts: [{ number: 1 }],
		});
		expect(first).not.toHaveProperty("parent");
		await engine.advance(minute);
		expect(again?.state).toBe("delivered");
		expect(receiver.requests).toHaveLength(3);
		for (const { body } of receiver.requests)
			expect(body.equals(Buffer.from(first?.body ?? []))).toBe(true);
	});

	it("has nothing to send to an endpoint that is gone, or of a delivery that never was", async () => {
		const { engine, session, hook, unhook } = await startAcme();
		const receiver = await openReceiver();
		hook("h1", receiver.url);
		const [delivery] = await emit(engine, "anvil");
		unhook("h1");

		expect(
			session.context.deliveries.resend(delivery?.id ?? ""),
		).toBeUndefined();
		expect(session.context.deliveries.resend("dlv_none")).toBeUndefined();
		expect(engine.journal.size).toBe(1);
	});
});

describe("probe", () => {
	const endpoint = (url: string) => ({
		id: "nobody",
		url,
		secrets: ["s3cret"],
	});

	it("is one attempt at an endpoint that need not be registered", async () => {
		const { engine, session } = await startAcme(retrying(minute));
		const receiver = await openReceiver();
		const kinds: string[] = [];
		engine.journal.subscribe(({ kind }) => kinds.push(kind));

		const delivery = await session.context.deliveries.probe(
			endpoint(receiver.url),
			"thing.made",
			{ note: "hello" },
		);

		expect(delivery).toMatchObject({ state: "delivered", endpoint: "nobody" });
		expect(JSON.parse(String(receiver.requests[0]?.body))).toMatchObject({
			note: "hello",
			type: "thing.made",
		});
		expect(engine.journal.get(delivery.id)).toBe(delivery);
		expect(kinds).toEqual(["event", "delivery", "attempt", "settled"]);
	});

	it("is never retried, and no sign of bad health", async () => {
		const outcomes: Outcome[] = [];
		const { engine, session } = await startAcme({
			...retrying(minute),
			attempted: (outcome) => outcomes.push(outcome),
		});
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });

		const delivery = await session.context.deliveries.probe(
			endpoint(receiver.url),
			"thing.made",
			{},
		);
		await engine.advance(60 * minute);

		expect(delivery).toMatchObject({
			state: "failed",
			reason: "a test is attempted once",
		});
		expect(receiver.requests).toHaveLength(1);
		expect(outcomes).toEqual([]);
		expect(session.context.deliveries.health("nobody")).toEqual({
			failures: 0,
		});
	});

	it("does not stand in line with ordered deliveries", async () => {
		const { engine, session, hook } = await startAcme(ordered(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 }, {});
		hook("h1", receiver.url);
		const made = await emit(engine, "a", "b");

		const probed = await session.context.deliveries.probe(
			{ ...endpoint(receiver.url), id: "h1" },
			"thing.made",
			{},
		);
		await engine.idle();

		expect(probed.state).toBe("delivered");
		expect(states(made)).toEqual(["pending", "pending"]);
	});

	it("says why its receiver is refused", async () => {
		const { session } = await startAcme();

		const delivery = await session.context.deliveries.probe(
			endpoint("http://10.0.0.1/"),
			"thing.made",
			{},
		);

		expect(delivery).toMatchObject({
			state: "failed",
			reason: expect.stringContaining("--allow-receiver 10.0.0.1"),
		});
	});
});

describe("health", () => {
	it("counts failures in a row, over all deliveries of an endpoint, from the first one's time", async () => {
		const outcomes: unknown[] = [];
		const { engine, session, hook } = await startAcme({
			...retrying(minute),
			attempted: ({ health, attempt, delivery }) =>
				outcomes.push([health.failures, attempt.number, delivery.endpoint]),
		});
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		const health = () => session.context.deliveries.health("h1");

		expect(health()).toEqual({ failures: 0 });
		await emit(engine, "a");
		expect(health()).toEqual({ failures: 1, failingSince: startOfTest });
		await engine.advance(second);
		await emit(engine, "b");
		expect(health()).toEqual({ failures: 2, failingSince: startOfTest });
		receiver.answer({});
		await engine.advance(minute);

		expect(health()).toEqual({ failures: 0 });
		expect(outcomes).toEqual([
			[1, 1, "h1"],
			[2, 1, "h1"],
			[0, 2, "h1"],
			[0, 2, "h1"],
		]);
	});

	it("is counted over what the provider counts it over", async () => {
		const { engine, session, hook } = await startAcme({
			healthKey: ({ url }) => url,
		});
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		hook("h2", receiver.url);

		await emit(engine, "a");

		expect(session.context.deliveries.health(receiver.url).failures).toBe(2);
		expect(session.context.deliveries.health("h1").failures).toBe(0);
	});

	it("starts anew when it is forgiven", async () => {
		const { engine, session, hook } = await startAcme();
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		await emit(engine, "a", "b");
		await engine.advance(second);

		session.context.deliveries.resetFailures("h1");
		expect(session.context.deliveries.health("h1")).toEqual({ failures: 0 });
		await emit(engine, "c");

		expect(session.context.deliveries.health("h1")).toEqual({
			failures: 1,
			failingSince: startOfTest + second,
		});
	});

	it("counts refused receivers too", async () => {
		const { engine, session, hook } = await startAcme();
		hook("h1", "http://10.0.0.1/");

		await emit(engine, "a");

		expect(session.context.deliveries.health("h1").failures).toBe(1);
	});

	it("that a provider cannot make sense of fails the delivery, not the engine", async () => {
		const { engine, hook } = await startAcme({
			...ordered(minute),
			attempted() {
				throw new Error("no sense");
			},
		});
		const receiver = await openReceiver();
		hook("h1", receiver.url);

		const made = await emit(engine, "a", "b");

		expect(made.map(({ reason }) => reason)).toEqual(
			Array(2).fill("localhook could not make the attempt: no sense"),
		);
		expect(states(made)).toEqual(["failed", "failed"]);
	});
});

describe("what a provider sees of its deliveries", () => {
	it("is its own alone, newest first, or oldest first of one endpoint", async () => {
		const { engine, session, hook } = await startAcme();
		const receiver = await openReceiver();
		hook("h1", receiver.url);
		const made = await emit(engine, "a", "b");
		const other = {
			...(made[0] as Delivery),
			id: "dlv_other",
			event: { ...(made[0] as Delivery).event, provider: "other" },
		};
		engine.journal.add(other);
		const { deliveries } = session.context;

		expect([...deliveries.newest()]).toEqual([made[1], made[0]]);
		expect([...deliveries.of("h1")]).toEqual(made);
		expect([...deliveries.of("h2")]).toEqual([]);
		expect(deliveries.get(made[0]?.id ?? "")).toBe(made[0]);
		expect(deliveries.get("dlv_other")).toBeUndefined();
	});
});
