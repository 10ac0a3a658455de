import { parseDuration } from "../duration.ts";
import { quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import { readingOf } from "../openapi/reading.ts";
import { below, type PlacedProblem, problemsOf } from "../problem.ts";
import { parseQuery } from "../query/parse.ts";
import {
	duration,
	type FaultName,
	type FaultSpec,
	type FieldSchema,
	faultFields,
	faultNames,
	mostFaults,
} from "./fault-spec.ts";
import type { Installed } from "./installed.ts";
import { isRecord } from "./shape.ts";

/** The most deliveries that one call may make at one endpoint. More would keep other calls waiting. */
export const mostDeliveries = 20_000;

/** The fields that a fault takes beside those that every fault takes. */
const ownFields: Readonly<Record<FaultName, readonly (keyof FaultSpec)[]>> = {
	duplicate: ["copies", "after", "match"],
	reorder: ["match"],
	drop: ["match"],
	delay: ["by", "match"],
	burst: ["copies", "match"],
	"slow-upload": ["over", "match"],
	"cut-before-body": ["match"],
	"cut-in-body": ["match"],
	timeout: ["match"],
	status: ["status", "retryAfter", "operation"],
	latency: ["by", "operation"],
	reset: ["operation"],
};
/** Those of them without which there is no fault. */
const required: readonly string[] = ["by", "over", "status"];
const names = ["fault", ...Object.keys(faultFields)];

/** What a fault can be done to: provider ids, and the operation ids of each. */
export type FaultScope = ReadonlyMap<string, readonly string[]>;

export function scopeOf(
	played: Iterable<Pick<Installed, "provider" | "document">>,
): FaultScope {
	return new Map(
		[...played].map((each) => [
			each.provider.id,
			readingOf(each).operations.map(({ id }) => id),
		]),
	);
}

/**
 * All problems of a plan of faults, wherever it was written. Without any, it is a list of `FaultSpec`.
 *
 * @param scope the providers and operations that faults may name; asked only for a fault that names one
 * @example
 * faultProblems([{ fault: "drop", tims: 1 }], () => scope)[0]?.path // ["0", "tims"]
 */
export function faultProblems(
	plan: unknown,
	scope: () => FaultScope,
): PlacedProblem[] {
	if (!Array.isArray(plan))
		return [problem(`it must be a list, not ${quoted(plan)}.`)];
	if (plan.length > mostFaults)
		return [
			problem(`it must have at most ${mostFaults} faults, not ${plan.length}.`),
		];
	const problems = plan
		.flatMap((spec, index) => below([`${index}`], problemsIn(spec, scope)))
		.slice(0, mostFaults);
	const made = problems.length === 0 ? deliveriesOf(1, plan) : 0;
	return made <= mostDeliveries
		? problems
		: [
				problem(
					`"burst" and "duplicate" together make ${made} deliveries of one event, and ${mostDeliveries} is the most. Give smaller "copies".`,
				),
			];
}

/** How many deliveries events may become at one endpoint. At most one burst applies to an event; every duplicate does. */
export function deliveriesOf(
	events: number,
	specs: readonly FaultSpec[],
): number {
	const strikes = ({ times = events }: FaultSpec) => Math.min(times, events);
	const burst = specs
		.filter(({ fault }) => fault === "burst")
		.map((spec) => strikes(spec) * (spec.copies ?? 1));
	const copies = specs
		.filter(({ fault }) => fault === "duplicate")
		.map((spec) => spec.copies ?? 1);
	const all = events + Math.max(0, ...burst);
	return all * (1 + copies.reduce((sum, each) => sum + each, 0));
}

function problemsIn(spec: unknown, scope: () => FaultScope): PlacedProblem[] {
	if (!isRecord(spec))
		return [
			problem(
				`it must be an object such as { fault: "drop" }, not ${quoted(spec)}.`,
			),
		];
	const problems = Object.keys(spec)
		.filter((name) => !names.includes(name))
		.slice(0, 10)
		.map((name): PlacedProblem => {
			const message = `there is no such field.${didYouMean(name, names)} Choose one of ${names.join(", ")}.`;
			return { ...problem(message, name), name: true };
		});
	for (const [name, schema] of Object.entries(faultFields))
		if (spec[name] !== undefined)
			problems.push(...valueProblems(name, schema, spec[name]));
	problems.push(...kindProblems(spec));
	return problems.length > 0
		? problems
		: nameProblems(spec as unknown as FaultSpec, scope);
}

function valueProblems(
	name: string,
	schema: FieldSchema,
	value: unknown,
): PlacedProblem[] {
	if (schema.type === "string") {
		if (typeof value !== "string")
			return [
				problem(`it must be text in quotes, not ${quoted(value)}.`, name),
			];
		return problemsOf([name], () => {
			if (name === "match") parseQuery(value);
			if (schema === duration) parseDuration(value);
		});
	}
	const { type, minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = schema;
	const isKind = type === "integer" ? Number.isSafeInteger : Number.isFinite;
	if (isKind(value) && Number(value) >= minimum && Number(value) <= maximum)
		return [];
	const noun = type === "integer" ? "a whole number" : "a number";
	const end = schema.maximum === undefined ? "up" : `to ${maximum}`;
	return [
		problem(
			`it must be ${noun} from ${minimum} ${end}, not ${quoted(value)}.`,
			name,
		),
	];
}

/** Problems with the fault's name, and with fields that it needs or does not take. */
function kindProblems(
	spec: Readonly<Record<string, unknown>>,
): PlacedProblem[] {
	const { fault } = spec;
	const known = Object.keys(faultNames);
	if (fault === undefined) return [problem('it has no "fault".')];
	if (typeof fault !== "string" || !known.includes(fault))
		return [
			problem(
				`there is no fault ${quoted(fault)}.${didYouMean(fault, known)} Choose one of ${known.join(", ")}.`,
				"fault",
			),
		];
	const own: readonly string[] = ownFields[fault as FaultName];
	const missing = own.find(
		(name) => required.includes(name) && spec[name] === undefined,
	);
	if (missing !== undefined)
		return [
			problem(
				`it needs "${missing}", such as ${missing === "status" ? "503" : "3s"}.`,
			),
		];
	const taken = ["provider", "times", "probability", ...own];
	return Object.keys(faultFields)
		.filter((name) => spec[name] !== undefined && !taken.includes(name))
		.map((name) => problem(whyStray(fault, name), name));
}

/** Why a fault does not take a field, and what to do instead. */
function whyStray(fault: string, name: string): string {
	if (name === "match")
		return `${fault} applies to API calls, and "match" chooses deliveries. Choose calls by "provider" and "operation".`;
	if (name === "operation")
		return `${fault} applies to deliveries, and "operation" chooses API calls. Choose deliveries by "match".`;
	const takers = Object.entries(ownFields)
		.filter(([, own]) => own.includes(name as keyof FaultSpec))
		.map(([taker]) => taker);
	return `it has no effect on ${fault}. Leave it out: it belongs to ${takers.join(" and ")}.`;
}

/** Unknown providers and operations: such a fault would never apply. */
function nameProblems(
	{ provider, operation }: FaultSpec,
	scope: () => FaultScope,
): PlacedProblem[] {
	if (provider === undefined && operation === undefined) return [];
	const known = scope();
	if (provider !== undefined && !known.has(provider))
		return [
			unknownName("provider", "running provider", provider, [...known.keys()]),
		];
	const operations =
		provider === undefined
			? [...known.values()].flat()
			: (known.get(provider) ?? []);
	if (operation === undefined || operations.includes(operation)) return [];
	const noun = provider === undefined ? "operation" : `${provider} operation`;
	return [unknownName("operation", noun, operation, operations)];
}

function unknownName(
	field: string,
	noun: string,
	name: string,
	known: readonly string[],
): PlacedProblem {
	return problem(
		`there is no ${noun} ${quoted(name)}.${didYouMean(name, known)} Choose one of ${[...new Set(known)].join(", ")}.`,
		field,
	);
}

function problem(message: string, ...path: readonly string[]): PlacedProblem {
	return { path, message };
}
