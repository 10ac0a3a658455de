import { createHash, createHmac, hash, timingSafeEqual } from "node:crypto";
import { crc32 as crc32Of } from "node:zlib";

// `browser/signing/digests.ts` is its twin.

type Chunk = string | Uint8Array;

export type DigestName = "md5" | "sha1" | "sha256" | "sha512";

/** SHA-256 of the chunks, one behind the other; texts as UTF-8. */
export function sha256(...content: readonly Chunk[]): Uint8Array {
	const [only, ...more] = content;
	if (only !== undefined && more.length === 0)
		return hash("sha256", only, "buffer");
	const into = createHash("sha256");
	for (const chunk of content) into.update(chunk);
	return into.digest();
}

/** A plain digest of the chunks. */
export function digest(
	name: DigestName,
	...content: readonly Chunk[]
): Uint8Array {
	const into = createHash(name);
	for (const chunk of content) into.update(chunk);
	return into.digest();
}

/** HMAC with a key of bytes, or of a text's UTF-8. */
export function keyed(
	digest: DigestName,
	key: Chunk,
	content: readonly Chunk[],
): Uint8Array {
	return hmacOf(digest, key, content).digest();
}

/** The same as text, which takes less time than an object that holds it. */
export function keyedText(
	digest: DigestName,
	key: Chunk,
	content: readonly Chunk[],
	encoding: "hex" | "base64",
): string {
	return hmacOf(digest, key, content).digest(encoding);
}

function hmacOf(digest: DigestName, key: Chunk, content: readonly Chunk[]) {
	const into = createHmac(digest, key);
	for (const chunk of content) into.update(chunk);
	return into;
}

export function crc32(content: Uint8Array): number {
	return crc32Of(content);
}

/** Whether bytes are the same, in a time that says nothing about where they differ. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
	return one.length === other.length && timingSafeEqual(one, other);
}

/** The same of texts such as secrets: it does not say how long they are either. */
export function sameText(a: string, b: string): boolean {
	return sameBytes(sha256(a), sha256(b));
}
