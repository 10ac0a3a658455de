import type { Message } from "../../contract/signing.ts";
import { advice } from "../../generated/advice.ts";
import { traitsOf } from "../../signing/algorithms.ts";
import { digest, keyed } from "../../signing/digests.ts";
import { filled, type Row } from "../advice.ts";
import {
	encodings,
	type Guess,
	type Headers,
	type Known,
	rightHeaders,
} from "../guess.ts";

export function guessDigest({ signer }: Known, sample: Message): Guess[] {
	const recipe = signer.recipe(sample);
	if (recipe === undefined) return [];
	const { algorithm, encoding, header } = recipe;
	const encodingGuesses = Object.entries(encodings)
		.filter(([name]) => name !== encoding)
		.map(
			([name, encode]): Guess => ({
				cause: "digest-encoding",
				what: `the digest in ${name}, and it is in ${encoding}`,
				words: { encoding, header },
				encode,
				control: { encode: (bytes) => swappedCase(encode(bytes)) },
			}),
		);
	const isKeyed = algorithm !== "sha256";
	const own = isKeyed ? traitsOf[algorithm]?.digest : algorithm;
	if (own === undefined) return encodingGuesses;

	const hash = own.toUpperCase().replace("SHA", "SHA-");
	const rows = (advice.digests as readonly Row<"Digest">[]).filter(
		({ name }) => (isKeyed ? name !== own : name === own),
	);
	const algorithmOfAdvice = isKeyed ? `HMAC-${hash}` : `${hash} without a key`;
	const words = { algorithm: algorithmOfAdvice, digest: own };
	return [
		...encodingGuesses,
		...rows.map(
			({ what, rare, key, of, name = own }): Guess => ({
				cause: "digest-algorithm",
				what: filled(what, { hash }),
				words,
				rare,
				content: (parts) =>
					parts
						.filter(({ name }) => name !== "secret")
						.map(({ value }) => value),
				digest(content, { key: secret }) {
					const parts = { content, secret };
					const hashed = of.map((part) => parts[part]);
					return key
						? keyed(name, parts[key], hashed)
						: digest(name, ...hashed);
				},
			}),
		),
	];
}

/** What a receiver takes for the signature within the header, and which header it looks into. */
export function guessHeader(
	{ signer, headers = [] }: Known,
	sample: Message,
): Guess[] {
	const recipe = signer.recipe(sample);
	const value = rightHeaders(signer, sample)?.[signer.header];
	const [first] = recipe?.signatures ?? [];
	if (first === undefined || value === undefined) return [];
	const { header } = signer;
	const right = signer.over(first.content, first.secret);
	const before = value.slice(0, value.indexOf(right));
	const isCombined = signer.timestampHeader === header;
	// In a header with a time, what stands behind the last separator alone.
	const lead = isCombined ? (/[^,; ]*$/.exec(before)?.[0] ?? "") : before;
	const form = value.replace(right, "<digest>");
	const words = { header, form };
	const prefixed = (prefix: string, what: string): Guess => ({
		cause: "signature-prefix",
		what: `${what} in ${header}, where the value is ${form}`,
		words,
		headers: (sent, _, digest) => ({
			[header]: isCombined
				? (sent[header] ?? "").replace(lead + digest, () => prefix + digest)
				: prefix + digest,
		}),
	});
	const lax = prefixed("zzz=", 'a digest behind whatever ends with "="');
	const prefixes = advice.prefixes.filter((each) => each !== lead);
	const known = new Set([
		...headers,
		...advice.headers,
		header.replace(/^x-/i, ""),
		`X-${header}`,
	]);
	const elsewhere = [...known].filter(
		(name) => name.toLowerCase() !== header.toLowerCase(),
	);
	/** Of several headers that begin alike, such as svix-id and svix-signature, all. */
	const renamed = (name: string, sent: Headers) => {
		const [own = "", rest = ""] = header.split(/-(.*)/);
		const alike = signer.headers.filter(
			(each) => each.startsWith(`${own}-`) && name.endsWith(`-${rest}`),
		);
		return [
			...alike.map((each) => [
				each.replace(own, name.slice(0, -rest.length - 1)),
				sent[each],
			]),
			[name, sent[header]],
		];
	};
	const looking = (what: string, list: readonly string[]): Guess => ({
		cause: "header-name",
		what,
		words,
		// Where it belongs there is another one: some accept a right one by chance.
		headers: (sent) => ({
			[header]: "localhook",
			...Object.fromEntries(list.flatMap((name) => renamed(name, sent))),
		}),
	});
	return [
		...["new", "previous"].map(
			(which, i): Guess => ({
				cause: "signature-list",
				what: `${header} for one signature, the ${which} secret's alone`,
				message: ({ secrets }) => ({
					secrets: secrets.length < 2 ? secrets : secrets.slice(i, i + 1),
				}),
			}),
		),
		...(lead === "" ? [] : [prefixed("", "the digest alone")]),
		...prefixes.map((prefix) => ({
			...prefixed(prefix, `a digest behind "${prefix}"`),
			control: lax,
		})),
		{ ...lax, rare: true },
		{
			...looking(`another header than ${header}`, elsewhere),
			among: elsewhere.map((name) => looking(`${name}, not ${header}`, [name])),
		},
	];
}

function swappedCase(text: string): string {
	return text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
}
