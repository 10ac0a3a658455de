import { bytesOf } from "../bytes.ts";
import type { Message, Signer } from "../contract/signing.ts";
import { parseDuration } from "../duration.ts";
import { invalidRequest, type LocalhookError, quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";

export interface SignedBefore {
	/** The secret before the present one; undefined: there was none. */
	readonly previous: string | undefined;
	readonly otherProvider: OtherProvider;
}

interface OtherProvider extends Pick<Signer, "sign"> {
	readonly secret: string;
}

interface Way {
	/** It stands with a duration, as in `stale:10m`, that is added so many times, and needs a time that is signed. */
	readonly ages?: 1 | -1;
	/** What it does is done to a signature by the endpoint's own secret. */
	readonly needsSecret?: true;
	/** What it means that a receiver accepts it; absent: that it accepts anything. `<age>` is how far off the time is. */
	readonly danger?: string;
	/** What is signed in place of the message. `body` of the message is what is sent. */
	change?(
		message: Message,
		before: SignedBefore,
		signer: Signer,
	): Partial<Message>;
	distort?(signature: string): string;
}

const anybody = "anybody can send it forged events";

/** The ways to sign wrongly, for receivers that should notice. */
const ways = {
	none: {},
	"wrong-secret": {
		change: (_, __, { neverIssued }) => ({ secrets: [neverIssued] }),
	},
	"previous-secret": {
		danger: "whoever has the replaced secret can still sign",
		change: (_, { previous }) => ({
			secrets: previous === undefined ? [] : [previous],
		}),
	},
	"tampered-body": {
		needsSecret: true,
		danger: "a body that was changed on its way counts as genuine",
		change: ({ body }) => ({ body: tamper(body) }),
	},
	stale: {
		ages: -1,
		needsSecret: true,
		danger: "whoever recorded a delivery can send it again <age> later",
	},
	future: {
		ages: 1,
		needsSecret: true,
		danger: "it accepts a time that is <age> ahead",
	},
	garbage: { distort: () => "garbage" },
	truncated: {
		needsSecret: true,
		// Half of two signatures would be a whole one.
		change: ({ secrets }) => ({ secrets: secrets.slice(0, 1) }),
		distort: (value) => value.slice(0, Math.ceil(value.length / 2)),
	},
	"other-provider": {
		change: (_, { otherProvider }) => ({ secrets: [otherProvider.secret] }),
	},
} satisfies Record<string, Way>;

export interface BadSignature {
	readonly text: string;
	readonly kind: keyof typeof ways;
	/** Milliseconds; of `stale` and `future`. */
	readonly age: number;
}

export const waysToSignBadly: readonly string[] = Object.keys(ways);

const wayOf = (kind: BadSignature["kind"]): Way => ways[kind];
const isKind = (text: string): text is BadSignature["kind"] =>
	Object.hasOwn(ways, text);

export function parseBadSignature(text: string): BadSignature {
	const [kind = "", age] = text.split(":", 2);
	const takesAge = isKind(kind) && wayOf(kind).ages !== undefined;
	if (takesAge && age !== undefined)
		return { text, kind, age: parseDuration(age) };
	if (!takesAge && isKind(text)) return { text, kind: text, age: 0 };
	const words = Object.entries<Way>(ways).map(([word, way]) =>
		way.ages ? `${word}:<age>` : word,
	);
	throw invalidRequest(
		`Failed to sign as ${JSON.stringify(text.slice(0, 100))}: ${takesAge ? `it needs an age, as in ${kind}:10m` : "there is no such way"}.` +
			`${didYouMean(kind, words)} Choose one of ${words.join(", ")}.`,
	);
}

export function checkBadSignature(
	{ kind, text }: BadSignature,
	provider: string,
	signer: Signer,
	secrets: readonly string[],
	{ previous }: SignedBefore,
): void {
	const { needsSecret, ages } = wayOf(kind);
	const refuse = (problem: string): LocalhookError =>
		invalidRequest(
			`Failed to sign as ${quoted(text)}: ${provider} ${problem}.`,
		);
	if (needsSecret && secrets.length === 0)
		throw refuse("has no secret here yet, so it signs nothing");
	if (ages && !signer.timestampHeader && !signer.dated)
		throw refuse(
			"signs no time, so nothing tells a receiver how old a signature is",
		);
	if (kind === "previous-secret" && previous === undefined)
		throw refuse("has no previous secret yet. Replace or roll it first");
}

export function signBadly(
	{ kind, age }: BadSignature,
	signer: Signer,
	message: Message,
	before: SignedBefore,
): Record<string, string> {
	const { change, distort, ages = 0 } = wayOf(kind);
	const at = message.at + ages * age;
	const changed = { ...message, at, ...change?.(message, before, signer) };
	if (kind === "none") return {};
	if (kind === "other-provider") return before.otherProvider.sign(changed);
	const headers = signer.sign(changed);
	if (distort === undefined) return headers;
	const { header } = signer;
	return { ...headers, [header]: distort(headers[header] ?? "") };
}

/** What is sent in place of a body: what its receiver should refuse. */
export function bodySentBadly(
	{ kind, age }: BadSignature,
	{ dated }: Pick<Signer, "dated">,
	body: Uint8Array,
	now: number,
): Uint8Array {
	const { ages } = wayOf(kind);
	if (kind === "tampered-body") return tamper(body);
	return (ages && dated?.(body, now + ages * age)) || body;
}

/** How old a signature may be for a receiver that checks its time: what the libraries of most providers allow. */
const tolerance = 300_000;

/**
 * Whether a receiver has to refuse it. It need not where the time is off by little, where the secret before is still
 * valid, and where nothing is ever signed.
 *
 * @param text a way, as it was parsed before
 */
export function shouldBeRefused(
	text: string,
	secrets: readonly string[],
	previous: string | undefined,
): boolean {
	const { kind, age } = parseBadSignature(text);
	if (wayOf(kind).ages) return age > tolerance;
	if (kind === "none") return secrets.length > 0;
	return !(kind === "previous-secret" && secrets.includes(previous ?? ""));
}

/** The loudest line there is. @param text a way, or whatever another server calls one */
export function acceptedWrongly(text: string): string {
	const [kind = "", age = ""] = text.split(":", 2);
	const danger = (isKind(kind) && wayOf(kind).danger) || anybody;
	return `ACCEPTED ALTHOUGH SIGNED WRONGLY (${text}): ${danger.replace("<age>", age)}`;
}

/** Where no other provider runs whose signature could be borrowed. */
export const inventedProvider: OtherProvider = {
	secret: "",
	sign: () => ({ "X-Hub-Signature-256": `sha256=${"0".repeat(64)}` }),
};

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
