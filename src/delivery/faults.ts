import type { Random } from "../contract/random.ts";
import type { Delivery, EventRecord } from "../contract/records.ts";

/** What is done to a delivery before its first attempt. Times are milliseconds. */
export type LaunchFault =
	| { readonly kind: "drop" }
	| { readonly kind: "delay"; readonly by: number }
	| { readonly kind: "reorder" }
	| {
			readonly kind: "duplicate";
			readonly copies: number;
			readonly after: number;
	  };

/** What the faults of a plan do together to a delivery before its first attempt. */
export interface LaunchFaults {
	/** Those that were drawn. */
	readonly kinds: readonly LaunchFault["kind"][];
	readonly drop: boolean;
	/** undefined: not delayed. */
	readonly delay: number | undefined;
	readonly reorder: boolean;
	/** For each copy, how much later it is sent; a dropped one has none. */
	readonly copies: readonly number[];
}

/** What is done to one attempt. */
export type AttemptFault =
	| { readonly kind: "slow-upload"; readonly over: number }
	| { readonly kind: "cut-before-body" }
	| { readonly kind: "cut-in-body" }
	| { readonly kind: "timeout" };

/** More events of the same kind at once. */
export interface EventFault {
	readonly kind: "burst";
	readonly copies: number;
}

/** What is done to a call of the provider's API. */
export type ApiFault =
	| {
			readonly kind: "status";
			readonly status: number;
			/** Seconds. */
			readonly retryAfter?: number | undefined;
	  }
	| { readonly kind: "latency"; readonly by: number }
	| { readonly kind: "reset" };

export type Fault =
	| { readonly on: "event"; readonly does: EventFault }
	| { readonly on: "launch"; readonly does: LaunchFault }
	| { readonly on: "attempt"; readonly does: AttemptFault }
	| { readonly on: "api"; readonly does: ApiFault };

/** One line of a plan. */
export type FaultRule = Fault & {
	/** Which deliveries, or events of such deliveries; absent: all. */
	readonly matches?: ((delivery: Delivery, now: number) => boolean) | undefined;
	/** False: it matches no delivery of an event of this one's provider and type, so that none of them is asked for. */
	readonly canMatchType?: ((delivery: Delivery) => boolean) | undefined;
	/** Absent: all. */
	readonly provider?: string | undefined;
	readonly operation?: string | undefined;
	/** Done this often, then no more. */
	readonly times?: number | undefined;
	/** How often of those that match, from 0 to 1. */
	readonly probability?: number | undefined;
};

export interface FaultTally {
	/** How often it was drawn for. */
	readonly drawn: number;
	readonly applied: number;
}

/** The faults in force. The same seed draws the same ones for the same delivery, in whatever order they come. */
export interface Faults {
	/** Whether there is anything to ask for: no delivery pays for faults that are not there. */
	readonly any: boolean;
	/** A new plan in place of the one before, counted from nothing. */
	plan(rules: readonly FaultRule[]): void;
	tallies(): readonly FaultTally[];
	/** `deliveries`: what has been made of the event. */
	onEvent(
		event: EventRecord,
		deliveries: readonly Delivery[],
	): EventFault | undefined;
	onLaunch(delivery: Delivery): LaunchFaults;
	onAttempt(delivery: Delivery, number: number): AttemptFault | undefined;
	onCall(
		provider: string,
		operation: string,
		call: string,
	): ApiFault | undefined;
}

type RuleOn<On extends Fault["on"]> = Extract<FaultRule, { on: On }>;

interface Line<Rule extends FaultRule = FaultRule> {
	readonly rule: Rule;
	/** In the whole plan: a part of what its draws are named after. */
	readonly index: number;
	readonly tally: { drawn: number; applied: number };
}

/** The lines that deliveries of one type are asked for. */
interface Concerning {
	readonly launch: readonly Line<RuleOn<"launch">>[];
	readonly attempt: readonly Line<RuleOn<"attempt">>[];
}

