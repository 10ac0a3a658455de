/** What stands where something is hidden. */
export const hidden = "(masked)";

/**
 * A URL as it may be shown: without the user and the password in it. Everything that prints a receiver's URL prints
 * it by this. What is no URL, because it was mistyped, loses all that stands before an `@`.
 *
 * @example
 * maskUrl("http://me:s3cret@127.0.0.1:3000/hooks") // "http://(masked)@127.0.0.1:3000/hooks"
 */
export function maskUrl(text: string): string {
	if (!text.includes("@")) return text;
	const url = URL.parse(text);
	if (url === null || !/^https?:$/.test(url.protocol))
		return text.replaceAll(
			/((?:^|\s)(?:[a-z][a-z\d+.-]*:\/\/)?)\S*@/gi,
			`$1${hidden}@`,
		);
	const bare = withoutCredentials(text);
	return bare === text ? text : bare.replace("//", `//${hidden}@`);
}

/** The same URL for a request whose headers have the user and password. */
export function withoutCredentials(text: string): string {
	const url = text.includes("@") ? URL.parse(text) : null;
	if (url === null || (url.username === "" && url.password === "")) return text;
	url.username = "";
	url.password = "";
	return url.href;
}
