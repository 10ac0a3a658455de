import diff from "microdiff";
import { LocalhookError } from "../errors.ts";
import { printableLine } from "../printing.ts";

/** One value that is not the same in two states; the side that lacks it has no value. */
export interface StateDifference {
	readonly path: string;
	readonly before?: unknown;
	readonly after?: unknown;
}

interface Side {
	readonly name: string;
	/** JSON. */
	readonly text: string;
}

/** @throws LocalhookError `invalid-option` for what is no JSON object */
export function differences(before: Side, after: Side): StateDifference[] {
	try {
		const [old, now] = [parse(before), parse(after)];
		// JSON has no circles to look out for.
		return diff(old, now, { cyclesFix: false }).map((each) => ({
			path: pathText(each.path),
			...("oldValue" in each && { before: each.oldValue as unknown }),
			...("value" in each && { after: each.value as unknown }),
		}));
	} catch (error) {
		if (error instanceof RangeError)
			throw unreadable(before.name, "it is nested too deeply");
		throw error;
	}
}

/** `path: old -> new` */
export function differenceLine(difference: StateDifference): string {
	const side = (name: "before" | "after") =>
		name in difference ? shortened(difference[name]) : "(nothing)";
	return printableLine(
		`${difference.path}: ${side("before")} -> ${side("after")}`,
	);
}

function shortened(value: unknown): string {
	const text = JSON.stringify(value);
	return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}

function pathText(path: readonly (string | number)[]): string {
	return path
		.map((part) => {
			if (typeof part === "number") return `[${part}]`;
			return /^[\w-]+$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
		})
		.join("")
		.replace(/^\./, "");
}

/** Objects that inherit nothing: the library takes what is inherited for a value of the state. */
function parse({ name, text }: Side): Record<string, unknown> {
	let value: unknown;
	try {
		value = JSON.parse(text, (_, each) =>
			isObject(each) ? Object.assign(Object.create(null), each) : each,
		);
	} catch (error) {
		if (error instanceof RangeError) throw error;
		throw unreadable(name, `it is not JSON (${(error as Error).message})`);
	}
	if (!isObject(value)) throw unreadable(name, "it is not a JSON object");
	return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unreadable(name: string, reason: string): LocalhookError {
	return new LocalhookError(
		"invalid-option",
		`Failed to compare "${name}": ${reason}. Give a file that "localhook state save" wrote.`,
	);
}
