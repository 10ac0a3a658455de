import { parseDuration } from "../duration.ts";
import { parseIsoTime } from "../iso-time.ts";

/** Reads a moment as a function of now: `10m` is that long before it, `2026-11-21` and `2026-11-21T10:00:00Z` are fixed. */
export function readMoment(
	text: string,
): ((now: number) => number) | undefined {
	const at = parseIsoTime(text);
	if (at !== undefined) return () => at;
	try {
		const ago = parseDuration(text);
		return (now) => now - ago;
	} catch {
		return undefined;
	}
}
