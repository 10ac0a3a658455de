const encoder = new TextEncoder();

export const utf8 = (text: string): Uint8Array => encoder.encode(text);

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(
		parts.reduce((length, part) => length + part.length, 0),
	);
	let end = 0;
	for (const part of parts) {
		whole.set(part, end);
		end += part.length;
	}
	return whole;
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
	return one.length === other.length && firstDifference(one, other) === -1;
}

/** Where one differs from the other; -1: nowhere. */
export function firstDifference(one: Uint8Array, other: Uint8Array): number {
	const length = Math.max(one.length, other.length);
	for (let i = 0; i < length; i++) if (one[i] !== other[i]) return i;
	return -1;
}

/** How a digest can be written. */
export type Encoding =
	| "hex"
	| "HEX"
	| "base64"
	| "base64url"
	| "base64 of its hex digits";

export const encodings: Readonly<
	Record<Encoding, (bytes: Uint8Array) => string>
> = {
	hex,
	HEX: (bytes) => hex(bytes).toUpperCase(),
	base64,
	base64url: (bytes) =>
		base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
	"base64 of its hex digits": (bytes) => base64(utf8(hex(bytes))),
};

function hex(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
		"",
	);
}

function base64(bytes: Uint8Array): string {
	return btoa(String.fromCharCode(...bytes));
}

/** As lenient as Node's: either alphabet, and what is of neither is left out. */
export function fromBase64(text: string): Uint8Array {
	const letters = text
		.replaceAll("-", "+")
		.replaceAll("_", "/")
		.replace(/[^A-Za-z0-9+/]/g, "");
	// One letter alone is less than a byte.
	const whole = letters.length % 4 === 1 ? letters.slice(0, -1) : letters;
	return Uint8Array.from(atob(whole), (letter) => letter.charCodeAt(0));
}

/** Undefined unless the text is pairs of digits, with or without dashes. */
export function fromHex(text: string): Uint8Array | undefined {
	const digits = text.replaceAll("-", "");
	if (!/^(?:[0-9a-f]{2})+$/i.test(digits)) return undefined;
	return Uint8Array.from(digits.match(/../g) ?? [], (pair) =>
		Number.parseInt(pair, 16),
	);
}

export async function hmacSha256(
	key: Uint8Array,
	content: Uint8Array,
): Promise<Uint8Array> {
	const { subtle } = globalThis.crypto;
	const imported = await subtle.importKey(
		"raw",
		new Uint8Array(key),
		{ name: "HMAC", hash: "SHA-256" },
		false,
		["sign"],
	);
	return new Uint8Array(
		await subtle.sign("HMAC", imported, new Uint8Array(content)),
	);
}
