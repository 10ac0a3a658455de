const form =
	/^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * Reads `2026-11-21` and `2026-11-21T10:00:00Z`. A time of day needs its zone, so that it means the same on every
 * machine.
 *
 * @returns epoch milliseconds; nothing for text that is no such time
 * @example
 * parseIsoTime("2026-11-21") // 1795219200000
 */
export function parseIsoTime(text: string): number | undefined {
	const date = form.exec(text)?.[1];
	if (date === undefined) return undefined;
	const at = Date.parse(text);
	return Number.isNaN(at) || !isDay(date) ? undefined : at;
}

/** Not the 31st of February, which `Date.parse` moves to March. */
function isDay(date: string): boolean {
	return new Date(date).toISOString().startsWith(date);
}
