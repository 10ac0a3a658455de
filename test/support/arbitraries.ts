import fc from "fast-check";

/** Any character but half surrogates, as a `unit` of texts. fast-check's own "binary" takes a second to set up. */
export const anyCharacter = fc
	.oneof(
		fc.integer({ min: 0, max: 0x7f }),
		fc.integer({ min: 0, max: 0xd7ff }),
		fc.integer({ min: 0xe000, max: 0x10_ffff }),
	)
	.map((code) => String.fromCodePoint(code), codeOf);

/** Texts of any characters, control characters and the names that objects inherit included. */
export function anyText(minLength = 0): fc.Arbitrary<string> {
	return fc.oneof(
		fc.array(anyCharacter, { minLength }).map((parts) => parts.join("")),
		fc.string({ minLength }),
	);
}

/** Texts put together from words. */
export function textOf(...words: string[]): fc.Arbitrary<string> {
	return fc
		.array(fc.constantFrom(...words), { maxLength: 30 })
		.map((parts) => parts.join(""));
}

/** The other way round: with it texts of these characters may be `__proto__` and its like. */
function codeOf(character: unknown): number {
	const [first, ...rest] = typeof character === "string" ? character : [];
	if (first === undefined || rest.length > 0)
		throw new Error("It is not one character.");
	return first.codePointAt(0) as number;
}

/** URLs in which the URL parser drops something, or which a terminal, a script or a reader takes for more than a URL. */
export const unsafeUrls = [
	"\n",
	"\r",
	"\t",
	" ",
	"\u001b[2J",
	"\u0007",
	"\u009b",
	"\u202e",
	"\u2028",
].map((text) => `https://example.com/a${text}b`);
