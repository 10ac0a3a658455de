import { invalidRequest, type LocalhookError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { Fields } from "../openapi/fields.ts";
import { shortened } from "../printing.ts";
import { isRecord } from "./shape.ts";

export type Values = Readonly<Record<string, unknown>>;
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
 * @param steps where they go; absent: at the top. Goes along, since every event that is sent comes this way
 * @throws LocalhookError `invalid-request`
 */
export function checkFields(
	what: string,
	fields: Fields | undefined,
	values: unknown,
	base: unknown,
	steps: Step[] = [],
): void {
	if (typeof values !== "object" || values === null) {
		checkValue(what, fields?.values, values, steps);
		return;
	}
	const there: Values = isRecord(base) ? base : {};
	for (const name in values) {
		const value = (values as Values)[name];
		const step = Array.isArray(values) ? Number(name) : name;
		const inside = fields?.inside(step);
		steps.push(step);
		if (step === name && inside === undefined && fields?.isOpen === false) {
			const known = [...new Set([...fields.names, ...Object.keys(there)])];
			if (!known.includes(name)) {
				const list = known.slice(0, mostShown).join(", ") || "none there";
				const rest = `field.${didYouMean(name, known)} It has ${list}.`;
				throw refusal(what, steps, "", rest);
			}
		}
		if (value !== undefined)
			checkFields(what, inside, value, there[name], steps);
		steps.pop();
	}
}

function checkValue(
	what: string,
	known: readonly unknown[] | undefined,
	value: unknown,
	steps: readonly Step[],
): void {
	if (known === undefined || known.includes(value)) return;
	const choice = known.map((each) =>
		typeof each === "string" ? each : shown(each),
	);
	const list = choice.slice(0, mostShown).join(", ");
	const rest = `value there.${didYouMean(value, choice)} Choose one of ${list}.`;
	throw refusal(what, steps, ` to ${shown(value)}`, rest);
}

/** @param rest goes on from "has no such" */
function refusal(
	what: string,
	steps: readonly Step[],
	to: string,
	rest: string,
): LocalhookError {
	return invalidRequest(
		`Failed to set ${shown(written(steps))}${to}: ${what} has no such ${rest} ${goAhead}.`,
	);
}

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
