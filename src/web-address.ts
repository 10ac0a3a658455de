import { quoted } from "./errors.ts";

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

export const hidden = "(masked)";

/**
 * A URL as it may be shown: without the user and the password in it. Everything that prints a URL of the user's prints
 * it by this, right or mistyped. Where it cannot be said which `@` ends the password, the last one does: too much is
 * hidden rather than too little.
 */
export function maskUrl(text: string): string {
	// What is masked already stays as it is.
	if (!text.replaceAll(`${hidden}@`, "").includes("@")) return text;
	const url = webAddress(text);
	return url !== null && !mayHoldPassword(url, text)
		? text
		: text.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, `$1${hidden}@`);
}

/** The same as an error quotes it: whatever was given where a URL is wanted, or where somebody may have put one. */
export function quotedUrl(given: unknown): string {
	return quoted(typeof given === "string" ? maskUrl(given) : given);
}

/** The beginning of a URL that has a port, or of one whose password has a raw `/`, `?` or `#`. */
const portOrPassword = /^https?:\/\/[^/?#\\@[\]]+:\d*[/?#\\].*@/i;

function mayHoldPassword(url: URL, text: string): boolean {
	const { username, password, hash, hostname } = url;
	return (
		username !== "" ||
		password !== "" ||
		hash.includes("@") ||
		(portOrPassword.test(text) && !/(?:^|\.)localhost$|^[\d.]+$/.test(hostname))
	);
}

export function withoutCredentials(text: string): string {
	const url = text.includes("@") ? URL.parse(text) : null;
	if (url === null || (url.username === "" && url.password === "")) return text;
	url.username = "";
	url.password = "";
	return url.href;
}
