import fc from "fast-check";
import { expect, it } from "vitest";
import { createBodies } from "../src/delivery/bodies.ts";
import { anyText } from "./support/arbitraries.ts";

it("bodies are the UTF-8 of their texts, and no later one touches an earlier one", () => {
	const text = fc.oneof(
		anyText(),
		fc.constant("\ud800 alone"),
		fc
			.tuple(fc.constantFrom("x", "é", "…", "🎉"), fc.nat(40_000))
			.map(([character, times]) => character.repeat(times)),
	);
	fc.assert(
		fc.property(fc.array(text, { maxLength: 30 }), (texts) => {
			const bodies = createBodies();

			const encoded = texts.map((each) => bodies.encode(each));

			for (const [i, each] of texts.entries())
				expect(Buffer.from(each).equals(encoded[i] as Uint8Array)).toBe(true);
		}),
		{ numRuns: 30 },
	);
});
