import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pythonJson } from "../../src/providers/prolific/python-json.ts";
import { anyCharacter } from "../support/arbitraries.ts";
import { withoutPython } from "../support/python.ts";

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
			fc.assert(
				fc.property(
					fc.array(documents(), { minLength: 180, maxLength: 360 }),
					(values) => {
						expect(values.map(written)).toEqual(dumpedByPython(values));
					},
				),
				{ numRuns: 3 },
			);
		},
	);
});

/** Objects of everything that JavaScript and Python write alike; not floats, which they do not. */
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
			fc.array(tie("value"), { maxLength: 4 }),
			tie("object"),
		),
		object: fc.dictionary(text, tie("value"), { maxKeys: 5 }),
	})).object;
}

function dumpedByPython(values: readonly object[]): string[] {
	const script =
		"import json, sys; print(json.dumps([json.dumps(each) for each in json.load(sys.stdin)]))";
	const { stdout, stderr } = spawnSync(
		"python3",
		["-X", "utf8", "-c", script],
		{
			input: JSON.stringify(values),
			encoding: "utf8",
		},
	);
	if (stderr !== "") throw new Error(stderr);
	return JSON.parse(stdout);
}
