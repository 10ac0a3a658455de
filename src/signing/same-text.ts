import { createHash, timingSafeEqual } from "node:crypto";

/** Compares secrets in a time that says nothing about where they differ, or how long they are. */
export function sameText(a: string, b: string): boolean {
	return timingSafeEqual(sha256(a), sha256(b));
}

function sha256(text: string): Buffer {
	return createHash("sha256").update(text).digest();
}
