import { describe, expect, it } from "vitest";
import type { DisablePolicy } from "../src/contract/policy.ts";
import type { Delivery } from "../src/contract/records.ts";
import type { EngineOptions } from "../src/engine/engine.ts";
import { showEntry } from "../src/engine/entry-view.ts";
import { emit, minute, states, times } from "./support/dispatching.ts";
import { startOfTest } from "./support/engine.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";

const bad = { status: 500 };
const hour = 60 * minute;
const iso = (after: number) => new Date(startOfTest + after).toISOString();

async function start(
	disableAfter: DisablePolicy,
	delays: readonly number[] = [],
	{
		ordered = false,
		...options
	}: Partial<EngineOptions> & {
		ordered?: boolean;
	} = {},
) {
	const retry = { delays, jitter: "none" } as const;
	const running = await startAcme(
		{ policy: { disableAfter, retry, ordered } },
		options,
	);
	const receiver = await openReceiver();
	running.hook("h1", receiver.url);
	const shown = () => running.engine.endpoints("acme")[0];
	return { ...running, receiver, shown };
}

const reasons = (deliveries: readonly Delivery[]) =>
	deliveries.map(({ reason }) => reason);
const why = (after: string) =>
	`was disabled after ${after}: enable it with "localhook endpoint resume acme h1" or setOutage("none")`;

describe("an endpoint that its failures disable", () => {
	it.each<[string, DisablePolicy, readonly object[], readonly string[]]>([
		[
			"so many failed deliveries in a row",
			{ deliveries: 2 },
			[bad, bad, {}],
			["failed", "failed", "cancelled", "cancelled"],
		],
		[
			"the first failed delivery",
			{ deliveries: 1 },
			[bad, {}],
			["failed", "cancelled", "cancelled", "cancelled"],
		],
		[
			"none, where a success comes between",
			{ deliveries: 2 },
			[bad, {}, bad, {}],
			["failed", "delivered", "failed", "delivered"],
		],
		["none, without a limit", {}, [bad], Array(4).fill("failed")],
	])("gets nothing after %s", async (_, policy, answers, expected) => {
		const { engine, receiver } = await start(policy);
		receiver.answer(...answers);
		const made: Delivery[] = [];
		for (const name of ["a", "b", "c", "d"])
			made.push(...(await emit(engine, name)));

		expect(states(made)).toEqual(expected);
		expect(receiver.requests).toHaveLength(
			expected.filter((state) => state !== "cancelled").length,
		);
	});

	it("says so in the journal, in its list and in each delivery that it does not get", async () => {
		const { engine, receiver, shown } = await start({ deliveries: 1 });
		receiver.answer(bad, {});
		expect(shown()).toMatchObject({ enabled: true });

		await emit(engine, "a");
		const made = await emit(engine, "b");

		const reason = why("1 failed delivery");
		expect(reasons(made)).toEqual([`the endpoint ${reason}`]);
		expect(shown()).toMatchObject({ enabled: false, reason, outage: "none" });
		const entries = engine.journal.after(0).map(showEntry);
		expect(entries.map(({ kind }) => kind)).toEqual([
			...["event", "delivery", "attempt", "settled", "disabled"],
			...["event", "delivery", "settled"],
		]);
		expect(entries[4]).toMatchObject({ endpoint: "h1", reason });
	});

	it("cancels what waits for it, in and out of order", async () => {
		for (const ordered of [false, true]) {
			const { engine, session, receiver } = await start(
				{ deliveries: 1 },
				[hour],
				{ ordered },
			);
			receiver.answer(bad, bad, bad);
			const made = await emit(engine, "a", "b", "c");
			await engine.advance(hour);

			expect(states(made)[0]).toBe("failed");
			expect(states(made).slice(1)).not.toContain("pending");
			expect(states(made)).toContain(ordered ? "cancelled" : "failed");
			expect(session.dispatcher.pending).toBe(0);
		}
	});

	it("is disabled by so long a time of failures, in the middle of a delivery", async () => {
		const { engine, receiver } = await start(
			{ failingFor: 3 * hour },
			Array(10).fill(hour),
		);
		receiver.answer(bad);

		const made = await emit(engine, "a");
		await engine.time.drain();

		expect(times(made[0] as Delivery)).toEqual([0, hour, 2 * hour, 3 * hour]);
		expect(made).toMatchObject([
			{ state: "cancelled", reason: `the endpoint ${why("3h of failures")}` },
		]);
	});

	it.each([1, 60])(
		"is on again when its time is over, at %i times the speed",
		async (speed) => {
			const lasting = hour / speed;
			const { engine, receiver, shown } = await start(
				{ deliveries: 2, for: hour },
				[],
				{ speed },
			);
			receiver.answer(bad, bad, bad, {});
			await emit(engine, "a", "b");
			expect(shown()?.reason).toBe(
				why(`2 failed deliveries in a row until ${iso(lasting)}`),
			);

			await engine.advance(lasting - 1);
			const before = await emit(engine, "c");
			await engine.advance(1);
			const after = await emit(engine, "d", "e");

			expect(states([...before, ...after])).toEqual([
				"cancelled",
				"failed",
				"delivered",
			]);
			expect(shown()).toMatchObject({ enabled: true });
		},
	);

	it("is on again once it is resumed, and counts anew", async () => {
		const { engine, receiver, shown } = await start({ deliveries: 2 });
		receiver.answer(bad, bad, bad, {});
		await emit(engine, "a", "b");

		expect(engine.setOutage("acme", "h1", "down").enabled).toBe(false);
		expect(engine.setOutage("acme", "h1", "none").enabled).toBe(true);
		const made = await emit(engine, "c", "d");

		expect(states(made)).toEqual(["failed", "delivered"]);
		expect(shown()).not.toHaveProperty("reason", expect.any(String));
	});

	it("leaves others alone, and URLs that nobody registered", async () => {
		const { engine, hook, receiver } = await start({ deliveries: 1 });
		const other = await openReceiver();
		receiver.answer(bad, {});
		await emit(engine, "a");
		hook("h2", other.url);

		await emit(engine, "b");
		engine.send("acme", "thing.made", { to: receiver.url });
		await engine.idle();

		expect(other.requests).toHaveLength(1);
		expect(receiver.requests).toHaveLength(2);
	});

	it("is disabled in a snapshot, and on again after a reset", async () => {
		const { engine, hook, receiver, shown } = await start({
			deliveries: 2,
			for: hour,
		});
		receiver.answer(bad, bad, {});
		await emit(engine, "a");
		const counted = await engine.snapshot();
		await emit(engine, "b");
		const disabled = await engine.snapshot();

		await engine.reset();
		hook("h1", receiver.url);
		expect(shown()).toMatchObject({ enabled: true });
		await engine.load(disabled);
		expect(shown()?.reason).toContain(iso(hour));
		expect(states(await emit(engine, "c"))).toEqual(["cancelled"]);

		receiver.answer(bad, {});
		await engine.load(counted);
		expect(shown()).toMatchObject({ enabled: true });
		expect(states(await emit(engine, "d"))).toEqual(["failed"]);
		expect(states(await emit(engine, "e"))).toEqual(["cancelled"]);
	});
});
