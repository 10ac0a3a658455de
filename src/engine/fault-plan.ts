import type { FaultRule, Faults, FaultTally } from "../delivery/faults.ts";
import { parseDuration } from "../duration.ts";
import { invalidRequest, quoted } from "../errors.ts";
import type { components } from "../generated/scenario.ts";
import { scenarioSchema } from "../generated/scenario-schema.ts";
import { faultNames } from "../generated/tables.ts";
import { didYouMean } from "../nearest.ts";
import { readingOf } from "../openapi/validators.ts";
import { below, type PlacedProblem, pathText, problemsOf } from "../problem.ts";
import { parseQuery } from "../query/parse.ts";
import { schemaProblems } from "../schema-problems.ts";
import type { Installed } from "./options.ts";

/**
 * One line of a plan as a user writes it. Durations are strings such as `3s`.
 *
 * @example
 * { match: "provider:prolific", fault: "cut-in-body", probability: 0.2 }
 */
export interface FaultSpec extends Readonly<components["schemas"]["Fault"]> {}

/** What can go wrong on purpose. */
export type FaultName = FaultSpec["fault"];

type Field = Exclude<keyof FaultSpec, "fault">;

const effects: Readonly<
	Record<FaultName, readonly [on: FaultRule["on"], ...takes: Field[]]>
> = faultNames;

const ofEveryFault: readonly Field[] = ["provider", "times", "probability"];
/** Without them, a fault that takes them is none. */
const required: readonly Field[] = ["by", "over", "status"];

/** The most deliveries that one call may make at one endpoint. More would keep other calls waiting. */
const mostDeliveries = 20_000;

/** What a fault can be done to: provider ids, and the operation ids of each. */
type FaultScope = ReadonlyMap<string, readonly string[]>;

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
 * The faults that are planned, and how often each was injected.
 *
 * @param scope the providers and operations that faults may name
 */
export function createFaultPlan(faults: Faults, scope: () => FaultScope) {
	let planned: readonly FaultSpec[] = [];
	return {
		list(): readonly (FaultSpec & FaultTally)[] {
			const tallies = faults.tallies();
			return planned.map((spec, i) => ({
				...spec,
				...(tallies[i] as FaultTally),
			}));
		},
		/**
		 * A new plan in place of the one before; an empty one ends it.
		 * @throws LocalhookError `invalid-request` with everything that is wrong with it; the plan before stays
		 */
		set(specs: readonly FaultSpec[]): void {
			const problems = below(["faults"], faultProblems(specs, scope)).map(
				({ path, message }) => ({ path: pathText(path), message }),
			);
			const lines = problems.map(({ path, message }) => `${path}: ${message}`);
			if (problems.length > 0)
				throw invalidRequest(`Failed to plan the faults: ${lines.join("\n")}`, {
					details: { problems },
				});
			faults.plan(specs.map(toRule));
			planned = specs;
		},
		/**
		 * For events that are to happen in one call.
		 * @throws LocalhookError `invalid-request` for more than there is room for, with what the plan makes of them
		 */
		refuseTooMany(events: number): void {
			const made = deliveriesOf(events, planned);
			if (made > mostDeliveries)
				throw invalidRequest(
					`Failed to make ${events} events happen: the planned faults may make ${made} deliveries of them, and ${mostDeliveries} is the most for one call. Send fewer at once, or plan smaller "copies".`,
				);
		},
	};
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
	const { Faults: list = {}, Fault = {} } = scenarioSchema.$defs ?? {};
	const unlisted = schemaProblems(plan, { ...list, items: {} });
	if (unlisted.length > 0) return unlisted;
	const specs = plan as readonly FaultSpec[];
	const problems = specs
		.flatMap((spec, i) => {
			const misshapen = schemaProblems(spec, Fault);
			return below(
				[`${i}`],
				misshapen.length > 0 ? misshapen : meaningProblems(spec, scope),
			);
		})
		.slice(0, list.maxItems);
	if (problems.length > 0) return problems;
	const made = deliveriesOf(1, specs);
	if (made <= mostDeliveries) return [];
	return [
		problem(
			`"burst" and "duplicate" together make ${made} deliveries of one event, and ${mostDeliveries} is the most. Give smaller "copies".`,
		),
	];
}

/** How many deliveries events may become at one endpoint. At most one burst applies to an event; every duplicate does. */
function deliveriesOf(events: number, specs: readonly FaultSpec[]): number {
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

function meaningProblems(
	spec: FaultSpec,
	scope: () => FaultScope,
): PlacedProblem[] {
	const { fault, match, after, by, over } = spec;
	const [, ...own] = effects[fault];
	const missing = own.find(
		(name) => required.includes(name) && spec[name] === undefined,
	);
	if (missing !== undefined) {
		const example = missing === "status" ? "503" : "3s";
		return [problem(`it needs "${missing}", such as ${example}.`)];
	}
	const given = Object.keys(spec) as (keyof FaultSpec)[];
	const problems = given
		.filter((name) => name !== "fault" && spec[name] !== undefined)
		.filter((name) => ![...ofEveryFault, ...own].includes(name as Field))
		.map((name) => problem(whyUnknown(fault, name as Field), name));
	if (match !== undefined)
		problems.push(...problemsOf(["match"], () => parseQuery(match)));
	for (const [name, text] of Object.entries({ after, by, over }))
		if (text !== undefined)
			problems.push(...problemsOf([name], () => parseDuration(text)));
	return problems.length > 0 ? problems : unknownNames(spec, scope);
}

function whyUnknown(fault: FaultName, name: Field): string {
	if (name === "match")
		return `${fault} applies to API calls, and "match" chooses deliveries. Choose calls by "provider" and "operation".`;
	if (name === "operation")
		return `${fault} applies to deliveries, and "operation" chooses API calls. Choose deliveries by "match".`;
	const takers = Object.entries(effects)
		.filter(([, [, ...takes]]) => takes.includes(name))
		.map(([taker]) => taker);
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
		return [unknown("provider", "running provider", provider, known.keys())];
	const operations =
		provider === undefined
			? [...known.values()].flat()
			: (known.get(provider) ?? []);
	if (operation === undefined || operations.includes(operation)) return [];
	const noun = provider === undefined ? "operation" : `${provider} operation`;
	return [unknown("operation", noun, operation, operations)];
}

function unknown(
	field: string,
	noun: string,
	name: string,
	known: Iterable<string>,
): PlacedProblem {
	const names = [...new Set(known)];
	return problem(
		`there is no ${noun} ${quoted(name)}.${didYouMean(name, names)} Choose one of ${names.join(", ")}.`,
		field,
	);
}

function problem(message: string, ...path: readonly string[]): PlacedProblem {
	return { path, message };
}

/** @param spec one that `faultProblems` finds nothing wrong with */
function toRule({ match, fault: kind, ...spec }: FaultSpec): FaultRule {
	const { provider, operation, times, probability } = spec;
	const { copies = 1, status, retryAfter } = spec;
	const query = match === undefined ? undefined : parseQuery(match);
	const milliseconds = (text = "0s") => parseDuration(text);
	const [after, by, over] = [spec.after, spec.by, spec.over].map(milliseconds);
	return {
		provider,
		operation,
		times,
		probability,
		matches: query?.matches,
		on: effects[kind][0],
		// A value for every field that a fault may take.
		does: { kind, copies, after, by, over, status, retryAfter },
	} as FaultRule;
}
