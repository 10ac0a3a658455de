import { syntax } from "../query/parse.ts";

const lines = syntax.map(
	({ example, summary }) => `  ${example.padEnd(34)} ${summary}\n`,
);

/** What a query can say, below the help of a command that takes one. */
export const queryHelp: string = `\nQueries:\n${lines.join("")}`;

export function nothingOf(query: string | undefined): string {
	return query === undefined
		? "There is nothing yet. Make an event happen with localhook send."
		: `Nothing matches ${JSON.stringify(query)}.`;
}

/** A query that was given as one word or as several; undefined: everything. */
export function queryOf(words: readonly string[]): string | undefined {
	return words.length === 0 ? undefined : words.join(" ");
}
