import { parseDuration } from "../duration.ts";
import { quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import { readingOf } from "../openapi/validators.ts";
import { below, type PlacedProblem, problemsOf } from "../problem.ts";
import { parseQuery } from "../query/parse.ts";
import {
	duration,
	type FaultName,
	type FaultSpec,
	faultFields,
	faultNames,
	mostFaults,
} from "./fault-spec.ts";
import type { Installed } from "./installed.ts";
import { isRecord } from "./shape.ts";

/** The most deliveries that one call may make at one endpoint. More would keep other calls waiting. */
export const mostDeliveries = 20_000;

/** Fields without which a fault that takes them is none. */
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
	const { length } = plan;
	if (length > mostFaults)
		return [
			problem(`it must have at most ${mostFaults} faults, not ${length}.`),
		];
	const problems = plan
		.flatMap((spec, i) => below([`${i}`], [...problemsIn(spec, scope)]))
		.slice(0, mostFaults);
	if (problems.length > 0) return problems;
	const made = deliveriesOf(1, plan);
	if (made <= mostDeliveries) return [];
	return [
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

function* problemsIn(
	spec: unknown,
	scope: () => FaultScope,
): Generator<PlacedProblem> {
	if (!isRecord(spec)) {
		yield problem(
			`it must be an object such as { fault: "drop" }, not ${quoted(spec)}.`,
		);
		return;
	}
	const problems = [
		...unknownFields(spec),
		...wrongValues(spec),
		...wrongFields(spec),
	];
	yield* problems;
	if (problems.length === 0)
		yield* unknownNames(spec as unknown as FaultSpec, scope);
}

type Fields = Readonly<Record<string, unknown>>;

function unknownFields(spec: Fields): PlacedProblem[] {
	return Object.keys(spec)
		.filter((name) => !names.includes(name))
		.slice(0, 10)
		.map((name) => {
			const message = `there is no such field.${didYouMean(name, names)} Choose one of ${names.join(", ")}.`;
			return { ...problem(message, name), name: true };
		});
}

function* wrongValues(spec: Fields): Generator<PlacedProblem> {
	for (const [name, schema] of Object.entries(faultFields)) {
		const value = spec[name];
		if (value === undefined) continue;
		if (schema.type !== "string") {
			const { type, minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = schema;
			const isWhole = type === "integer";
			const fits = isWhole ? Number.isSafeInteger : Number.isFinite;
			if (fits(value) && Number(value) >= minimum && Number(value) <= maximum)
				continue;
			const noun = isWhole ? "a whole number" : "a number";
			const end = schema.maximum === undefined ? "up" : `to ${maximum}`;
			yield problem(
				`it must be ${noun} from ${minimum} ${end}, not ${quoted(value)}.`,
				name,
			);
		} else if (typeof value !== "string")
			yield problem(`it must be text in quotes, not ${quoted(value)}.`, name);
		else
			yield* problemsOf([name], () => {
				if (name === "match") parseQuery(value);
				if (schema === duration) parseDuration(value);
			});
	}
}

function* wrongFields(spec: Fields): Generator<PlacedProblem> {
	const { fault } = spec;
	if (fault === undefined) {
		yield problem('it has no "fault".');
		return;
	}
	if (typeof fault !== "string" || !Object.hasOwn(faultNames, fault)) {
		yield unknownName("fault", "fault", fault, Object.keys(faultNames));
		return;
	}
	const own = fieldsOf(fault as FaultName);
	const missing = own.find(
		(name) => required.includes(name) && spec[name] === undefined,
	);
	if (missing !== undefined) {
		const example = missing === "status" ? "503" : "3s";
		yield problem(`it needs "${missing}", such as ${example}.`);
		return;
	}
	const taken = ["provider", "times", "probability", ...own];
	for (const name of Object.keys(faultFields))
		if (spec[name] !== undefined && !taken.includes(name))
			yield problem(whyUnknown(fault, name), name);
}

function fieldsOf(fault: FaultName): readonly string[] {
	return faultNames[fault];
}

function whyUnknown(fault: string, name: string): string {
	if (name === "match")
		return `${fault} applies to API calls, and "match" chooses deliveries. Choose calls by "provider" and "operation".`;
	if (name === "operation")
		return `${fault} applies to deliveries, and "operation" chooses API calls. Choose deliveries by "match".`;
	const takers = Object.keys(faultNames).filter((taker) =>
		fieldsOf(taker as FaultName).includes(name),
	);
	return `it has no effect on ${fault}. Leave it out: it belongs to ${takers.join(" and ")}.`;
}

/** Unknown providers and operations: such a fault would never apply. */
function unknownNames(
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
	name: unknown,
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
