import type { AttemptFault } from "./faults.ts";

/** How much of the body goes out before the connection is cut on purpose, from 0 to 1; undefined: it is not cut. */
export function cutShare(fault: AttemptFault | undefined): number | undefined {
	if (fault?.kind === "cut-before-body") return 0;
	return fault?.kind === "cut-in-body" ? 0.5 : undefined;
}

/** The bytes that go out before the cut. */
export function bytesBeforeCut(body: Uint8Array, share: number): Uint8Array {
	return body.subarray(0, Math.floor(body.length * share));
}

export function cutMessage(share: number): string {
	return `the connection was cut on purpose, ${share === 0 ? "before" : "in the middle of"} the body`;
}
