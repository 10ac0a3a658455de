import { base64Of, hexOf } from "../../bytes.ts";
import { type DigestName, keyed } from "../../signing/digests.ts";

export function hmac(
	name: DigestName,
	key: Uint8Array,
): (
	content: readonly (string | Uint8Array)[],
	encoding: "hex" | "base64",
) => string {
	return (content, encoding) => {
		const bytes = keyed(name, key, content);
		return encoding === "hex" ? hexOf(bytes) : base64Of(bytes);
	};
}
