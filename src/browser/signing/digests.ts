import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { joined } from "../../bytes.ts";

// WebCrypto only promises its digests, and a provider signs at once.

type Chunk = string | Uint8Array;

export function sha256(...content: readonly Chunk[]): Uint8Array {
	return nobleSha256(joined(content));
}

export function keyedSha256(
	key: Chunk,
	...content: readonly Chunk[]
): Uint8Array {
	return hmac(nobleSha256, joined([key]), joined(content));
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
	if (one.length !== other.length) return false;
	let difference = 0;
	for (const [i, byte] of one.entries())
		difference |= byte ^ (other[i] as number);
	return difference === 0;
}
