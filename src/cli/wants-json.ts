import type { Io } from "./io.ts";

/** By name, since the table of settings need not be loaded for every command; a test holds the two together. */
export const jsonVariable = "LOCALHOOK_JSON";

/** Asked before flags and settings are read, since reading them is one of the things that can fail. */
export function wantsJson(words: readonly string[], { env }: Io): boolean {
	const variable = env[jsonVariable] ?? "";
	const dashes = words.indexOf("--");
	const own = dashes === -1 ? words : words.slice(0, dashes);
	const flag = own.findLast((word) => /^--(no-)?json$/.test(word));
	return flag === undefined
		? ["1", "true"].includes(variable)
		: flag === "--json";
}
