/**
 * The URL that a text is, or null: one of http or https, without what the URL parser would drop or rewrite in silence
 * and what a terminal or a script would obey: spaces, line breaks, control characters, marks of direction.
 *
 * @example
 * webAddress("https://example.com/hook\n") // null
 */
export function webAddress(text: string): URL | null {
	return /^https?:\/\/[^\s\p{Cc}\p{Cf}\p{Cs}]+$/iu.test(text)
		? URL.parse(text)
		: null;
}
