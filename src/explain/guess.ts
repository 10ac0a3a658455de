import {
	base64Of,
	base64urlOf,
	bytesOf,
	bytesOfBase64,
	bytesOfHex,
	hexOf,
	joined,
} from "../bytes.ts";
import type { Message, Part, Recipe, Signer } from "../contract/signing.ts";
import { LocalhookError } from "../errors.ts";
import type { Cause } from "./advice.ts";

export type Headers = Readonly<Record<string, string>>;

/** One mistake in one form, and what a receiver that makes it does otherwise than the provider. */
export interface Guess extends Otherwise {
	readonly cause: Cause;
	/** What such a receiver does with `what`: "The receiver hashes ...". Default: as advice.yaml has it of the cause. */
	readonly verb?: string;
	/** A noun phrase: "the body with a newline behind it". "The signature is right for ..." fits as well. */
	readonly what: string;
	/** What stands in braces in the advice on it. */
	readonly words?: Readonly<Record<string, string>>;
	/** Asked once all others have been. */
	readonly rare?: boolean | undefined;
	/** Several at once: which of these it is remains to be asked. */
	readonly among?: readonly Guess[];
	/** It shows only at the very beginning of a second. */
	readonly atSecond?: true | undefined;
	/** The bodies that it is asked with, where the delivery's own would be refused behind the signature too. */
	readonly bodies?: readonly [Uint8Array, Uint8Array];
	/** Two mistakes at once, of which each is a guess of its own. */
	readonly both?: readonly [Guess, Guess];
	/** A near miss: refused by who makes this very mistake, accepted by who is lax in general. */
	readonly control?: Otherwise;
	/** Who accepts the near miss too does not make this mistake at all. */
	readonly isStrict?: boolean;
}

/** Milliseconds until this may be sent. @param now epoch milliseconds */
export function delayOf({ atSecond }: Pick<Guess, "atSecond">, now: number) {
	const since = now % 1000;
	// A timer may be over a moment before the second is.
	return atSecond && since > 50 ? 1005 - since : 0;
}

export interface OtherSecret {
	/** Whose: "the secret before the last replacement". */
	readonly what: string;
	readonly secret: string;
}

export interface Known {
	readonly signer: Signer;
	readonly secrets?: readonly OtherSecret[];
	/** Names of headers in which others send signatures. */
	readonly headers?: readonly string[];
	/** The receiver's time, epoch milliseconds. */
	now(): number;
	/** Where requests go, if that is not the registered URL. */
	called?(): string | undefined;
	/** Milliseconds from UTC to the receiver's local time; default: this machine's. */
	readonly zone?: number;
}

export const encodings = {
	hex: hexOf,
	HEX: (bytes: Uint8Array) => hexOf(bytes).toUpperCase(),
	base64: base64Of,
	"base64 without padding": (bytes: Uint8Array) =>
		base64Of(bytes).replace(/=+$/, ""),
	base64url: base64urlOf,
	"base64url with padding": (bytes: Uint8Array) =>
		base64Of(bytes).replaceAll("+", "-").replaceAll("/", "_"),
	"base64 of its hex digits": (bytes: Uint8Array) =>
		base64Of(bytesOf(hexOf(bytes))),
};

type Signature = Recipe["signatures"][number];

/** What a receiver does otherwise than the provider. Each part goes on from what the one before has made. */
export interface Otherwise {
	/** It is signed as if it were of another secret, or of another time. */
	readonly message?: (message: Message) => Partial<Message>;
	/** What is hashed. undefined: cannot be said of this message. */
	readonly content?: (
		parts: readonly Part[],
		message: Message,
		signature: Signature,
	) => readonly (string | Uint8Array)[] | undefined;
	/** The digest of it, in place of the provider's own. */
	readonly digest?: (
		content: Uint8Array,
		signature: Signature,
		recipe: Recipe,
	) => Uint8Array | undefined;
	readonly encode?: (digest: Uint8Array) => string;
	/** Headers in place of those that are sent. @param digest the first signature in it */
	readonly headers?: (
		sent: Headers,
		message: Message,
		digest: string,
	) => Headers;
}

/**
 * The headers that who does so accepts, for any message; undefined: this message cannot show it, or it comes to the right
 * signature.
 */
export function signedBy(
	otherwise: Otherwise,
	signer: Signer,
	message: Message,
): Headers | undefined {
	return unlessNoKey(() => {
		const changed = { ...message, ...otherwise.message?.(message) };
		const sent: Record<string, string> = {
			...message.headers,
			...signer.sign(changed),
		};
		const recipe = signer.recipe(changed);
		const digests: string[] = [];
		for (const signature of recipe?.signatures ?? []) {
			const { content, secret } = signature;
			const right = signer.over(content, secret);
			const hashed = contentBy(otherwise, changed, signature);
			const digest =
				hashed &&
				digestBy(otherwise, signer, hashed, signature, recipe as Recipe);
			if (digest === undefined) return undefined;
			sent[signer.header] = (sent[signer.header] ?? "").replace(
				right,
				() => digest,
			);
			digests.push(digest);
		}
		const headers = {
			...sent,
			...otherwise.headers?.(sent, changed, digests[0] ?? ""),
		};
		const own = { ...message.headers, ...signer.sign(message) };
		return sameHeaders(headers, own) ? undefined : headers;
	});
}

/** What is hashed; undefined: that cannot be said of this message. */
export function contentBy(
	{ content }: Otherwise,
	message: Message,
	signature: Signature,
): Uint8Array | undefined {
	if (content === undefined) return signature.content;
	const chunks = content(signature.parts, message, signature);
	return chunks && joined(chunks);
}

function digestBy(
	{ digest, encode }: Otherwise,
	signer: Signer,
	content: Uint8Array,
	signature: Signature,
	recipe: Recipe,
): string | undefined {
	const right = signer.over(content, signature.secret);
	if (digest === undefined && encode === undefined) return right;
	const bytes = digest
		? digest(content, signature, recipe)
		: bytesIn(right, recipe);
	return bytes && (encode ?? encodings[recipe.encoding])(bytes);
}

export function withPart(
	parts: readonly Part[],
	name: string,
	value: string | Uint8Array,
): readonly (string | Uint8Array)[] {
	return parts.map((part) => (part.name === name ? value : part.value));
}

export function bytesIn(digest: string, { encoding }: Recipe): Uint8Array {
	return encoding === "base64" ? bytesOfBase64(digest) : bytesOfHex(digest);
}

/** The message's own headers with those of a right signature; undefined: a secret is no key of the scheme. */
export function rightHeaders(
	signer: Signer,
	message: Message,
): Headers | undefined {
	return unlessNoKey(() => ({ ...message.headers, ...signer.sign(message) }));
}

/** undefined: a secret is no key of the scheme. */
export function unlessNoKey<T>(make: () => T): T | undefined {
	try {
		return make();
	} catch (error) {
		if (error instanceof LocalhookError) return undefined;
		throw error;
	}
}

export function lowered(headers: Headers): Headers {
	return Object.fromEntries(
		Object.entries(headers).map(([name, each]) => [name.toLowerCase(), each]),
	);
}

export function unsigned(headers: Headers, signer: Pick<Signer, "headers">) {
	const own = signer.headers.map((name) => name.toLowerCase());
	return Object.fromEntries(
		Object.entries(headers).filter(
			([name]) => !own.includes(name.toLowerCase()),
		),
	);
}

export function sameHeaders(one: Headers, other: Headers): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}
