import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { didYouMean, nearest } from "../src/nearest.ts";

const providers = ["courierly", "anvils", "barrels", "rockets"];

describe("nearest", () => {
	it.each([
		["anvls", ["anvils"]],
		["ANVILS", ["anvils"]],
		["rockett", ["rockets"]],
		["brarels", ["barrels"]],
		["courier-ly", ["courierly"]],
		["stripe", []],
		["rokcets", ["rockets"]],
		["int", []],
		["", []],
		["x", []],
	])("finds what %j was meant to be: %j", (word, names) => {
		expect(nearest(word, providers)).toEqual(names);
	});

	it("gives three at most, the closest first, equals by name", () => {
		const names = ["made-d", "made-c", "made", "made-b", "mad"];

		expect(nearest("made-", names)).toEqual(["made", "made-b", "made-c"]);
	});

	it("gives a name once that several have", () => {
		expect(nearest("create-secrt", ["create-secret", "create-secret"])).toEqual(
			["create-secret"],
		);
	});

	it("takes any iterable", () => {
		expect(
			nearest(
				"b",
				new Map([
					["a", 1],
					["b", 2],
				]).keys(),
			),
		).toEqual(["b", "a"]);
	});

	it("leaves aside what nobody typed by hand", () => {
		const long = "a".repeat(10_000);

		expect(nearest(long, [long, "a"])).toEqual([]);
	});

	it("finds any name from which one character was lost, or one more was put in", () => {
		const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{4,12}$/), {
			minLength: 1,
			maxLength: 3,
		});
		fc.assert(
			fc.property(names, fc.nat(), fc.boolean(), (all, place, lost) => {
				const name = all[0] as string;
				const i = place % name.length;
				const typed = lost
					? name.slice(0, i) + name.slice(i + 1)
					: `${name.slice(0, i)}z${name.slice(i)}`;

				expect(nearest(typed, all)).toContain(name);
			}),
		);
	});

	it("gives the name itself first, and only names there are", () => {
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.string({ maxLength: 100 }), {
					selector: (name) => name.toLowerCase(),
					minLength: 1,
				}),
				(names) => {
					const found = nearest(names[0] as string, names);

					expect(found[0]).toBe(names[0]);
					expect(found.length).toBeLessThanOrEqual(3);
					expect(names).toEqual(expect.arrayContaining(found));
				},
			),
		);
	});
});

describe("didYouMean", () => {
	it("asks about one name, about several, or not at all", () => {
		expect(didYouMean("anvls", providers)).toBe(' Did you mean "anvils"?');
		expect(didYouMean("made-", ["made-a", "made-b"])).toBe(
			' Did you mean "made-a" or "made-b"?',
		);
		expect(didYouMean("stripe", providers)).toBe("");
	});
});
