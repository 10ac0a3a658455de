import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pythonJson } from "../../src/providers/prolific/python-json.ts";
import { anyCharacter } from "../support/arbitraries.ts";
import { python, withoutPython } from "../support/python.ts";

const written = (value: object) => Buffer.from(pythonJson(value)).toString();

describe("pythonJson", () => {
	it.each([
		[{}, "{}"],
		[{ a: [] }, '{"a": []}'],
		[{ a: 1, b: [true, false, null] }, '{"a": 1, "b": [true, false, null]}'],
		[{ "a:b,c": "d: e, f" }, '{"a:b,c": "d: e, f"}'],
		[
			{ quote: 'say ":" and ","', path: "C:\\" },
			'{"quote": "say \\":\\" and \\",\\"", "path": "C:\\\\"}',
		],
		[{ lines: "a\n\t\u0000\u007f" }, '{"lines": "a\\n\\t\\u0000\\u007f"}'],
		[{ é: "日本 🎉" }, '{"\\u00e9": "\\u65e5\\u672c \\ud83c\\udf89"}'],
		[{ lone: "\ud83c" }, '{"lone": "\\ud83c"}'],
		[{ float: 0.1, whole: 10.0 }, '{"float": 0.1, "whole": 10}'],
		[[0.0001, 0.00001, -1.5e-7, 1e-10], "[0.0001, 1e-05, -1.5e-07, 1e-10]"],
		[[0, -0, 2 ** 53, 1e16], "[0, -0.0, 9007199254740992, 10000000000000000]"],
		[[1e20, 1e21, 1.5e300], "[100000000000000000000, 1e+21, 1.5e+300]"],
		[[Number.NaN, Number.NEGATIVE_INFINITY], "[null, null]"],
		[{ kept: 1, dropped: undefined }, '{"kept": 1}'],
	])("writes %j as Python does", (value, text) => {
		expect(written(value)).toBe(text);
	});

	it("copes with a megabyte of escapes", () => {
		const text = '\\"é'.repeat(250_000);

		expect(JSON.parse(written({ text }))).toEqual({ text });
	});

	it.skipIf(withoutPython)(
		"writes what json.dumps writes, whatever the value",
		{ timeout: 60_000 },
		() => {
			const values = fc.sample(documents(), 1000);
			const floats = fc.sample(numbers(), 3000);

			const { dumped, reprs } = dumpedByPython(values, floats);

			expect(values.map(written)).toEqual(dumped);
			expect(values.map(written).map((text) => JSON.parse(text))).toEqual(
				values,
			);
			expect(floats.map((float) => written([float]))).toEqual(reprs);
		},
	);
});

/** Doubles of every size, most of them of the sizes at which somebody begins to count in powers of ten. */
function numbers(): fc.Arbitrary<number> {
	const near = fc
		.tuple(fc.integer({ min: -12, max: 23 }), fc.double({ min: -10, max: 10 }))
		.map(([power, digits]) => digits * 10 ** power);
	const round = fc
		.tuple(
			fc.integer({ min: -320, max: 308 }),
			fc.integer({ min: -99, max: 99 }),
		)
		.map(([power, digits]) => Number(`${digits}e${power}`));
	const any = fc.double({ noNaN: true, noDefaultInfinity: true });
	return fc
		.oneof(any, near, round, fc.constantFrom(0, -0, 1e-4, 1e16, 1e21))
		.filter((value) => Number.isFinite(value));
}

/** Objects of everything that there is in JSON. */
function documents(): fc.Arbitrary<object> {
	const text = fc.oneof(
		fc.string({ unit: anyCharacter }),
		fc.string({
			unit: fc.constantFrom(
				"\\",
				'"',
				":",
				",",
				"\ud83c",
				"\udf89",
				"\u007f",
				"\n",
				"é",
				" ",
			),
		}),
	);
	return fc.letrec<{ value: unknown; object: object }>((tie) => ({
		value: fc.oneof(
			{ maxDepth: 4 },
			text,
			fc.boolean(),
			fc.constant(null),
			fc.maxSafeInteger(),
			numbers(),
			fc.array(tie("value"), { maxLength: 4 }),
			tie("object"),
		),
		object: fc.dictionary(text, tie("value"), { maxKeys: 5 }),
	})).object;
}

/**
 * `dumped`: each value as a receiver gets it and dumps it again. `reprs`: each double, handed over by its bits, as Python
 * writes it; a whole one as the int that its digits are, since that is what JavaScript takes it for.
 */
function dumpedByPython(
	values: readonly object[],
	floats: readonly number[],
): { dumped: string[]; reprs: string[] } {
	const script = `
import json, struct, sys
given = json.load(sys.stdin)
def known(bits):
    double = struct.unpack(">d", bytes.fromhex(bits))[0]
    whole = double.is_integer() and abs(double) < 1e21 and str(double) != "-0.0"
    if not whole: return [double]
    # Digits beyond the shortest ones that name the double are zeros to JavaScript.
    digits, _, power = ("%r" % float(double)).partition("e")
    return [int(double)] if power == "" else [int(digits.replace(".", "") + "0" * (int(power) - len(digits.partition(".")[2])))]
print(json.dumps({
    "dumped": [json.dumps(json.loads(each)) for each in given["texts"]],
    "reprs": [json.dumps(known(each)) for each in given["floats"]],
}))`;
	const { stdout, stderr } = spawnSync(python, ["-X", "utf8", "-c", script], {
		input: JSON.stringify({
			texts: values.map(written),
			floats: floats.map(bitsOf),
		}),
		encoding: "utf8",
		maxBuffer: 64 * 1024 * 1024,
	});
	if (stderr !== "") throw new Error(stderr);
	return JSON.parse(stdout);
}

function bitsOf(double: number): string {
	const bytes = Buffer.alloc(8);
	bytes.writeDoubleBE(double);
	return bytes.toString("hex");
}
