import { describe, expect, it } from "vitest";
import { whimOf } from "../../bench/support/whims.js";
import type { Delivery } from "../../src/contract/records.ts";
import { minute, second } from "../support/dispatching.ts";
import { startOfTest } from "../support/engine.ts";
import { startAcme } from "../support/running-acme.ts";
import { openWildReceiver } from "../support/wild-receiver.ts";

/** As many as the suite has time for; the bench `fault-run` makes ten times as many. */
const count = 1000;
const delays = [second, minute, 60 * minute];

/** Every delivery to its end: what became of it, attempt by attempt. */
async function run(seed: string) {
	const { url, clock } = await openWildReceiver();
	const { engine, hook } = await startAcme(
		{ policy: { retry: { delays, jitter: "none" } } },
		{ seed, clock },
	);
	hook("h1", url);
	for (let i = 0; i < count; i++) engine.send("acme", "thing.made");
	const { stopped, pending } = await engine.time.drain();
	expect([stopped, pending]).toEqual([false, 0]);
	return [...engine.journal.newest()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function story({ id, event, state, reason, attempts }: Delivery) {
	const made = attempts.map(({ at, ok, error, response }) => [
		at - startOfTest,
		ok,
		error?.code ?? response?.status,
	]);
	return { id, event: event.id, state, reason, made };
}

/** What the schedule says, given what the receiver does. */
function expected({ id, event }: Delivery) {
	const outcomes = {
		accept: [true, 200],
		fail: [false, 503],
		redirect: [false, 302],
		stall: [false, "timeout"],
		reset: [false, "connection"],
		babble: [false, "connection"],
	};
	const made: unknown[] = [];
	let at = 0;
	for (const wait of [...delays, 0]) {
		const whim = whimOf(event.id, made.length + 1);
		made.push([at, ...outcomes[whim]]);
		if (whim === "accept")
			return { id, event: event.id, state: "delivered", made };
		at += wait;
	}
	const reason = "the provider gives up after 4 attempts";
	return { id, event: event.id, state: "failed", reason, made };
}

describe(`${count} deliveries to a receiver that fails, stalls, resets and babbles`, () => {
	it("each end as the schedule says, and the same seed gives the same again", async () => {
		const deliveries = await run("wild");
		const stories = deliveries.map(story);

		expect(stories).toHaveLength(count);
		expect(stories).toEqual(deliveries.map(expected));
		const states = new Set(stories.map(({ state }) => state));
		expect(states).toEqual(new Set(["delivered", "failed"]));
		const answers = new Set(stories.flatMap(({ made }) => made.map(String)));
		expect([...answers].join()).toContain("timeout");
		expect((await run("wild")).map(story)).toEqual(stories);
	});
});
