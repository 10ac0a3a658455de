import { bytesToHex, concatBytes } from "@noble/hashes/utils.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { fatal: true });

const bytesAtOnce = 0x8000;

export function bytesOf(data: string | Uint8Array): Uint8Array {
	return typeof data === "string" ? encoder.encode(data) : data.slice();
}

export function joined(parts: readonly (string | Uint8Array)[]): Uint8Array {
	return concatBytes(...parts.map(bytesOf));
}

export function isUtf8(bytes: Uint8Array): boolean {
	try {
		strictDecoder.decode(bytes);
		return true;
	} catch {
		return false;
	}
}

export function placeIn(bytes: Uint8Array, text: string, from: number): number {
	const wanted = encoder.encode(text);
	const [first = -1] = wanted;
	let at = bytes.indexOf(first, from);
	while (at !== -1 && !wanted.every((byte, i) => bytes[at + i] === byte))
		at = bytes.indexOf(first, at + 1);
	return at;
}

export function textOf(bytes: Uint8Array, from?: number, to?: number): string {
	return decoder.decode(bytes.subarray(from, to));
}

export function hexOf(bytes: Uint8Array): string {
	return bytesToHex(bytes);
}

export function base64Of(bytes: Uint8Array): string {
	let text = "";
	// As many arguments as every engine takes.
	for (let at = 0; at < bytes.length; at += bytesAtOnce)
		text += String.fromCharCode(...bytes.subarray(at, at + bytesAtOnce));
	return btoa(text);
}

export function base64urlOf(bytes: Uint8Array): string {
	return base64Of(bytes)
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replaceAll("=", "");
}

export function bytesOfHex(text: string): Uint8Array {
	const [digits = ""] = /^(?:[0-9a-f]{2})*/i.exec(text) ?? [];
	return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
		Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16),
	);
}

export function bytesOfBase64(text: string): Uint8Array {
	const [before = ""] = text
		.replaceAll("-", "+")
		.replaceAll("_", "/")
		.replaceAll(/[^A-Za-z0-9+/=]/g, "")
		.split("=", 1);
	// A last letter alone stands for no whole byte.
	const letters = before.length % 4 === 1 ? before.slice(0, -1) : before;
	return Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
}
