import type { Faults, FaultTally } from "../delivery/faults.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import { readingOf } from "../openapi/reading.ts";
import { type FaultSpec, toRule } from "./fault-rules.ts";
import type { Installed } from "./installed.ts";
import { checkArgument, kinds } from "./shape.ts";

/** What goes wrong on purpose, line by line. */
export interface FaultPlan {
	list(): readonly (FaultSpec & FaultTally)[];
	/**
	 * A new plan in place of the one before; an empty one ends it.
	 * @throws LocalhookError `invalid-request`, `invalid-query`, `invalid-duration`; the plan before stays
	 */
	set(specs: readonly FaultSpec[]): void;
	/**
	 * For events that are to happen in one call.
	 * @throws LocalhookError `invalid-request` for more than there is room for, with what the plan makes of them
	 */
	refuseTooMany(events: number): void;
}

/** So many deliveries one call may lead to at one endpoint: more would keep everybody else waiting for its answer. */
const most = 20_000;

/** @param scope What there is to go wrong; asked once, for the first plan that is not empty. */
export function createFaultPlan(
	faults: Faults,
	scope: () => FaultScope,
): FaultPlan {
	let planned: readonly FaultSpec[] = [];
	let known: FaultScope | undefined;
	return {
		list: () => {
			const tallies = faults.tallies();
			return planned.map((spec, i) => ({
				...spec,
				...(tallies[i] as FaultTally),
			}));
		},
		set(specs) {
			checkArgument(specs, kinds.list, "plan of faults");
			const rules = specs.map(toRule);
			if (grown(1, specs) > most)
				throw new LocalhookError(
					"invalid-request",
					`Failed to plan the faults: "burst" and "duplicate" together make ${grown(1, specs)} deliveries of one event, and ${most} is the most. Give smaller "copies".`,
				);
			for (const spec of specs) {
				known ??= scope();
				refuseStray(spec, known);
			}
			faults.plan(rules);
			planned = specs;
		},
		refuseTooMany(events) {
			const made = grown(events, planned);
			if (made > most)
				throw new LocalhookError(
					"invalid-request",
					`Failed to make ${events} events happen: the planned faults may make ${made} deliveries of them, and ${most} is the most for one call. Send fewer at once, or plan smaller "copies".`,
				);
		},
	};
}

/** How many deliveries events may become at one endpoint. Of bursts one alone is done to an event, of duplicates each. */
function grown(events: number, specs: readonly FaultSpec[]): number {
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

function refuseStray(spec: FaultSpec, scope: FaultScope): void {
	const stray = strayOf(spec, scope);
	if (stray === undefined) return;
	throw new LocalhookError(
		"invalid-request",
		`Failed to plan the fault ${quoted(spec.fault)}: ${stray.reason}`,
		stray.field === "provider"
			? {
					details: {
						provider: spec.provider?.slice(0, 100),
						providers: [...scope.keys()],
					},
				}
			: {},
	);
}

/** What a fault can be done to: provider ids, and the operation ids of each. */
export type FaultScope = ReadonlyMap<string, readonly string[]>;

export function scopeOf(
	played: Iterable<Pick<Installed, "provider" | "document">>,
): FaultScope {
	return new Map(
		[...played].map(({ provider, document }) => [
			provider.id,
			readingOf(document).operations.map(({ id }) => id),
		]),
	);
}

/** A name in a fault that is not there, for which nothing would ever go wrong. */
interface Stray {
	readonly field: "provider" | "operation";
	/** A sentence, and what to do now. */
	readonly reason: string;
}

/**
 * What a fault names that there is not; undefined: it all is there.
 *
 * @example
 * strayOf({ fault: "drop", provider: "spitz" }, scope)?.field // "provider"
 */
export function strayOf(
	{ provider, operation }: FaultSpec,
	scope: FaultScope,
): Stray | undefined {
	if (provider !== undefined && !scope.has(provider))
		return stray("provider", "provider", provider, [...scope.keys()]);
	if (operation === undefined) return undefined;
	const operations =
		provider === undefined
			? [...scope.values()].flat()
			: (scope.get(provider) ?? []);
	if (operations.includes(operation)) return undefined;
	const noun = provider === undefined ? "operation" : `${provider} operation`;
	return stray("operation", noun, operation, operations);
}

function stray(
	field: Stray["field"],
	noun: string,
	name: string,
	known: readonly string[],
): Stray {
	const shown = JSON.stringify(name.slice(0, 100));
	return {
		field,
		reason: `there is no ${noun} ${shown}.${didYouMean(name, known)} Choose one of ${known.join(", ")}.`,
	};
}
