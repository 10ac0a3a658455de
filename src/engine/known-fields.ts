import { invalidRequest } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { Fields } from "../openapi/fields.ts";
import { shortened } from "../printing.ts";
import { isRecord } from "./shape.ts";

export type Values = Readonly<Record<string, unknown>>;
/** One of a path: a name, or a place in a list. */
export type Step = string | number;

export const mostShown = 50;
/** How to send on purpose what the document does not know. */
export const goAhead =
	"To send it as it is, set unchecked: true (--unchecked on the command line)";

/**
 * Refuses what the user sets and the document does not know: a field, at any depth, or a value that is not one of those
 * it lists. What the payload has already is known too.
 *
 * @param base what the values are laid over
 * @param steps where they go; absent: at the top
 * @throws LocalhookError `invalid-request`
 */
export function checkFields(
	what: string,
	fields: Fields | undefined,
	values: unknown,
	base: unknown,
	steps: readonly Step[] = [],
): void {
	const found = unknownIn(fields, values, base);
	if (found === undefined) return;
	const place = shown(written([...steps, ...found.steps]));
	const to = found.value === undefined ? "" : ` to ${found.value}`;
	throw invalidRequest(
		`Failed to set ${place}${to}: ${what} has no such ${found.rest} ${goAhead}.`,
	);
}

interface Unknown {
	/** Put together only where something is wrong: every event that is sent comes this way. */
	readonly steps: Step[];
	/** As text; absent: it is the field that is unknown. */
	readonly value?: string;
	/** Goes on from "has no such". */
	readonly rest: string;
}

/** The first field or value that the document does not know. */
function unknownIn(
	fields: Fields | undefined,
	values: unknown,
	base: unknown,
): Unknown | undefined {
	if (typeof values !== "object" || values === null)
		return unknownValue(fields?.values, values);
	if (Array.isArray(values)) {
		for (let i = 0; i < values.length; i++) {
			const found = unknownIn(fields?.inside(i), values[i], undefined);
			if (found !== undefined) return below(i, found);
		}
		return undefined;
	}
	const there: Values = isRecord(base) ? base : {};
	for (const name in values) {
		const inside = fields?.inside(name);
		const isKnown =
			inside !== undefined ||
			fields?.isOpen !== false ||
			fields.names.includes(name) ||
			Object.hasOwn(there, name);
		if (!isKnown) {
			const known = [...new Set([...fields.names, ...Object.keys(there)])];
			const list = known.slice(0, mostShown).join(", ") || "none there";
			const rest = `field.${didYouMean(name, known)} It has ${list}.`;
			return { steps: [name], rest };
		}
		const value = (values as Values)[name];
		if (value === undefined) continue;
		const found = unknownIn(inside, value, there[name]);
		if (found !== undefined) return below(name, found);
	}
	return undefined;
}

function below(step: Step, found: Unknown): Unknown {
	found.steps.unshift(step);
	return found;
}

function unknownValue(
	known: readonly unknown[] | undefined,
	value: unknown,
): Unknown | undefined {
	if (known === undefined || known.includes(value)) return undefined;
	const texts = known.filter((each) => typeof each === "string");
	const close = typeof value === "string" ? didYouMean(value, texts) : "";
	const choice = known
		.slice(0, mostShown)
		.map((each) => (typeof each === "string" ? each : shown(each)));
	const rest = `value there.${close} Choose one of ${choice.join(", ")}.`;
	return { steps: [], value: shown(value), rest };
}

/** As a user writes a path. */
export function written(steps: readonly Step[]): string {
	return steps
		.map((step, i) =>
			typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`,
		)
		.join("");
}

function shown(value: unknown): string {
	return shortened(JSON.stringify(value) ?? String(value), 100);
}
