import { Lexer } from "yaml";

/** How many brackets may be open. */
const deepest = 100;
/** How far a line may be indented: in a block, each level stands further to the right. */
const widest = 400;
/** What the lexer puts before a scalar without quotes. */
const plainFollows = "\u001f";

/**
 * What is too much about the nesting of a YAML or JSON text. Asked before it is parsed: the parser calls itself for each
 * level, and Node ends at once, with nothing to catch, if the stack gets full while it compiles a regular expression.
 *
 * @example
 * excessOfNesting("[".repeat(1000)) // "it nests lists and tables too deeply"
 */
export function excessOfNesting(text: string): string | undefined {
	const indented = text
		.split("\n")
		.some((line) => (/^(?:[-?:]?[ \t])*/.exec(line)?.[0].length ?? 0) > widest);
	return indented || opensTooMany(text)
		? "it nests lists and tables too deeply"
		: undefined;
}

function opensTooMany(text: string): boolean {
	let open = 0;
	let before = "";
	for (const token of new Lexer().lex(text)) {
		if (before !== plainFollows) {
			if (token === "[" || token === "{") open++;
			if (token === "]" || token === "}") open--;
			if (open > deepest) return true;
		}
		before = token;
	}
	return false;
}
