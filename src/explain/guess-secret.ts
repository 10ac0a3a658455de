import { fromBase64, fromHex, hmacSha256, utf8 } from "./bytes.ts";
import type { Digest, Genuine } from "./genuine.ts";
import type { Guess } from "./mistake.ts";

const asText = "The key is the text of the secret as it stands, in UTF-8.";

/** Mistakes in what the receiver takes for the secret. */
export async function guessSecret(genuine: Genuine): Promise<Guess[]> {
	return [...otherTexts(genuine), ...(await decoded(genuine))];
}

function otherTexts({ secrets, signed }: Genuine): Guess[] {
	const changes: [what: string, change: (secret: string) => string][] = [
		["without the white space around it", (secret) => secret.trim()],
		["with a newline behind it, as a file has one", (secret) => `${secret}\n`],
		[
			"with quotes around it, as an .env file has them",
			(secret) => `"${secret}"`,
		],
		[
			"with quotes around it, as an .env file has them",
			(secret) => `'${secret}'`,
		],
		["without its prefix", withoutPrefix],
		["in lower case", (secret) => secret.toLowerCase()],
		["in upper case", (secret) => secret.toUpperCase()],
	];
	return changes
		.filter(([, change]) => secrets.some((secret) => change(secret) !== secret))
		.map(([what, change]) => ({
			name: "secret-text",
			sentence: `The receiver has the secret ${what}. ${asText}`,
			headers: () => signed({ secrets: secrets.map(change) }),
		}));
}

/** The secret's text read as what it looks like. */
async function decoded({
	secrets,
	digests,
	withDigests,
}: Genuine): Promise<Guess[]> {
	const readings: [
		what: string,
		read: (secret: string) => Uint8Array | undefined,
	][] = [
		["from base64", fromBase64],
		[
			"from base64, behind its prefix",
			(secret) => fromBase64(withoutPrefix(secret)),
		],
		["from hex", fromHex],
	];
	const guesses: Guess[] = [];
	for (const [what, read] of readings) {
		const keys = secrets.map(read);
		if (digests.length === 0 || !keys.every(isKey)) continue;
		const texts = await Promise.all(
			digests.map((digest, i) => textWith(digest, keys[i] ?? utf8(""))),
		);
		guesses.push({
			name: "secret-decoded",
			sentence: `The receiver decodes the secret ${what}. ${asText}`,
			headers: () => withDigests((_, i) => texts[i] ?? ""),
		});
	}
	return guesses;
}

async function textWith(
	{ content, encode }: Digest,
	key: Uint8Array,
): Promise<string> {
	return encode(await hmacSha256(key, content));
}

/** An empty key is none. */
function isKey(key: Uint8Array | undefined): key is Uint8Array {
	return key !== undefined && key.length > 0;
}

/** Standard Webhooks has its secrets begin with `whsec_`. */
function withoutPrefix(secret: string): string {
	return secret.replace(/^[a-z]+_/, "");
}
