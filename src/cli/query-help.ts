import { completions, syntax } from "../query/completions.ts";

/** What a query can say, for the help of the commands that take one. */
export const queryHelp: string = [
	"\nQueries:",
	...[...completions, ...syntax].map(
		({ example, summary }) => `  ${example.padEnd(34)} ${summary}`,
	),
	"",
].join("\n");
