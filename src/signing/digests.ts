import { createHash, createHmac, hash, timingSafeEqual } from "node:crypto";

// Every digest but the one that each delivery takes, which is in hmac-sha256.ts. `browser/signing/digests.ts` is its twin.

type Chunk = string | Uint8Array;

/** SHA-256 of the chunks, one behind the other; texts as UTF-8. */
export function sha256(...content: readonly Chunk[]): Uint8Array {
	const [only, ...more] = content;
	if (only !== undefined && more.length === 0)
		return hash("sha256", only, "buffer");
	const into = createHash("sha256");
	for (const chunk of content) into.update(chunk);
	return into.digest();
}

/** HMAC-SHA256 with a key of bytes, or of a text's UTF-8. */
export function keyedSha256(
	key: Chunk,
	...content: readonly Chunk[]
): Uint8Array {
	const into = createHmac("sha256", key);
	for (const chunk of content) into.update(chunk);
	return into.digest();
}

/** Whether bytes are the same, in a time that says nothing about where they differ. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
	return one.length === other.length && timingSafeEqual(one, other);
}
