import { bytesOf } from "../bytes.ts";
import type { Message, Signer } from "../contract/signing.ts";
import { parseDuration } from "../duration.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";

/** The ways to sign wrongly, for receivers that should notice. `age` stands for a duration such as `10m`. */
export const badSignatures = {
	none: "no signature at all",
	"wrong-secret": "signed with a secret that was never issued",
	"previous-secret": "signed with the secret before the present one",
	"tampered-body": "one byte of the body changed after signing",
	"stale:<age>": "signed that long ago",
	"future:<age>": "signed that far ahead",
	garbage: "something that is no signature in its place",
	truncated: "half of the signature",
	"other-provider": "signed as another provider would",
} as const;

export type BadSignatureKind =
	| "none"
	| "wrong-secret"
	| "previous-secret"
	| "tampered-body"
	| "stale"
	| "future"
	| "garbage"
	| "truncated"
	| "other-provider";

/** One way to sign wrongly, as it was asked for and as it is done. */
export interface BadSignature {
	readonly text: string;
	readonly kind: BadSignatureKind;
	/** Milliseconds; of `stale` and `future`. */
	readonly age: number;
}

/** What some of them need to know. */
export interface SignedBefore {
	/** The secret before the present one; undefined: there was none. */
	readonly previous: string | undefined;
	readonly otherProvider: Pick<Signer, "sign">;
}

/** @throws LocalhookError `invalid-request`, `invalid-duration` */
export function parseBadSignature(text: string): BadSignature {
	const [kind = "", age] = text.split(":", 2);
	const words = Object.keys(badSignatures);
	const takesAge = words.includes(`${kind}:<age>`);
	if (takesAge && age !== undefined)
		return { text, kind: kind as BadSignatureKind, age: parseDuration(age) };
	if (words.includes(text))
		return { text, kind: text as BadSignatureKind, age: 0 };
	throw new LocalhookError(
		"invalid-request",
		`Failed to sign as ${JSON.stringify(text.slice(0, 100))}: ${takesAge ? `it needs an age, as in ${kind}:10m` : "there is no such way"}.` +
			`${didYouMean(kind, words)} Choose one of ${words.join(", ")}.`,
	);
}

/** What they do is done to a signature by the endpoint's own secret. */
const needSecret: readonly BadSignatureKind[] = [
	"tampered-body",
	"stale",
	"future",
	"truncated",
];

/**
 * Fails before anything is sent.
 *
 * @param secrets the endpoint's own, newest first
 * @throws LocalhookError `invalid-request`
 */
export function checkBadSignature(
	{ kind, text }: BadSignature,
	provider: string,
	signer: Signer,
	secrets: readonly string[],
	{ previous }: SignedBefore,
): void {
	const problem =
		needSecret.includes(kind) && secrets.length === 0
			? `${provider} has no secret here yet, so it signs nothing`
			: (kind === "stale" || kind === "future") &&
					signer.timestampHeader === undefined
				? `${provider} signs no time, so nothing tells a receiver how old a signature is`
				: kind === "previous-secret" && previous === undefined
					? `${provider} has no previous secret yet. Replace or roll it first`
					: undefined;
	if (problem === undefined) return;
	throw new LocalhookError(
		"invalid-request",
		`Failed to sign as ${quoted(text)}: ${problem}.`,
	);
}

/** The headers of a wrong signature. `body` of the message is what is sent. */
export function signBadly(
	{ kind, age }: BadSignature,
	signer: Signer,
	message: Message,
	{ previous, otherProvider }: SignedBefore,
): Record<string, string> {
	switch (kind) {
		case "none":
			return {};
		case "wrong-secret":
			return signer.sign({ ...message, secrets: [neverIssued] });
		case "previous-secret":
			return signer.sign({
				...message,
				secrets: previous === undefined ? [] : [previous],
			});
		case "tampered-body":
			return signer.sign({ ...message, body: tamper(message.body) });
		case "stale":
			return signer.sign({ ...message, at: message.at - age });
		case "future":
			return signer.sign({ ...message, at: message.at + age });
		case "garbage":
			return { ...signer.sign(message), [signer.header]: "garbage" };
		case "truncated": {
			// Half of two signatures would be a whole one.
			const secrets = message.secrets.slice(0, 1);
			const headers = signer.sign({ ...message, secrets });
			const value = headers[signer.header] ?? "";
			const half = value.slice(0, Math.ceil(value.length / 2));
			return { ...headers, [signer.header]: half };
		}
		case "other-provider":
			return otherProvider.sign({
				...message,
				secrets: message.secrets.length > 0 ? message.secrets : [neverIssued],
			});
	}
}

/** Where no other provider runs whose signature could be borrowed. */
export const foreignSigner: Pick<Signer, "sign"> = {
	sign: () => ({ "X-Hub-Signature-256": `sha256=${"0".repeat(64)}` }),
};

const neverIssued = "localhook-never-issued-this-secret";

/**
 * The same bytes with one character changed. Done twice it gives back what was there, so the body that was signed can
 * be told from the one that is sent: the last digit or letter whose neighbour in the alphabet is one too.
 */
export function tamper(body: Uint8Array): Uint8Array {
	const changed = bytesOf(body);
	const at = changed.findLastIndex((byte) =>
		/[0-9b-yB-Y]/.test(String.fromCharCode(byte)),
	);
	const place = at === -1 ? 0 : at;
	if (changed.length > 0) changed[place] = (changed[place] as number) ^ 1;
	return changed;
}
