import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../src/random.ts";
import { startEngine } from "./support/engine.ts";
import { usual } from "./support/providers.ts";

const count = 20_000;

describe("the seed auto", () => {
	const idOf = async (seed: string) => {
		const { engine } = await startEngine(usual.id, { seed });
		const { event } = engine.send(usual.id, usual.event);
		await engine.close();
		return { seed: engine.seed, id: event.id };
	};

	it("is another one at each start", async () => {
		const [one, other] = [await idOf("auto"), await idOf("auto")];

		expect(one.seed).toMatch(/^[0-9a-z]{14}$/);
		expect(other.seed).not.toBe(one.seed);
		expect(other.id).not.toBe(one.id);
	});

	it("can be repeated by what was drawn", async () => {
		const { seed, id } = await idOf("auto");

		expect(await idOf(seed)).toEqual({ seed, id });
	});
});

describe("a random source", () => {
	it("gives texts of the length and the alphabet that were asked for", () => {
		fc.assert(
			fc.property(fc.string(), fc.nat(200), (seed, length) => {
				const random = createRandom(seed);

				expect(random.hex(length)).toMatch(new RegExp(`^[0-9a-f]{${length}}$`));
				expect(random.alphanumeric(length)).toMatch(
					new RegExp(`^[A-Za-z0-9]{${length}}$`),
				);
				expect(random.base64url(length)).toMatch(
					new RegExp(`^[A-Za-z0-9_-]{${length}}$`),
				);
			}),
		);
	});

	it("gives version 4 UUIDs", () => {
		const random = createRandom("seed");
		const uuids = Array.from({ length: 1000 }, () => random.uuid());

		for (const uuid of uuids)
			expect(uuid).toMatch(
				/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
			);
		expect(new Set(uuids).size).toBe(1000);
		expect(new Set(uuids.map((uuid) => uuid[19])).size).toBe(4);
	});

	it("gives numbers from 0 up to, not including, 1", () => {
		const random = createRandom("seed");
		const numbers = Array.from({ length: count }, () => random.next());

		expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
		expect(Math.min(...numbers)).toBeLessThan(0.001);
		expect(Math.max(...numbers)).toBeLessThan(1);
		expect(Math.max(...numbers)).toBeGreaterThan(0.999);
	});

	it("gives the same for the same seed and the same calls", () => {
		const draw = (seed: string) => {
			const random = createRandom(seed);
			return [
				random.uuid(),
				random.hex(24),
				random.next(),
				random.alphanumeric(20),
				random.base64url(43),
				random.fork("a").hex(24),
			];
		};
		fc.assert(
			fc.property(fc.string(), fc.string(), (one, other) => {
				expect(draw(one)).toEqual(draw(one));
				if (one !== other) expect(draw(one)).not.toEqual(draw(other));
			}),
		);
	});

	it("keeps the values that users wrote down after an upgrade", () => {
		const random = createRandom("localhook").fork(usual.id);

		expect([random.hex(24), random.uuid(), random.next()]).toEqual([
			"5cbfce8f018ae30399887a06",
			"140cf45e-1f01-4cc5-a552-71fed1075f4f",
			0.13004871038720012,
		]);
	});

	it("forks into sources that nothing drawn elsewhere shifts", () => {
		const fresh = createRandom("seed");
		const used = createRandom("seed");
		used.hex(100);
		used.fork("b").hex(100);

		const drawn = used.fork("a").hex(24);

		expect(drawn).toBe(fresh.fork("a").hex(24));
		expect(drawn).not.toBe(fresh.fork("b").hex(24));
		expect(fresh.hex(24)).toBe(createRandom("seed").hex(24));
	});

	it("goes on with a stream where it was left, whatever else is drawn", () => {
		const random = createRandom("seed");
		const whole = createRandom("seed").fork("a").hex(48);

		const first = random.stream("a").hex(24);
		random.hex(10);
		random.stream("b").hex(10);
		random.fork("a").hex(10);
		const second = random.stream("a").hex(24);

		expect(first + second).toBe(whole);
	});

	it("is about even over seeds that differ by little", () => {
		const firsts = Array.from({ length: count }, (_, i) =>
			createRandom(String(i)).next(),
		);

		expectEven(firsts.map((number) => Math.floor(number * 16)));
	});

	it.each([
		["hex", 16],
		["alphanumeric", 62],
		["base64url", 64],
	] as const)("draws the %s characters about evenly", (kind, size) => {
		const text = createRandom("seed")[kind](count);

		expect(new Set(text).size).toBe(size);
		expectEven([...text]);
	});

	it("draws numbers about evenly, and each apart from the one before", () => {
		const random = createRandom("seed");
		const numbers = Array.from({ length: count }, () =>
			Math.floor(random.next() * 8),
		);

		expectEven(numbers);
		expectEven(
			numbers.slice(1).map((number, i) => number * 8 + (numbers[i] as number)),
		);
	});
});

/** Every value comes within five standard deviations of its share. */
function expectEven(values: readonly unknown[]): void {
	const counts = new Map<unknown, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	const share = values.length / counts.size;
	const allowed = 5 * Math.sqrt(share);
	for (const [value, times] of counts)
		expect(
			Math.abs(times - share),
			`${value} came ${times} times`,
		).toBeLessThan(allowed);
}
