import type { Random } from "../contract/random.ts";
import type { Delivery, EventRecord } from "../contract/records.ts";

/** What is done to a delivery before its first attempt. Times are milliseconds, here and below. */
type LaunchFault =
	| { readonly kind: "drop" }
	| { readonly kind: "delay"; readonly by: number }
	| { readonly kind: "reorder" }
	| {
			readonly kind: "duplicate";
			readonly copies: number;
			readonly after: number;
	  };

export type AttemptFault =
	| { readonly kind: "slow-upload"; readonly over: number }
	| { readonly kind: "cut-before-body" }
	| { readonly kind: "cut-in-body" }
	| { readonly kind: "connect-timeout" }
	| { readonly kind: "timeout" };

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
	| {
			readonly on: "event";
			readonly does: { readonly kind: "burst"; readonly copies: number };
	  }
	| { readonly on: "launch"; readonly does: LaunchFault }
	| { readonly on: "attempt"; readonly does: AttemptFault }
	| { readonly on: "api"; readonly does: ApiFault };

export type FaultRule = Fault & {
	/** Which deliveries, or events of such deliveries; absent: all. */
	readonly matches?: ((delivery: Delivery, now: number) => boolean) | undefined;
	readonly provider?: string | undefined;
	readonly operation?: string | undefined;
	readonly times?: number | undefined;
	readonly probability?: number | undefined;
};

type RuleOn<On extends Fault["on"]> = Extract<FaultRule, { on: On }>;

export interface FaultTally {
	readonly drawn: number;
	readonly applied: number;
}

interface Line<Rule extends FaultRule = FaultRule> {
	readonly rule: Rule;
	/** In the whole plan: a part of what its draws are named after. */
	readonly index: number;
	readonly tally: { -readonly [Key in keyof FaultTally]: number };
}

/** The faults in force. The same seed draws the same ones for the same delivery, in whatever order they come. */
export type Faults = ReturnType<typeof createFaults>;

export function createFaults(random: Random, now: () => number) {
	let lines: readonly Line[] = [];

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
	function fits({ rule }: Line, delivery: Delivery): boolean {
		const { provider } = delivery.event;
		const { provider: wanted = provider, matches } = rule;
		return wanted === provider && (matches?.(delivery, now()) ?? true);
	}

	const faults = {
		/** Whether there is anything to ask for: no delivery pays for faults that are not there. */
		any: false,
		plan(rules: readonly FaultRule[]): void {
			lines = rules.map((rule, index) => ({
				rule,
				index,
				tally: { drawn: 0, applied: 0 },
			}));
			faults.any = lines.length > 0;
		},
		tallies: (): readonly FaultTally[] =>
			lines.map(({ tally }) => ({ ...tally })),
		onEvent({ id, provider }: EventRecord, deliveries: readonly Delivery[]) {
			const line = on("event", lines).find((line) => {
				const { provider: wanted = provider, matches } = line.rule;
				const isMeant =
					matches === undefined || deliveries.some((each) => fits(line, each));
				return wanted === provider && isMeant && strikes(line, id);
			});
			return line?.rule.does;
		},
		onLaunch(delivery: Delivery) {
			const struck = on("launch", lines).filter(
				(line) => fits(line, delivery) && strikes(line, delivery.id),
			);
			return together(struck.map(({ rule }) => rule.does));
		},
		onAttempt(delivery: Delivery, number: number): AttemptFault | undefined {
			const line = on("attempt", lines).find(
				(line) =>
					fits(line, delivery) && strikes(line, `${delivery.id}/${number}`),
			);
			return line?.rule.does;
		},
		onCall(
			provider: string,
			operation: string,
			call: string,
		): ApiFault | undefined {
			const line = on("api", lines).find((line) => {
				const { provider: at = provider, operation: of = operation } =
					line.rule;
				return at === provider && of === operation && strikes(line, call);
			});
			return line?.rule.does;
		},
	};
	return faults;
}

function together(struck: readonly LaunchFault[]) {
	const kinds = struck.map(({ kind }) => kind);
	const drop = kinds.includes("drop");
	return {
		kinds,
		drop,
		delay: struck.find((fault) => fault.kind === "delay")?.by,
		reorder: kinds.includes("reorder"),
		/** For each copy, how much later it is sent; a dropped one has none. */
		copies: struck.flatMap((fault) =>
			fault.kind === "duplicate" && !drop
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
