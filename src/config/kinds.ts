import { parseRewrite } from "../delivery/allowed-receivers.ts";
import { checkedReceiverHeaders } from "../delivery/receiver-headers.ts";
import { isPem, readCertificates } from "../delivery/trust.ts";
import { parseIsoTime } from "../duration.ts";
import type { FaultSpec } from "../engine/fault-plan.ts";
import { invalidOption } from "../errors.ts";
import { below, type PlacedProblem, problemsOf } from "../problem.ts";
import type { JsonSchema } from "../schema-problems.ts";
import { quotedUrl } from "../web-address.ts";
import {
	credentialProblems,
	faultsProblems,
	optionProblems,
} from "./provider-problems.ts";

/** A kind of value that a setting may have. */
export interface Kind<Value> {
	/** What it is in a configuration file, and in the end wherever it was given. */
	readonly schema: JsonSchema;
	/** Names above its values. What stands under different names is layered one by one: 2 for provider and option. */
	readonly depth: 0 | 1 | 2;
	/** Whether the flag may be repeated, and the variable may hold several. */
	readonly many: boolean;
	/** It is the path of a file: in a configuration, seen from the configuration's folder. */
	readonly isFile?: true;
	/** How a flag gives one value of a table. */
	readonly form?: string;
	/** Where the schema does not say what the texts of a flag stand for. */
	read?(texts: readonly string[]): unknown;
	/** What the schema cannot say of a value. */
	check(value: Value): readonly PlacedProblem[];
}

type ByName<Value> = Readonly<Record<string, Value>>;

const single = { depth: 0, many: false, check: () => [] } as const;
const someText = { type: "string", minLength: 1 };

/** Text, of which `verify` throws what it cannot use. */
export function text(
	verify: (text: string) => unknown = () => {},
): Kind<string> {
	return {
		...single,
		schema: someText,
		check: (value) => problemsOf([], () => verify(value)),
	};
}

export const file: Kind<string> = { ...text(), isFile: true };

/** Certificates in PEM, or the path of a file that has them. */
export const certificates: Kind<string> = {
	...text((given) => isPem(given) && readCertificates(given)),
	isFile: true,
};

export const toggle: Kind<boolean> = { ...single, schema: { type: "boolean" } };

export function number(
	type: "integer" | "number",
	minimum: number,
	maximum: number,
): Kind<number> {
	return { ...single, schema: { type, minimum, maximum } };
}

/** Several texts, each of which `verify` throws if it cannot use it. */
export function list(
	verify: (text: string) => unknown = () => {},
): Kind<readonly string[]> {
	return {
		depth: 0,
		many: true,
		schema: { type: "array", items: someText },
		check: (values) =>
			values.flatMap((value, index) =>
				problemsOf([`${index}`], () => verify(value)),
			),
	};
}

/** A plan of faults, which no flag gives. */
export const faults: Kind<readonly FaultSpec[]> = {
	...single,
	schema: {},
	check: (plan: unknown) =>
		faultsProblems(plan).map((each) =>
			typeof plan === "string"
				? {
						...each,
						message: `${each.message} A file of faults goes into "faultsFile".`,
					}
				: each,
		),
};

export const credentials = table<readonly string[]>(
	"provider=value, such as prolific=abc",
	{ type: "array", items: someText, minItems: 1 },
	credentialProblems,
);

export const options: Kind<ByName<ByName<string>>> = {
	...table<ByName<string>>(
		"provider.name=value, such as prolific.json=compact",
		{ type: "object", additionalProperties: someText },
		optionProblems,
	),
	depth: 2,
};

export const rewrites = table<string>(
	"origin=origin, such as https://hooks.example.com=http://127.0.0.1:3000",
	someText,
	(from, to) => problemsOf([], () => parseRewrite(`${from}=${to}`)),
);

export const headers = table<string>(
	"name=value, such as x-gateway-key=abc",
	{ type: "string" },
	(name, value) =>
		problemsOf([], () => checkedReceiverHeaders({ [name]: value })),
);

function table<Value>(
	form: string,
	values: JsonSchema,
	check: (name: string, value: Value) => readonly PlacedProblem[],
): Kind<ByName<Value>> {
	return {
		depth: 1,
		many: true,
		form,
		schema: { type: "object", additionalProperties: values },
		check: (given) =>
			Object.entries(given).flatMap(([name, value]) =>
				below([name], check(name, value)),
			),
	};
}

/**
 * The value that the texts of a flag or of a variable stand for, not yet checked.
 *
 * @throws LocalhookError `invalid-option` for a text of another form
 */
export function readTexts(
	kind: Kind<never>,
	texts: readonly string[],
	isSecret: boolean,
): unknown {
	if (kind.read !== undefined) return kind.read(texts);
	if (kind.depth > 0) return readTable(kind, texts, isSecret);
	return kind.many ? texts : readScalar(kind.schema, texts.at(-1) ?? "");
}

function readScalar({ type }: JsonSchema, text: string): unknown {
	if (type === "boolean") return switches.get(text) ?? text;
	const isNumber = type === "integer" || type === "number";
	return isNumber && /^\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : text;
}

const switches = new Map([
	["true", true],
	["1", true],
	["false", false],
	["0", false],
]);

function readTable(
	{ depth, form, schema }: Kind<never>,
	texts: readonly string[],
	isSecret: boolean,
): ByName<unknown> {
	const pattern = depth === 1 ? /^([^=]+)=(.*)$/s : /^([^.=]+)\.([^=]+)=(.*)$/s;
	const all = texts.map((each) => {
		const parts = pattern.exec(each)?.slice(1);
		if (parts !== undefined) return parts;
		const found = isSecret
			? ". What was given is not shown, since it may be a secret."
			: `, not ${quotedUrl(each)}.`;
		throw invalidOption(`it must be ${form}${found}`);
	});
	const values = schema.additionalProperties as JsonSchema;
	const valueFor = (name: string) => {
		const own = all
			.filter((parts) => parts[0] === name)
			.map((parts) => parts.slice(1));
		if (values.type === "array") return own.flat();
		return values.type === "object"
			? Object.fromEntries(own)
			: own.flat().at(-1);
	};
	return Object.fromEntries(all.map(([name = ""]) => [name, valueFor(name)]));
}

/** Which clock everything goes by. */
export type ClockChoice =
	| { readonly mode: "real" }
	/** `start`: epoch milliseconds; absent: the present. */
	| { readonly mode: "virtual"; readonly start?: number };

/**
 * Reads `real`, `virtual` or `virtual=2026-11-21T10:00:00Z`.
 *
 * @throws LocalhookError `invalid-option`
 */
export function parseClock(text: string): ClockChoice {
	if (text === "real" || text === "virtual") return { mode: text };
	const start = text.startsWith("virtual=")
		? parseIsoTime(text.slice("virtual=".length))
		: undefined;
	if (start !== undefined) return { mode: "virtual", start };
	throw invalidOption(
		`Failed to read the clock ${JSON.stringify(text.slice(0, 100))}: it is not known. ` +
			"Give real, virtual, or virtual with the time to start at, such as virtual=2026-11-21T10:00:00Z.",
	);
}
