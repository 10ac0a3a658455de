import { encodings, type Genuine } from "./genuine.ts";
import type { Guess } from "./mistake.ts";

/** Mistakes in how the receiver reads the header of the signature. */
export function guessSignature(genuine: Genuine): Guess[] {
	return [
		...otherEncodings(genuine),
		...otherPrefixes(genuine),
		...oneOfSeveral(genuine),
	];
}

function otherEncodings({ digests, signer, withDigests }: Genuine): Guess[] {
	const [first] = digests;
	if (first === undefined) return [];
	const names = Object.keys(encodings) as (keyof typeof encodings)[];
	const sent = names.find(
		(name) => encodings[name](first.bytes) === first.text,
	);
	return names
		.filter((name) => name !== sent)
		.map((name) => ({
			name: "digest-encoding",
			sentence: `The receiver compares ${signer.header} with the digest in ${name}, and it is in ${sent}. Write the digest in ${sent} before comparing.`,
			headers: () => withDigests(({ bytes }) => encodings[name](bytes)),
		}));
}

function otherPrefixes({
	digests,
	signer,
	signature,
	withSignature,
}: Genuine): Guess[] {
	const [first] = digests;
	if (first === undefined) return [];
	const own = signature.slice(0, signature.indexOf(first.text));
	const guesses: Guess[] = [];
	if (own !== "")
		guesses.push({
			name: "signature-prefix",
			sentence: `The receiver compares the whole value of ${signer.header} with a bare digest, and the value begins with "${own}". Take the digests out of the value before comparing.`,
			headers: () => withSignature(first.text),
		});
	for (const prefix of ["sha256=", "v1="]) {
		if (prefix === own) continue;
		guesses.push({
			name: "signature-prefix",
			sentence: `The receiver looks for a digest behind "${prefix}" in ${signer.header}, where the value ${own === "" ? "is the digest alone" : `has "${own}"`}. Compare with what the provider sends.`,
			headers: () => withSignature(prefix + first.text),
		});
	}
	return guesses;
}

/** While a secret is rolled, each of two signs. */
function oneOfSeveral({ secrets, signer, signed }: Genuine): Guess[] {
	if (secrets.length < 2) return [];
	return secrets.map((secret, i) => ({
		name: "one-signature",
		sentence: `The receiver takes ${signer.header} for one signature, and it holds ${secrets.length} while a secret is rolled: the receiver accepts ${i === 0 ? "the new secret's" : "the previous secret's"} alone. Compare with each of them.`,
		headers: () => signed({ secrets: [secret] }),
	}));
}
