/** One line for each place where a value lacks what is wanted of it; what is not mentioned may be anything. */
export function differences(
	wanted: unknown,
	found: unknown,
	path: string,
	same: (wanted: unknown, found: unknown) => boolean,
): readonly string[] {
	if (same(wanted, found)) return [];
	if (isPlain(wanted) && isPlain(found))
		return Object.entries(wanted).flatMap(([key, value]) =>
			differences(value, found[key], `${path}.${key}`, same),
		);
	return [`${path}: wanted ${shown(wanted)}, found ${shown(found)}`];
}

function isPlain(value: unknown): value is Record<string, unknown> {
	return (
		typeof value === "object" &&
		value !== null &&
		Object.getPrototypeOf(value) === Object.prototype
	);
}

const longest = 100;

function shown(value: unknown): string {
	if (value === undefined) return "nothing";
	const text = JSON.stringify(value) ?? String(value);
	return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
