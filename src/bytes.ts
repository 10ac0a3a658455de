import { isUtf8 as isUtf8Buffer } from "node:buffer";

// Bytes, and the texts that stand for them, by Buffer, which is the fastest there is. `browser/bytes.ts` is its twin.

/** A copy; of a text, its UTF-8. */
export function bytesOf(data: string | Uint8Array): Uint8Array {
	return Buffer.from(data as string);
}

export function joined(parts: readonly (string | Uint8Array)[]): Uint8Array {
	return Buffer.concat(
		parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)),
	);
}

export function isUtf8(bytes: Uint8Array): boolean {
	return isUtf8Buffer(bytes);
}

/** Where a text of one byte or more begins, from a place on; -1: nowhere. */
export function placeIn(bytes: Uint8Array, text: string, from: number): number {
	return asBuffer(bytes).indexOf(text, from);
}

/** What is not UTF-8 becomes U+FFFD; a byte order mark stays. */
export function textOf(bytes: Uint8Array, from?: number, to?: number): string {
	return asBuffer(bytes).toString("utf8", from, to);
}

export function hexOf(bytes: Uint8Array): string {
	return asBuffer(bytes).toString("hex");
}

export function base64Of(bytes: Uint8Array): string {
	return asBuffer(bytes).toString("base64");
}

export function base64urlOf(bytes: Uint8Array): string {
	return asBuffer(bytes).toString("base64url");
}

/** Up to the first that is not a pair of digits. */
export function bytesOfHex(text: string): Uint8Array {
	return Buffer.from(text, "hex");
}

/** Of any text: what is not of the alphabet is left out. */
export function bytesOfBase64(text: string): Uint8Array {
	return Buffer.from(text, "base64");
}

function asBuffer(bytes: Uint8Array): Buffer {
	return bytes instanceof Buffer
		? bytes
		: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
