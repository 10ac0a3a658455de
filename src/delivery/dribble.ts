import type { Clock } from "./clock.ts";

/** A body a bit at a time, in so many milliseconds. */
export async function* dribble(
	body: Uint8Array,
	over: number,
	clock: Clock,
): AsyncGenerator<Uint8Array> {
	const bits = Math.min(body.length, 10);
	for (let i = 0; i < bits; i++) {
		await new Promise<void>((resolve) => clock.after(over / bits, resolve));
		const start = Math.floor((body.length * i) / bits);
		yield body.subarray(start, Math.floor((body.length * (i + 1)) / bits));
	}
}
