/** A query that was given as one word or as several; undefined: everything. */
export function queryOf(words: readonly string[]): string | undefined {
	return words.length === 0 ? undefined : words.join(" ");
}
