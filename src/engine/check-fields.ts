import { LocalhookError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { Fields } from "../openapi/fields.ts";
import { shortened } from "../printing.ts";
import { isRecord } from "./shape.ts";

type Values = Readonly<Record<string, unknown>>;

/** How to send on purpose what the document does not know. */
export const goAhead =
	"To send it as it is, set unchecked: true (--unchecked on the command line).";
const mostShown = 50;

/**
 * Refuses what the user sets and the document does not know: a field, at any depth, or a value that is not one of those
 * it lists. What the payload has already is known too.
 *
 * @param what whose payload it is: `study.status.change of prolific`
 * @param base what the values are laid over
 * @param path where they go; absent: at the top
 * @throws LocalhookError `invalid-request`
 */
export function checkFields(
	what: string,
	fields: Fields | undefined,
	values: unknown,
	base: unknown,
	path = "",
): void {
	if (Array.isArray(values)) {
		for (const [i, item] of values.entries())
			checkFields(what, fields?.inside(i), item, undefined, `${path}[${i}]`);
		return;
	}
	if (typeof values !== "object" || values === null) {
		checkValue(what, fields, values, path);
		return;
	}
	const there: Values = isRecord(base) ? base : {};
	for (const name in values) {
		const place = path === "" ? name : `${path}.${name}`;
		const below = fields?.inside(name);
		if (
			below === undefined &&
			fields?.isOpen === false &&
			!fields.names.includes(name) &&
			!Object.hasOwn(there, name)
		)
			throw unknownField(what, place, name, [
				...new Set([...fields.names, ...Object.keys(there)]),
			]);
		const value = (values as Values)[name];
		if (value !== undefined)
			checkFields(what, below, value, there[name], place);
	}
}

function checkValue(
	what: string,
	fields: Fields | undefined,
	value: unknown,
	path: string,
): void {
	const known = fields?.values;
	if (known === undefined || known.includes(value)) return;
	const close =
		typeof value === "string" ? didYouMean(value, texts(known)) : "";
	throw refusal(
		`Failed to set ${shown(path)} to ${shown(value)}: ${what} has no such value there.${close} ` +
			`Choose one of ${known.slice(0, mostShown).map(named).join(", ")}.`,
	);
}

function unknownField(
	what: string,
	path: string,
	name: string,
	known: readonly string[],
): LocalhookError {
	const list =
		known.length === 0
			? "It has none there."
			: `It has ${known.slice(0, mostShown).join(", ")}.`;
	return refusal(
		`Failed to set ${shown(path)}: ${what} has no such field.${didYouMean(name, known)} ${list}`,
	);
}

function refusal(message: string): LocalhookError {
	return new LocalhookError("invalid-request", `${message} ${goAhead}`);
}

function texts(values: readonly unknown[]): string[] {
	return values.filter((each) => typeof each === "string");
}

function named(value: unknown): string {
	return typeof value === "string" ? value : shown(value);
}

function shown(value: unknown): string {
	const text = JSON.stringify(value) ?? String(value);
	return shortened(text, 100);
}
