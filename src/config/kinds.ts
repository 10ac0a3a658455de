import { isPem, readCertificates } from "../delivery/trust.ts";
import type { FaultSpec } from "../engine/fault-spec.ts";
import { LocalhookError } from "../errors.ts";
import { quotedUrl } from "../mask-url.ts";
import { type PlacedProblem, problemsOf } from "../problem.ts";

const plain = { depth: 0, many: false, check: () => [] } as const;

/** Text, of which `verify` throws what it cannot use. */
export function text(
	verify: (text: string) => unknown = () => {},
): Kind<string> {
	return {
		...plain,
		schema: { type: "string", minLength: 1 },
		read([last = ""]) {
			if (last === "")
				throw new LocalhookError(
					"invalid-option",
					'Invalid value "": it must hold something. Give a text, or leave it out.',
				);
			verify(last);
			return last;
		},
		check: (value) => problemsOf([], () => verify(value)),
	};
}

/** The path of a file: in a configuration, seen from the configuration's folder. */
export function file(): Kind<string> & { readonly isFile: true } {
	return { ...text(), isFile: true };
}

/** Certificates in PEM, or the path of a file that has them. */
export function certificates(): Kind<string> & { readonly isFile: true } {
	return {
		...text((given) => isPem(given) && readCertificates(given)),
		isFile: true,
	};
}

/** A plan of faults. `providerProblems` checks it, since faults name providers and operations. */
export function faults(): Kind<readonly FaultSpec[]> {
	return { ...plain, schema: {}, read: () => [] };
}

/** On or off. */
export function toggle(): Kind<boolean> {
	const words: Readonly<Record<string, boolean>> = {
		true: true,
		1: true,
		false: false,
		0: false,
	};
	return {
		...plain,
		schema: { type: "boolean" },
		read([last = ""]) {
			const value = Object.hasOwn(words, last) ? words[last] : undefined;
			if (value !== undefined) return value;
			throw new LocalhookError(
				"invalid-option",
				`Failed to read ${quotedUrl(last)}: it is neither on nor off. Give true or 1, false or 0.`,
			);
		},
	};
}

/** A whole number. */
export function wholeNumber(
	noun: string,
	least: number,
	most: number,
): Kind<number> {
	return numeric("integer", /^\d{1,15}$/, noun, least, most);
}

/** A number that may have a fraction. */
export function number(
	noun: string,
	least: number,
	most: number,
): Kind<number> {
	return numeric("number", /^\d{1,15}(\.\d{1,15})?$/, noun, least, most);
}

function numeric(
	type: "integer" | "number",
	form: RegExp,
	noun: string,
	least: number,
	most: number,
): Kind<number> {
	return {
		...plain,
		schema: { type, minimum: least, maximum: most },
		read([last = ""]) {
			const value = Number(last);
			if (form.test(last) && value >= least && value <= most) return value;
			throw new LocalhookError(
				"invalid-option",
				`Failed to read the ${noun} ${quotedUrl(last)}: it is not a ${noun}. Give a number from ${least} to ${most}.`,
			);
		},
	};
}

/** Several texts, each of which `verify` throws if it cannot use it. */
export function list(
	verify: (text: string) => unknown = () => {},
): Kind<readonly string[]> {
	return {
		depth: 0,
		many: true,
		schema: {
			type: "array",
			items: { type: "string", minLength: 1 },
		},
		read(texts) {
			texts.forEach(verify);
			return texts;
		},
		check: (values) =>
			values.flatMap((value, index) =>
				problemsOf([String(index)], () => verify(value)),
			),
	};
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A kind of value that a setting may have, in each of the ways it can be given. */
export interface Kind<Value> {
	/** What it is in a configuration file. */
	readonly schema: JsonSchema;
	/** Names above its values. What stands under different names is layered one by one: 2 for provider and option. */
	readonly depth: 0 | 1 | 2;
	/** Whether the flag may be repeated, and the variable may hold several. */
	readonly many: boolean;
	/**
	 * From the texts of a flag or of a variable.
	 * @throws LocalhookError
	 */
	read(texts: readonly string[]): Value;
	/** What the schema cannot say of a value in a file. */
	check(value: Value): readonly PlacedProblem[];
}
