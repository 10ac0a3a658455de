import { quoted } from "../../errors.ts";

/**
 * One line for each place where a value lacks what is wanted of it; what is not mentioned may be anything. Asymmetric
 * matchers such as `expect.any(String)` may stand anywhere. The values are those of JSON, so that nothing of the
 * runner's own equality is needed.
 */
export function differences(
	wanted: unknown,
	found: unknown,
	path: string,
): readonly string[] {
	if (
		isAsymmetric(wanted)
			? wanted.asymmetricMatch(found)
			: Object.is(wanted, found)
	)
		return [];
	if (isPlain(wanted) && isPlain(found))
		return Object.entries(wanted).flatMap(([key, value]) =>
			differences(value, found[key], `${path}.${key}`),
		);
	if (
		Array.isArray(wanted) &&
		Array.isArray(found) &&
		wanted.length === found.length
	)
		return wanted.flatMap((value, i) =>
			differences(value, found[i], `${path}[${i}]`),
		);
	return [`${path}: wanted ${shown(wanted)}, found ${shown(found)}`];
}

interface Asymmetric {
	asymmetricMatch(found: unknown): boolean;
}

function isAsymmetric(value: unknown): value is Asymmetric {
	return (
		typeof value === "object" &&
		value !== null &&
		"asymmetricMatch" in value &&
		typeof value.asymmetricMatch === "function"
	);
}

function isPlain(value: unknown): value is Record<string, unknown> {
	return (
		typeof value === "object" &&
		value !== null &&
		Object.getPrototypeOf(value) === Object.prototype &&
		!isAsymmetric(value)
	);
}

const longest = 100;

function shown(value: unknown): string {
	if (value === undefined) return "nothing";
	const text = isAsymmetric(value) ? String(value) : quoted(value);
	return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
