import { bytesOfBase64, bytesOfHex } from "../bytes.ts";
import { keyedSha256 } from "../signing/digests.ts";
import type { Genuine } from "./genuine.ts";
import type { Guess } from "./mistake.ts";

const asText = "The key is the text of the secret as it stands, in UTF-8.";

/** Mistakes in what the receiver takes for the secret. */
export function guessSecret(genuine: Genuine): Guess[] {
	return [...otherTexts(genuine), ...decoded(genuine)];
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
function decoded({ secrets, digests, withDigests }: Genuine): Guess[] {
	const readings: [
		what: string,
		read: (secret: string) => Uint8Array | undefined,
	][] = [
		["from base64", bytesOfBase64],
		[
			"from base64, behind its prefix",
			(secret) => bytesOfBase64(withoutPrefix(secret)),
		],
		["from hex", bytesOfPairs],
	];
	return readings.flatMap(([what, read]) => {
		const keys = secrets.map(read).filter(isKey);
		if (digests.length === 0 || keys.length < secrets.length) return [];
		return {
			name: "secret-decoded",
			sentence: `The receiver decodes the secret ${what}. ${asText}`,
			headers: () =>
				withDigests(({ content, encode }, i) =>
					encode(keyedSha256(keys[i] ?? "", content)),
				),
		};
	});
}

/** Undefined unless the text is pairs of hex digits, with or without dashes. */
function bytesOfPairs(text: string): Uint8Array | undefined {
	const digits = text.replaceAll("-", "");
	return /^(?:[0-9a-f]{2})+$/i.test(digits) ? bytesOfHex(digits) : undefined;
}

/** An empty key is none. */
function isKey(key: Uint8Array | undefined): key is Uint8Array {
	return key !== undefined && key.length > 0;
}

/** Standard Webhooks has its secrets begin with `whsec_`. */
function withoutPrefix(secret: string): string {
	return secret.replace(/^[a-z]+_/, "");
}
