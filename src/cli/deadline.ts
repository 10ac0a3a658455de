/** Aborts after real milliseconds; a timer holds no more than 24 days. */
export function deadline(milliseconds: number): AbortSignal {
	return AbortSignal.timeout(Math.min(milliseconds, 0x7fff_ffff));
}
