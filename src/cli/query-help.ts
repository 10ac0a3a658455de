import { syntax } from "../query/parse.ts";

/** What a query can say, for the help of the commands that take one. */
export const queryHelp: string = [
	"\nQueries:",
	...syntax.map(({ example, summary }) => `  ${example.padEnd(34)} ${summary}`),
	"",
].join("\n");

/** Tells that nothing was found, and by which query. */
export function nothingOf(query: string | undefined): string {
	return query === undefined
		? "There is nothing yet. Make an event happen with localhook send."
		: `Nothing matches ${JSON.stringify(query)}.`;
}

/** A query that was given as one word or as several; undefined: everything. */
export function queryOf(words: readonly string[]): string | undefined {
	return words.length === 0 ? undefined : words.join(" ");
}
