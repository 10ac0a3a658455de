import leven from "leven";
import { newNames } from "./generated/tables.ts";

/** A longer one was not typed by hand; comparing it would only cost time. */
const longestName = 100;

/** The names closest to a mistyped one, best first; at most three, none when nothing is close. */
export function nearest(word: unknown, names: Iterable<string>): string[] {
	if (typeof word !== "string" || word.length > longestName) return [];
	const limit = Math.max(2, Math.floor(word.length / 3));
	return (
		// Several providers may have an operation of the same name.
		[...new Set(names)]
			.map((name) => ({
				name,
				distance: leven(word.toLowerCase(), name.toLowerCase()),
			}))
			// Of a short word, two changes and another beginning make another word.
			.filter(({ name, distance: d }) =>
				word.length > 4 || name[0] === word[0] ? d <= limit : d <= 1,
			)
			.sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
			.slice(0, 3)
			.map((candidate) => candidate.name)
	);
}

export function newName(old: unknown): string | undefined {
	return renamed.get(old);
}

const renamed: ReadonlyMap<unknown, string> = new Map(Object.entries(newNames));

/** ` Did you mean "x"?`, the new name of what was renamed, or nothing. */
export function didYouMean(word: unknown, names: Iterable<string>): string {
	const current = newName(word);
	if (current !== undefined && [...names].includes(current))
		return ` It is called "${current}" now.`;
	const close = nearest(word, names);
	return close.length === 0
		? ""
		: ` Did you mean ${close.map((name) => `"${name}"`).join(" or ")}?`;
}
