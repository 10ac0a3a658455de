import type { Secret } from "./answers.ts";
import type { Client } from "./client.ts";
import type { Io } from "./io.ts";

/** Masks values in every spelling in which something here, or a tool that is given them, prints them. */
export function mask(values: Iterable<string | undefined>, io: Io): void {
	for (const value of values)
		for (const spelling of spellingsOf(value ?? "")) io.mask(spelling);
}

/**
 * The same for every secret that a server knows, before something is printed that may hold one.
 *
 * @param printed what may also hold a receiver's password, in a URL or in a header
 */
export async function maskSecretsOf(
	client: Client,
	io: Io,
	printed = "",
): Promise<void> {
	if (io.env.GITHUB_ACTIONS !== "true") return;
	mask(
		Array.from(printed.matchAll(access), ([, inUrl, inHeader]) => {
			return inUrl ?? inHeader;
		}),
		io,
	);
	const { secrets } = await client.get<{ secrets: Secret[] }>("/secrets", {
		query: { reveal: "true" },
	});
	mask(
		secrets.map(({ value }) => value),
		io,
	);
}

const access =
	/:\/\/[^\s"'/@:]*:([^\s"'/@]+)@|\b(?:Basic|Bearer) ([\w.~+/-]+=*)/gi;

/** As text, in JSON, in hexadecimal, in both alphabets of base64, and as a part of a URL; each once. */
function spellingsOf(value: string): Iterable<string> {
	const bytes = Buffer.from(value);
	const hex = bytes.toString("hex");
	const base64 = bytes.toString("base64");
	return new Set(
		[
			value,
			hex,
			hex.toUpperCase(),
			base64,
			base64.replace(/=+$/, ""),
			bytes.toString("base64url"),
			JSON.stringify(value).slice(1, -1),
			encodeURIComponent(bytes.toString()),
		].filter((spelling) => spelling !== ""),
	);
}
