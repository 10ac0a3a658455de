/**
 * The URL that a text is, or null: one of http or https, without what the URL parser would drop or rewrite in silence
 * and what a terminal or a script would obey: spaces, line breaks, control characters, marks of direction.
 */
export function webAddress(text: string): URL | null {
	return scheme.test(text) && !silent.test(text) ? URL.parse(text) : null;
}

const scheme = /^https?:\/\//i;
const silent = /[\s\p{Cc}\p{Cf}\p{Cs}]/u;

/** Why a text is no {@link webAddress}: a clause of an error's sentence, which repeats nothing of the text. */
export function whyNoWebAddress(text: string): string {
	return `it is not an http URL${reasonOf(text)}`;
}

const unencoded =
	": it has a space, a line break or another character that a URL has to encode, such as %20 for a space";

function reasonOf(text: string): string {
	if (!scheme.test(text)) return ", which starts with http:// or https://";
	if (URL.canParse(text)) return unencoded;
	const [authority = ""] = text.replace(scheme, "").split(/[/?#\\]/);
	// The `@` is the end of a password in which one of those stands as it is.
	if (text.includes("@") && !authority.includes("@"))
		return ": in a user or a password, write # as %23, / as %2F and ? as %3F";
	if (silent.test(text)) return unencoded;
	const port = /:(\d+)$/.exec(authority)?.[1];
	if (Number(port) > 65_535)
		return ": its port is too high, ports end at 65535";
	return authority === "" ? ": it has no host" : "";
}
