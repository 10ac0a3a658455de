import { hash } from "node:crypto";
import { base64Of, hexOf } from "../bytes.ts";
import { keyedSha256, sha256 } from "./digests.ts";

type Chunk = string | Uint8Array;

const blockLength = 64;
const digestLength = 32;
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/** A secret as RFC 2104 has it: its bytes, laid over the inner and the outer padding. */
interface Key {
	readonly inner: Buffer;
	/** With room for the inner digest behind it. */
	readonly outer: Buffer;
}

const keys = new Map<string, Key>();

/**
 * HMAC-SHA256 (RFC 2104) keyed with the secret's UTF-8 bytes, in half the time of `createHmac`, which makes an
 * object for every signature: two plain digests over memory that is already there.
 * `browser/signing/hmac-sha256.ts` is its twin.
 *
 * @example
 * hmacSha256("s3cret", ["1763700000", body]).toString("base64")
 */
export function hmacSha256(
	secret: string,
	content: readonly Chunk[],
): Uint8Array {
	const outer = outerOf(secret, content);
	return outer === undefined
		? keyedSha256(secret, ...content)
		: hash("sha256", outer, "buffer");
}

/** The same as text, which is had for a third less than from bytes. */
export function hmacSha256Text(
	secret: string,
	content: readonly Chunk[],
	encoding: "hex" | "base64",
): string {
	const outer = outerOf(secret, content);
	if (outer !== undefined) return hash("sha256", outer, encoding);
	const bytes = keyedSha256(secret, ...content);
	return encoding === "hex" ? hexOf(bytes) : base64Of(bytes);
}

/** What the second digest is of; undefined: the content is too long to be put together. */
function outerOf(
	secret: string,
	content: readonly Chunk[],
): Uint8Array | undefined {
	const { inner, outer } = keyOf(secret);
	let end = inner.copy(scratch);
	for (const chunk of content) {
		if (end + chunk.length * 3 > scratch.length) return undefined;
		if (typeof chunk === "string") end += scratch.write(chunk, end);
		else {
			scratch.set(chunk, end);
			end += chunk.length;
		}
	}
	// A text of as many characters as bytes costs less than an object that holds them.
	const first = hash("sha256", scratch.subarray(0, end), "binary");
	outer.write(first, blockLength, "latin1");
	return outer;
}

function keyOf(secret: string): Key {
	let key = keys.get(secret);
	if (key === undefined) {
		const inner = Buffer.alloc(blockLength, 0x36);
		const outer = Buffer.alloc(blockLength + digestLength, 0x5c);
		const bytes = Buffer.from(secret);
		const short = bytes.length > blockLength ? sha256(bytes) : bytes;
		for (const [i, byte] of short.entries()) {
			inner[i] = 0x36 ^ byte;
			outer[i] = 0x5c ^ byte;
		}
		key = { inner, outer };
		if (keys.size >= 1000) keys.clear();
		keys.set(secret, key);
	}
	return key;
}
