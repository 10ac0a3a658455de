import { hexOf } from "./bytes.ts";
import { sha256 } from "./signing/digests.ts";

/** What tells one secret from another without giving it away: the first twelve digits of its SHA-256. */
export function fingerprint(secret: string): string {
	return `sha256:${hexOf(sha256(secret)).slice(0, 12)}`;
}
