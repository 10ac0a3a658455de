import { keyedSha256 } from "../../signing/digests.ts";

export function hmacSha256(
	secret: string,
	content: readonly (string | Uint8Array)[],
): Uint8Array {
	return keyedSha256(secret, ...content);
}
