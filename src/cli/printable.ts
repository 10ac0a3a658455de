/**
 * Text that is safe to show in a terminal: control and direction-changing characters, which could hide or
 * forge output, appear as escapes. Line breaks stay.
 */
export function printable(text: string): string {
	return text.replaceAll(
		/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
		(character) => {
			if (character === "\n") return character;
			return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
		},
	);
}

/** The same on one line. */
export function printableLine(text: string): string {
	return printable(text).replaceAll("\n", "\\n");
}
