const form =
	/^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * Reads `2026-11-21` and `2026-11-21T10:00:00Z` as epoch milliseconds; undefined: it is no such time. A time of day needs
 * its zone, so that it means the same on every machine.
 */
export function parseIsoTime(text: string): number | undefined {
	const date = form.exec(text)?.[1];
	if (date === undefined) return undefined;
	const at = Date.parse(text);
	if (Number.isNaN(at)) return undefined;
	// Not the 31st of February, which `Date.parse` moves to March.
	return new Date(date).toISOString().startsWith(date) ? at : undefined;
}
