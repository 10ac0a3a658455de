import { setTimeout as sleep } from "node:timers/promises";

/** Real milliseconds, for a process that has nothing to do meanwhile and must not end; fewer once it is aborted. */
export function pause(
	milliseconds: number,
	signal?: AbortSignal,
): Promise<void> {
	return sleep(milliseconds, undefined, { signal }).catch(() => {});
}

/** Aborts after real milliseconds; a timer holds no more than 24 days. */
export function deadline(milliseconds: number): AbortSignal {
	return AbortSignal.timeout(Math.min(milliseconds, 0x7fff_ffff));
}
