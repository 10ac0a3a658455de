import { setTimeout as sleep } from "node:timers/promises";

/** Real milliseconds, for a process that has nothing to do meanwhile and must not end; fewer once it is aborted. */
export function pause(
	milliseconds: number,
	signal?: AbortSignal,
): Promise<void> {
	return sleep(milliseconds, undefined, { signal }).catch(() => {});
}
