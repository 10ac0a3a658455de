import type { Message } from "../../contract/signing.ts";
import { advice } from "../../generated/advice.ts";
import { digestOf } from "../../signing/algorithms.ts";
import {
	type DigestName,
	digest as digestBy,
	keyed,
} from "../../signing/digests.ts";
import {
	encodings,
	type Guess,
	type Headers,
	type Known,
	type Otherwise,
	rightHeaders,
	signedOtherwise,
	signing,
	unlessRight,
} from "../guess.ts";

const names: Readonly<Record<DigestName, string>> = {
	sha1: "SHA-1",
	sha256: "SHA-256",
	sha512: "SHA-512",
	md5: "MD5",
};

/** Which digest a receiver computes, and how it writes it. */
export function guessDigest({ signer }: Known, sample: Message): Guess[] {
	const recipe = signer.recipe(sample);
	if (recipe === undefined) return [];
	const { algorithm, encoding, header } = recipe;
	const own =
		digestOf[algorithm] ?? (algorithm === "sha256" ? "sha256" : undefined);
	const isKeyed = digestOf[algorithm] !== undefined;
	const encodingGuesses = Object.entries(encodings)
		.filter(([name]) => name !== encoding)
		.map(
			([name, encode]): Guess => ({
				cause: "digest-encoding",
				verb: `compares ${header} with`,
				what: `the digest in ${name}, and it is in ${encoding}`,
				words: { encoding },
				...signing(signer, { encode }),
				control: signing(signer, {
					encode: (bytes) => swappedCase(encode(bytes)),
				}).sign,
			}),
		);
	if (own === undefined) return encodingGuesses;

	const words = {
		algorithm: `${isKeyed ? "HMAC-" : ""}${names[own]}${isKeyed ? "" : " without a key"}`,
		digest: own,
	};
	const computed = (
		what: string,
		otherwise: Otherwise,
		rare = false,
	): Guess => ({
		cause: "digest-algorithm",
		verb: "computes",
		what,
		words,
		rare,
		...signing(signer, otherwise),
	});
	const others = (Object.keys(names) as DigestName[]).filter(
		(name) => name !== own,
	);
	const bodyOf = (parts: Parameters<NonNullable<Otherwise["content"]>>[0]) =>
		parts.filter(({ name }) => name !== "secret").map(({ value }) => value);
	const keyedGuesses = (isKeyed ? others : [own]).map((name) =>
		computed(`HMAC-${names[name]}`, {
			content: bodyOf,
			digest: (content, { key }) => keyed(name, key, [content]),
		}),
	);
	const hash = names[own];
	const mixed = [
		computed(`${hash} of the secret and the content, without HMAC`, {
			digest: (content, { key }) => digestBy(own, key, content),
		}),
		computed(`${hash} of the content and the secret, without HMAC`, {
			digest: (content, { key }) => digestBy(own, content, key),
		}),
		computed(
			`${hash} of the content alone, without the secret`,
			{ digest: (content) => digestBy(own, content) },
			true,
		),
		computed(
			"the HMAC with key and content the wrong way round",
			{ digest: (content, { key }) => keyed(own, content, [key]) },
			true,
		),
	];
	return [...encodingGuesses, ...keyedGuesses, ...(isKeyed ? mixed : [])];
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
	const at = value.indexOf(right);
	const isCombined = signer.timestampHeader === header;
	// In a header with a time, what stands behind the last separator alone.
	const lead = isCombined
		? (/[^,; ]*$/.exec(value.slice(0, at))?.[0] ?? "")
		: value.slice(0, at);
	const form = value.replace(right, "<digest>");
	const words = { header, form };
	const led = (prefix: string) => (message: Message) =>
		signedOtherwise(signer, message, {
			value: (own, [digest = ""]) =>
				isCombined
					? own.replace(lead + digest, () => prefix + digest)
					: prefix + digest,
		});
	const one =
		(i: number) =>
		(message: Message): Headers | undefined => {
			const secret = message.secrets[i];
			if (secret === undefined || message.secrets.length < 2) return undefined;
			return unlessRight(signer, message, { secrets: [secret] });
		};
	const prefixes = ["", ...advice.prefixes].filter((each) => each !== lead);
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
	const inHeaders = (list: readonly string[]) => (message: Message) => {
		const right = rightHeaders(signer, message) ?? {};
		const [own = "", rest = ""] = header.split(/-(.*)/);
		const alike = (name: string) =>
			signer.headers
				.filter(
					(each) => each.startsWith(`${own}-`) && name.endsWith(`-${rest}`),
				)
				.map((each) => [
					each.replace(own, name.slice(0, -rest.length - 1)),
					right[each],
				]);
		return signedOtherwise(signer, message, {
			// Where it belongs there is another one: some accept a right one by chance.
			headers: (sent) => ({
				[header]: "localhook",
				...Object.fromEntries(
					list.flatMap((name) => [...alike(name), [name, sent]]),
				),
			}),
		});
	};
	return [
		...["new", "previous"].map(
			(which, i): Guess => ({
				cause: "signature-list",
				verb: "takes",
				what: `${header} for one signature, the ${which} secret's alone`,
				sign: one(i),
			}),
		),
		...prefixes.map(
			(prefix): Guess => ({
				cause: "signature-prefix",
				verb: "looks for",
				what: `${prefix === "" ? "the digest alone" : `a digest behind "${prefix}"`} in ${header}, where the value is ${form}`,
				words,
				sign: led(prefix),
				...(prefix !== "" && { control: led("zzz=") }),
			}),
		),
		{
			cause: "signature-prefix",
			verb: "looks for",
			what: `a digest behind whatever ends with "=" in ${header}, where the value is ${form}`,
			words,
			rare: true,
			sign: led("zzz="),
		},
		{
			cause: "header-name",
			verb: "looks into",
			what: `another header than ${header}`,
			words,
			sign: inHeaders(elsewhere),
			among: elsewhere.map((name) => ({
				cause: "header-name",
				verb: "looks into",
				what: `${name}, not ${header}`,
				words,
				sign: inHeaders([name]),
			})),
		},
	];
}

function swappedCase(text: string): string {
	return text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
}
