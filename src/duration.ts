import { LocalhookError, quoted } from "./errors.ts";

const units = {
	ms: 1,
	s: 1000,
	m: 60_000,
	h: 3_600_000,
	d: 86_400_000,
	w: 604_800_000,
} as const;

/** A hundred years: what is longer is a mistake, and no date has room for it. */
const longest = 36_525 * units.d;

/** Reads a length of time such as `10m`, `3d` or `1h30m`, in milliseconds. */
export function parseDuration(text: string): number {
	const parts = [
		...String(text).matchAll(/(\d{1,15}(?:\.\d{1,6})?)(ms|[smhdw])/g),
	];
	const read = parts.map(([part]) => part).join("");
	const total = parts.reduce(
		(sum, [, amount, unit]) =>
			sum + Number(amount) * units[unit as keyof typeof units],
		0,
	);
	const isDuration = text !== "" && read === text;
	if (isDuration && total <= longest) return Math.round(total);
	const reason = isDuration
		? "it is longer than 100 years. Give one of at most 36525d"
		: `it is not a number and a unit. Give one such as 500ms, 30s, 10m, 3d or 1h30m (units: ${Object.keys(units).join(", ")})`;
	throw new LocalhookError(
		"invalid-duration",
		`Failed to read the duration ${quoted(text)}: ${reason}.`,
	);
}

/** From here on, parts of a second are noise to a reader. */
const roundedFrom = 9950;

/** A length of time, for reading: below a second in milliseconds, below ten with a tenth, then in its two largest units. */
export function formatDuration(milliseconds: number): string {
	const whole = Math.round(milliseconds);
	if (whole >= units.s && whole < roundedFrom)
		return `${Number((whole / units.s).toFixed(1))}s`;
	let rest = whole < units.s ? whole : Math.round(whole / units.s) * units.s;
	const parts: string[] = [];
	for (const [unit, size] of Object.entries(units).reverse()) {
		const amount = Math.floor(rest / size);
		rest -= amount * size;
		if (amount > 0) parts.push(`${amount}${unit}`);
	}
	return parts.slice(0, 2).join("") || "0s";
}

const isoForm =
	/^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * Reads `2026-11-21` and `2026-11-21T10:00:00Z` as epoch milliseconds; undefined: it is no such time. A time of day needs
 * its zone, so that it means the same on every machine.
 */
export function parseIsoTime(text: string): number | undefined {
	const date = isoForm.exec(text)?.[1];
	if (date === undefined) return undefined;
	const at = Date.parse(text);
	if (Number.isNaN(at)) return undefined;
	// Not the 31st of February, which `Date.parse` moves to March.
	return new Date(date).toISOString().startsWith(date) ? at : undefined;
}
