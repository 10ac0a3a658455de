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
	onLaunch(delivery: Delivery): readonly LaunchFault[];
	onAttempt(delivery: Delivery, number: number): AttemptFault | undefined;
	onCall(
		provider: string,
		operation: string,
		call: string,
	): ApiFault | undefined;
}

const none: readonly LaunchFault[] = [];

export function createFaults(random: Random, now: () => number): Faults {
	let rules: readonly FaultRule[] = [];
	let tallies: { drawn: number; applied: number }[] = [];

	/** `subject`: names what is drawn for, so that nothing else can shift the draw. */
	function strikes(index: number, subject: string): boolean {
		const { times, probability } = rules[index] as FaultRule;
		const tally = tallies[index] as { drawn: number; applied: number };
		if (times !== undefined && tally.applied >= times) return false;
		tally.drawn++;
		const drawn =
			probability === undefined ||
			random.fork(`${index}/${subject}`).next() < probability;
		if (drawn) tally.applied++;
		return drawn;
	}
	function concerns(rule: FaultRule, delivery: Delivery): boolean {
		const { provider, matches } = rule;
		return (
			(provider === undefined || provider === delivery.event.provider) &&
			(matches === undefined || matches(delivery, now()))
		);
	}

	return {
		get any() {
			return rules.length > 0;
		},
		plan(given) {
			rules = given;
			tallies = given.map(() => ({ drawn: 0, applied: 0 }));
		},
		tallies: () => tallies.map((tally) => ({ ...tally })),
		onEvent({ id, provider }, deliveries) {
			for (const [i, rule] of rules.entries()) {
				if (rule.on !== "event") continue;
				const { provider: wanted = provider, matches } = rule;
				const isMeant =
					wanted === provider &&
					(matches === undefined ||
						deliveries.some((each) => matches(each, now())));
				if (isMeant && strikes(i, id)) return rule.does;
			}
			return undefined;
		},
		onLaunch(delivery) {
			let struck: LaunchFault[] | undefined;
			for (let i = 0; i < rules.length; i++) {
				const rule = rules[i] as FaultRule;
				if (rule.on !== "launch" || !concerns(rule, delivery)) continue;
				if (strikes(i, delivery.id)) struck = [...(struck ?? []), rule.does];
			}
			return struck ?? none;
		},
		onAttempt(delivery, number) {
			for (const [i, rule] of rules.entries()) {
				if (rule.on !== "attempt" || !concerns(rule, delivery)) continue;
				if (strikes(i, `${delivery.id}/${number}`)) return rule.does;
			}
			return undefined;
		},
		onCall(provider, operation, call) {
			for (const [i, rule] of rules.entries()) {
				if (rule.on !== "api") continue;
				const { provider: at = provider, operation: of = operation } = rule;
				if (at === provider && of === operation && strikes(i, call))
					return rule.does;
			}
			return undefined;
		},
	};
}
