import { quoted } from "./errors.ts";
import { webAddress } from "./web-address.ts";

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

/** The same URL for a request whose headers have the user and password. */
export function withoutCredentials(text: string): string {
	const url = text.includes("@") ? URL.parse(text) : null;
	if (url === null || (url.username === "" && url.password === "")) return text;
	url.username = "";
	url.password = "";
	return url.href;
}
