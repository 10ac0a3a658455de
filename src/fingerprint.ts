import { createHash } from "node:crypto";

/** What tells one secret from another without giving it away: the first twelve digits of its SHA-256. */
export function fingerprint(secret: string): string {
	const digest = createHash("sha256").update(secret).digest("hex");
	return `sha256:${digest.slice(0, 12)}`;
}
