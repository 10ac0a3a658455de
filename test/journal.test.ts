import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Delivery } from "../src/contract/records.ts";
import {
	createJournal,
	type Journal,
	type JournalEntry,
} from "../src/delivery/journal.ts";
import { attemptOf, deliveryOf, type Made } from "./support/deliveries.ts";

const ids = (deliveries: Iterable<Delivery>) =>
	[...deliveries].map(({ id }) => id);

function settle(journal: Journal, delivery: Made): void {
	delivery.state = "delivered";
	journal.settled(delivery);
}

function attempt(journal: Journal, delivery: Made, bytes?: number): void {
	const made = attemptOf(bytes);
	delivery.attempts.push(made);
	journal.attempted(delivery, made);
}

describe("the journal", () => {
	it("finds a delivery by its id, and gives them newest first", () => {
		const journal = createJournal();
		const made = [deliveryOf(1), deliveryOf(1), deliveryOf(1)];
		for (const delivery of made) journal.add(delivery);

		expect(journal.size).toBe(3);
		expect(journal.get(made[1]?.id ?? "")).toBe(made[1]);
		expect(journal.get("dlv_none")).toBeUndefined();
		expect(ids(journal.newest())).toEqual(ids(made).reverse());
	});

	it("reports a listener that throws once, and goes on for everybody else", () => {
		const journal = createJournal();
		const warned = vi.spyOn(console, "warn").mockReturnValue();
		onTestFinished(() => warned.mockRestore());
		const heard: number[] = [];
		journal.subscribe(() => {
			throw new RangeError("Invalid time value\n::error::x");
		});
		journal.subscribe(({ seq }) => heard.push(seq));
		const delivery = deliveryOf(1);

		journal.add(delivery);
		settle(journal, delivery);

		expect(heard).toEqual([1, 2]);
		expect(journal.size).toBe(1);
		expect(warned.mock.calls).toEqual([
			[
				expect.stringMatching(
					/^Failed to tell a listener.*"Invalid time value\\n\\u003a:error::x"/,
				),
			],
		]);
	});

	it("gives the deliveries of one endpoint of one provider, oldest first", () => {
		const journal = createJournal();
		const first = deliveryOf(1, "e1", "acme");
		const second = deliveryOf(1, "e1", "acme");
		for (const delivery of [
			first,
			deliveryOf(1, "e2", "acme"),
			deliveryOf(1, "e1", "other"),
			second,
		])
			journal.add(delivery);

		expect([...journal.of("acme", "e1")]).toEqual([first, second]);
		expect([...journal.of("acme", "e3")]).toEqual([]);
	});

	it("drops what settled first when there are too many, not what came first", () => {
		const journal = createJournal({ deliveries: 2, bytes: 1000 });
		const [a, b, c] = [deliveryOf(1), deliveryOf(1), deliveryOf(1)];
		for (const delivery of [a, b, c]) journal.add(delivery);

		settle(journal, b);

		expect(ids(journal.newest())).toEqual([c.id, a.id]);
		expect(journal.get(b.id)).toBeUndefined();
		expect(ids(journal.of("acme", "e1"))).toEqual([a.id, c.id]);
	});

	it("never drops what is pending, even beyond its limits", () => {
		const journal = createJournal({ deliveries: 2, bytes: 10 });
		const made = Array.from({ length: 5 }, () => deliveryOf(10));

		for (const delivery of made) journal.add(delivery);

		expect(journal.size).toBe(5);
		for (const delivery of made) settle(journal, delivery);
		expect(ids(journal.newest())).toEqual([made[4]?.id]);
	});

	it("drops what settled first when the bodies are too many bytes, sent and received", () => {
		const journal = createJournal({ deliveries: 100, bytes: 100 });
		const [a, b, c] = [deliveryOf(30), deliveryOf(30), deliveryOf(10)];
		journal.add(a);
		attempt(journal, a, 20);
		settle(journal, a);
		journal.add(b);
		attempt(journal, b, 20);
		settle(journal, b);
		expect(journal.size).toBe(2);

		journal.add(c);
		settle(journal, c);

		expect(ids(journal.newest())).toEqual([c.id, b.id]);
	});

	it("drops a delivery that alone is too large, once it has settled", () => {
		const journal = createJournal({ deliveries: 100, bytes: 100 });
		const large = deliveryOf(101);

		journal.add(large);
		expect(journal.size).toBe(1);
		settle(journal, large);

		expect(journal.size).toBe(0);
	});

	it("stays right over very many deliveries, of which most are gone", () => {
		const journal = createJournal({ deliveries: 100, bytes: 1e9 });
		const made = Array.from({ length: 5000 }, (_, i) =>
			deliveryOf(1, i % 3 === 0 ? "e1" : "e2"),
		);
		for (const [i, delivery] of made.entries()) {
			journal.add(delivery);
			if (i > 20) settle(journal, made[i - 20] as Made);
		}

		const kept = [made[0], ...made.slice(-99)] as Made[];
		expect(ids(journal.newest())).toEqual(ids(kept).reverse());
		for (const endpoint of ["e1", "e2"])
			expect(ids(journal.of("acme", endpoint))).toEqual(
				ids(kept.filter((delivery) => delivery.endpoint === endpoint)),
			);
	});

	it("lets go of what it drops", async () => {
		setFlagsFromString("--expose-gc");
		const collectGarbage = runInNewContext("gc") as () => void;
		const journal = createJournal({ deliveries: 1, bytes: 1e9 });
		const dropped = Array.from({ length: 50 }, () => {
			const delivery = deliveryOf(1000);
			journal.add(delivery);
			settle(journal, delivery);
			return new WeakRef(delivery);
		});

		// A weak reference holds on until the task that made it has ended.
		await new Promise((resolve) => setImmediate(resolve));
		collectGarbage();

		expect(
			dropped.filter((reference) => reference.deref() !== undefined).length,
		).toBe(1);
	});

	it("forgets the deliveries of one provider, or all of them", () => {
		const journal = createJournal({ deliveries: 2, bytes: 1000 });
		const [a, b, c] = [
			deliveryOf(1, "e1", "acme"),
			deliveryOf(1, "e1", "other"),
			deliveryOf(1, "e1", "other"),
		];
		for (const delivery of [a, b]) journal.add(delivery);
		settle(journal, b);

		journal.clear("acme");
		expect(ids(journal.newest())).toEqual([b.id]);
		expect([...journal.of("acme", "e1")]).toEqual([]);

		for (const delivery of [c, deliveryOf(1)]) journal.add(delivery);
		settle(journal, c);
		expect(journal.get(b.id)).toBeUndefined();

		journal.clear();
		expect(journal.size).toBe(0);
	});

	it("tells its listeners everything, until they stop listening", () => {
		const journal = createJournal();
		const heard: JournalEntry[] = [];
		const other: JournalEntry[] = [];
		const stop = journal.subscribe((entry) => heard.push(entry));
		journal.subscribe((entry) => other.push(entry));
		const delivery = deliveryOf(1);
		const { event } = delivery;

		journal.happened(event, 0);
		stop();
		journal.happened(event, 1);

		const first = { seq: 1, kind: "event", event, matched: 0 };
		expect(heard).toMatchObject([first]);
		expect(other).toMatchObject([first, { ...first, seq: 2, matched: 1 }]);
	});

	it("counts the paths of calls, and lets the oldest go, be it a call or a delivery", () => {
		const journal = createJournal({ bytes: 100 });
		const call = (path: string) =>
			journal.called({
				id: "call_1",
				provider: "acme",
				method: "GET",
				path,
				status: 200,
				at: 0,
				duration: 0,
			});
		const paths = () =>
			journal
				.after(0)
				.flatMap((entry) => (entry.kind === "call" ? [entry.call.path] : []));
		const settled = deliveryOf(30);
		const pending = deliveryOf(30);
		call("/first".padEnd(30));
		for (const delivery of [settled, pending]) journal.add(delivery);
		settle(journal, settled);

		call("/second".padEnd(30));
		const afterOne = [paths().length, ids(journal.newest())];
		call("/third".padEnd(30));
		const afterTwo = [paths().length, ids(journal.newest())];
		call("/fourth".padEnd(200));

		expect(afterOne).toEqual([1, [pending.id, settled.id]]);
		expect(afterTwo).toEqual([2, [pending.id]]);
		expect(paths()).toEqual([]);
		expect(ids(journal.newest())).toEqual([pending.id]);
	});

	it("counts the answers that a delivery brings along from a snapshot", () => {
		const journal = createJournal({ deliveries: 100, bytes: 100 });
		const [old, ...rest] = [10, 10, 60, 60].map((size) => deliveryOf(size));
		old?.attempts.push(attemptOf(80));

		for (const delivery of [old as Made, ...rest]) {
			journal.add(delivery);
			settle(journal, delivery);
		}

		expect(ids(journal.newest())).toEqual(ids(rest.slice(2)));
	});

	it("counts the payloads of events that matched nothing", () => {
		const journal = createJournal({ bytes: 100 });
		const { event } = deliveryOf(1);
		const payload = { text: "x".repeat(50) };

		for (const id of ["a", "b"]) journal.happened({ ...event, id, payload }, 0);
		for (const id of ["c", "d"]) journal.happened({ ...event, id, payload }, 1);

		expect(
			journal.after(0).map((entry) => entry.kind === "event" && entry.event.id),
		).toEqual(["b", "c", "d"]);
	});

	it("behaves like a list that is cut, whatever happens", () => {
		const limits = { deliveries: 4, bytes: 100 };
		const place = fc.record({
			provider: fc.constantFrom("acme", "other"),
			endpoint: fc.constantFrom("e1", "e2"),
		});
		const step = fc.oneof(
			{
				weight: 4,
				arbitrary: fc.record({
					kind: fc.constant("add"),
					bytes: fc.nat(40),
					place,
				}),
			},
			{
				weight: 3,
				arbitrary: fc.record({
					kind: fc.constant("attempt"),
					which: fc.nat(),
					bytes: fc.option(fc.nat(30), { nil: undefined }),
				}),
			},
			{
				weight: 3,
				arbitrary: fc.record({ kind: fc.constant("settle"), which: fc.nat() }),
			},
			{
				weight: 1,
				arbitrary: fc.record({
					kind: fc.constant("clear"),
					provider: fc.constantFrom("acme", "other", undefined),
				}),
			},
		) as fc.Arbitrary<Step>;
		fc.assert(
			fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
				const journal = createJournal(limits);
				let pending: Made[] = [];
				const settled: Made[] = [];
				let kept: Made[] = [];

				for (const step of steps) {
					const chosen =
						"which" in step
							? pending[step.which % Math.max(pending.length, 1)]
							: undefined;
					if (step.kind === "add") {
						const delivery = deliveryOf(
							step.bytes,
							step.place.endpoint,
							step.place.provider,
						);
						journal.add(delivery);
						pending.push(delivery);
						kept.push(delivery);
					} else if (step.kind === "clear") {
						journal.clear(step.provider);
						const stays = ({ event }: Delivery) =>
							step.provider !== undefined && event.provider !== step.provider;
						kept = kept.filter(stays);
						pending = pending.filter(stays);
					} else if (chosen !== undefined && step.kind === "attempt") {
						attempt(journal, chosen, step.bytes);
					} else if (chosen !== undefined) {
						pending = pending.filter((each) => each !== chosen);
						settled.push(chosen);
						settle(journal, chosen);
						for (const oldest of settled) {
							if (
								kept.length <= limits.deliveries &&
								weightOf(kept) <= limits.bytes
							)
								break;
							kept = kept.filter((each) => each !== oldest);
						}
					}

					const seen = {
						size: journal.size,
						newest: ids(journal.newest()),
						of: groups.map(([provider, endpoint]) =>
							ids(journal.of(provider, endpoint)),
						),
					};
					expect(seen).toEqual({
						size: kept.length,
						newest: ids(kept).reverse(),
						of: groups.map(([provider, endpoint]) =>
							ids(
								kept.filter(
									(each) =>
										each.event.provider === provider &&
										each.endpoint === endpoint,
								),
							),
						),
					});
				}
			}),
		);
	});
});

const groups = [
	["acme", "e1"],
	["acme", "e2"],
	["other", "e1"],
	["other", "e2"],
] as const;

type Step =
	| {
			kind: "add";
			bytes: number;
			place: { provider: string; endpoint: string };
	  }
	| { kind: "attempt"; which: number; bytes: number | undefined }
	| { kind: "settle"; which: number }
	| { kind: "clear"; provider: string | undefined };

function weightOf(deliveries: readonly Delivery[]): number {
	return deliveries
		.flatMap(({ body, attempts }) => [
			body,
			...attempts.map(({ response }) => response?.body),
		])
		.reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0);
}
