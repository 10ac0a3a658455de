import { LocalhookError } from "../errors.ts";
import { parseIsoTime } from "../iso-time.ts";

/** Which clock everything goes by. */
export type ClockChoice =
	| { readonly mode: "real" }
	/** `start`: epoch milliseconds; absent: the present. */
	| { readonly mode: "virtual"; readonly start?: number };

/**
 * Reads `real`, `virtual` or `virtual=2026-11-21T10:00:00Z`.
 *
 * @throws LocalhookError `invalid-option`
 */
export function parseClock(text: string): ClockChoice {
	if (text === "real" || text === "virtual") return { mode: text };
	const start = text.startsWith("virtual=")
		? parseIsoTime(text.slice("virtual=".length))
		: undefined;
	if (start !== undefined) return { mode: "virtual", start };
	throw new LocalhookError(
		"invalid-option",
		`Failed to read the clock ${JSON.stringify(text.slice(0, 100))}: it is not known. ` +
			"Give real, virtual, or virtual with the time to start at, such as virtual=2026-11-21T10:00:00Z.",
	);
}
