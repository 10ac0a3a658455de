import { base64Of, hexOf } from "../../bytes.ts";
import { keyed } from "../../signing/digests.ts";

export function hmacSha256(
	key: Uint8Array,
): (
	content: readonly (string | Uint8Array)[],
	encoding: "hex" | "base64",
) => string {
	return (content, encoding) => {
		const digest = keyed("sha256", key, content);
		return encoding === "hex" ? hexOf(digest) : base64Of(digest);
	};
}