const none: LaunchFaults = {
	kinds: [],
	drop: false,
	delay: undefined,
	reorder: false,
	copies: [],
};

export function createFaults(random: Random, now: () => number): Faults {
	let lines: readonly Line[] = [];
	let ofEvents: readonly Line<RuleOn<"event">>[] = [];
	let ofCalls: readonly Line<RuleOn<"api">>[] = [];
	/** By provider and event type, so that what fits another one costs a delivery nothing. */
	const byType = new Map<string, Map<string, Concerning>>();

	/** `subject`: names what is drawn for, so that nothing else can shift the draw. */
	function strikes({ rule, index, tally }: Line, subject: string): boolean {
		const { times, probability } = rule;
		if (times !== undefined && tally.applied >= times) return false;
		tally.drawn++;
		const drawn =
			probability === undefined ||
			random.fork(`${index}/${subject}`).next() < probability;
		if (drawn) tally.applied++;
		return drawn;
	}
	function concerning(delivery: Delivery): Concerning {
		const { provider, type } = delivery.event;
		const found = byType.get(provider)?.get(type);
		if (found !== undefined) return found;
		const fitting = lines.filter(
			({ rule }) =>
				(rule.provider ?? provider) === provider &&
				(rule.canMatchType?.(delivery) ?? true),
		);
		const sorted = {
			launch: on("launch", fitting),
			attempt: on("attempt", fitting),
		};
		const types = byType.get(provider) ?? new Map<string, Concerning>();
		byType.set(provider, types.set(type, sorted));
		return sorted;
	}
	function fits({ rule: { matches } }: Line, delivery: Delivery): boolean {
		return matches === undefined || matches(delivery, now());
	}

	return {
		get any() {
			return lines.length > 0;
		},
		plan(given) {
			lines = given.map((rule, index) => ({
				rule,
				index,
				tally: { drawn: 0, applied: 0 },
			}));
			ofEvents = on("event", lines);
			ofCalls = on("api", lines);
			byType.clear();
		},
		tallies: () => lines.map(({ tally }) => ({ ...tally })),
		onEvent({ id, provider }, deliveries) {
			for (const line of ofEvents) {
				const { provider: wanted = provider, matches, does } = line.rule;
				const isMeant =
					wanted === provider &&
					(matches === undefined ||
						deliveries.some((each) => fits(line, each)));
				if (isMeant && strikes(line, id)) return does;
			}
			return undefined;
		},
		onLaunch(delivery) {
			let struck: LaunchFault[] | undefined;
			for (const line of concerning(delivery).launch) {
				if (!fits(line, delivery) || !strikes(line, delivery.id)) continue;
				struck ??= [];
				struck.push(line.rule.does);
			}
			return struck === undefined ? none : together(struck);
		},
		onAttempt(delivery, number) {
			for (const line of concerning(delivery).attempt) {
				if (!fits(line, delivery)) continue;
				if (strikes(line, `${delivery.id}/${number}`)) return line.rule.does;
			}
			return undefined;
		},
		onCall(provider, operation, call) {
			for (const line of ofCalls) {
				const { rule } = line;
				const { provider: at = provider, operation: of = operation } = rule;
				if (at === provider && of === operation && strikes(line, call))
					return rule.does;
			}
			return undefined;
		},
	};
}

function together(struck: readonly LaunchFault[]): LaunchFaults {
	const kinds = struck.map(({ kind }) => kind);
	if (kinds.includes("drop")) return { ...none, kinds, drop: true };
	return {
		kinds,
		drop: false,
		delay: struck.find((fault) => fault.kind === "delay")?.by,
		reorder: kinds.includes("reorder"),
		copies: struck.flatMap((fault) =>
			fault.kind === "duplicate"
				? Array<number>(fault.copies).fill(fault.after)
				: [],
		),
	};
}

function on<On extends Fault["on"]>(
	kind: On,
	lines: readonly Line[],
): Line<RuleOn<On>>[] {
	return lines.filter(
		(line): line is Line<RuleOn<On>> => line.rule.on === kind,
	);
}
