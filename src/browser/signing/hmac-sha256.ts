import { base64Of, hexOf } from "../../bytes.ts";
import { keyedSha256 } from "../../signing/digests.ts";

export function hmacSha256(
	secret: string,
	content: readonly (string | Uint8Array)[],
): Uint8Array {
	return keyedSha256(secret, ...content);
}

export function hmacSha256Text(
	secret: string,
	content: readonly (string | Uint8Array)[],
	encoding: "hex" | "base64",
): string {
	const bytes = hmacSha256(secret, content);
	return encoding === "hex" ? hexOf(bytes) : base64Of(bytes);
}
