import fc from "fast-check";

/** Any character but half surrogates. fast-check's own `unit: "binary"` takes seconds to set up. */
const character = fc
	.oneof(
		fc.integer({ min: 0, max: 0x7f }),
		fc.integer({ min: 0, max: 0xd7ff }),
		fc.integer({ min: 0xe000, max: 0x10_ffff }),
	)
	.map((code) => String.fromCodePoint(code));

/** Texts of any characters, control characters and the names that objects inherit included. */
export function anyText(minLength = 0): fc.Arbitrary<string> {
	return fc.oneof(
		fc.array(character, { minLength }).map((parts) => parts.join("")),
		fc.string({ minLength }),
	);
}

/** Texts put together from words. */
export function textOf(...words: string[]): fc.Arbitrary<string> {
	return fc
		.array(fc.constantFrom(...words), { maxLength: 30 })
		.map((parts) => parts.join(""));
}
