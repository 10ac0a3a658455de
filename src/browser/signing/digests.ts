import { hmac as nobleHmac } from "@noble/hashes/hmac.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256 as nobleSha256, sha512 } from "@noble/hashes/sha2.js";
import { base64Of, hexOf, joined } from "../../bytes.ts";

// WebCrypto only promises its digests, and a provider signs at once.

type Chunk = string | Uint8Array;

export type DigestName = "md5" | "sha1" | "sha256" | "sha512";

const digests = { md5, sha1, sha256: nobleSha256, sha512 };

export function sha256(...content: readonly Chunk[]): Uint8Array {
	return nobleSha256(joined(content));
}

export function digest(
	name: DigestName,
	...content: readonly Chunk[]
): Uint8Array {
	return digests[name](joined(content));
}

export function keyed(
	digest: DigestName,
	key: Chunk,
	content: readonly Chunk[],
): Uint8Array {
	return nobleHmac(digests[digest], joined([key]), joined(content));
}

export function hmac(
	name: DigestName,
	key: Uint8Array,
): (content: readonly Chunk[], encoding: "hex" | "base64") => string {
	return (content, encoding) => {
		const bytes = keyed(name, key, content);
		return encoding === "hex" ? hexOf(bytes) : base64Of(bytes);
	};
}

export function crc32(content: Uint8Array): number {
	let rest = 0xff_ff_ff_ff;
	for (const byte of content) {
		rest ^= byte;
		for (let bit = 0; bit < 8; bit++)
			rest = (rest >>> 1) ^ ((rest & 1) * 0xed_b8_83_20);
	}
	return ~rest >>> 0;
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
	if (one.length !== other.length) return false;
	let difference = 0;
	for (const [i, byte] of one.entries())
		difference |= byte ^ (other[i] as number);
	return difference === 0;
}

export function sameText(a: string, b: string): boolean {
	return sameBytes(sha256(a), sha256(b));
}
