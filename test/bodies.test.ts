import fc from "fast-check";
import { expect, it } from "vitest";
import { bytesOf } from "../src/bytes.ts";
import { anyText } from "./support/arbitraries.ts";

it("bodies are the UTF-8 of their texts, or the bytes themselves, and no later one touches an earlier one", () => {
	const text = fc.oneof(
		anyText(),
		fc.constant("\ud800 alone"),
		fc
			.tuple(fc.constantFrom("x", "é", "…", "🎉"), fc.nat(40_000))
			.map(([character, times]) => character.repeat(times)),
	);
	fc.assert(
		fc.property(fc.array(text, { maxLength: 30 }), (texts) => {
			const kept = texts.flatMap((each) => {
				const bytes = Buffer.from(each);
				const both = [bytesOf(each), bytesOf(bytes)];
				bytes.fill(0);
				return both;
			});

			for (const [i, each] of kept.entries())
				expect(Buffer.from(texts[i >> 1] as string).equals(each)).toBe(true);
		}),
		{ numRuns: 30 },
	);
});
