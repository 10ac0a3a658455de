import { invalidOption, invalidRequest, quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";

/** What a value has to be, for callers whom no compiler checks. */
export interface Kind {
	/** Goes on from "must be". */
	readonly must: string;
	fits(value: unknown): boolean;
	/** What a misspelt word may have meant. */
	readonly words?: readonly string[];
	/** True: no error quotes the value. */
	readonly isSecret?: boolean;
}

export type Shape<Options> = Readonly<Record<keyof Options, Kind>>;

/** An object of names and values: no list, no function, no Date. One of another realm counts, as Jest's are. */
export function isRecord(
	value: unknown,
): value is Readonly<Record<string, unknown>> {
	return Object.prototype.toString.call(value) === "[object Object]";
}

function kind(must: string, fits: (value: unknown) => boolean): Kind {
	return { must, fits };
}

const isText = (value: unknown) => typeof value === "string";

export const kinds = {
	anything: kind("anything", () => true),
	text: kind("text", isText),
	flag: kind("true or false", (value) => typeof value === "boolean"),
	number: kind("a finite number", Number.isFinite),
	func: kind("a function", (value) => typeof value === "function"),
	record: kind("an object", isRecord),
	list: kind("a list", Array.isArray),
	texts: kind(
		"a list of texts",
		(value) => Array.isArray(value) && value.every(isText),
	),
	/** Not by its class: a test may run in a realm of its own. */
	url: kind("a URL", (value) => typeof Object(value).href === "string"),
	bytes: kind("a Uint8Array", (value) => ArrayBuffer.isView(value)),
	/** Infinity is one: no limit. */
	size: kind(
		"a number that is not negative",
		(value) => typeof value === "number" && value >= 0,
	),
};

export function whole(least: number, most = Number.MAX_SAFE_INTEGER): Kind {
	const end = most === Number.MAX_SAFE_INTEGER ? "up" : `to ${most}`;
	return kind(
		`a whole number from ${least} ${end}`,
		(value) =>
			Number.isSafeInteger(value) &&
			Number(value) >= least &&
			Number(value) <= most,
	);
}

export function oneOf(words: readonly string[]): Kind {
	const must = words.map((word) => JSON.stringify(word)).join(" or ");
	return { ...kind(must, (value) => words.includes(value as string)), words };
}

export function either(must: string, ...of: readonly Kind[]): Kind {
	return kind(must, (value) => of.some((each) => each.fits(value)));
}

/** What is left undefined is not there. */
export function recordOf(values: Kind, must: string): Kind {
	const fits = (value: unknown) =>
		isRecord(value) &&
		Object.values(value).every(
			(each) => each === undefined || values.fits(each),
		);
	return kind(must, fits);
}

/**
 * Refuses options that nobody reads, since what is misspelt would be ignored without a word, and values of another kind.
 *
 * @param taker what takes them: `startLocalhook`
 * @throws LocalhookError `invalid-option`
 */
export function checkShape(
	given: object,
	shape: Readonly<Record<string, Kind>>,
	taker: string,
): void {
	if (!isRecord(given))
		throw invalidOption(
			`Invalid options of ${taker}: ${quoted(given)} must be an object.`,
		);
	for (const name in given) {
		const kind = Object.hasOwn(shape, name) ? shape[name] : undefined;
		if (kind === undefined) {
			const names = Object.keys(shape);
			throw invalidOption(
				`Unknown option ${quoted(name)} of ${taker}.${didYouMean(name, names)} It takes ${names.join(", ")}.`,
			);
		}
		const value = given[name];
		if (value === undefined || kind.fits(value)) continue;
		const shown = kind.isSecret ? "what was given" : quoted(value);
		throw invalidOption(
			`Invalid option "${name}" of ${taker}: ${shown} must be ${kind.must}.${didYouMean(value, kind.words ?? [])}`,
		);
	}
}

/** @throws LocalhookError `invalid-request` for an argument of another kind */
export function checkArgument(value: unknown, kind: Kind, what: string): void {
	if (kind.fits(value)) return;
	throw invalidRequest(
		`Invalid ${what} ${quoted(value)}: must be ${kind.must}.`,
	);
}
