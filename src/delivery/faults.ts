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

interface Does {
	readonly event: { readonly kind: "burst"; readonly copies: number };
	readonly launch: LaunchFault;
	readonly attempt: AttemptFault;
	readonly api: ApiFault;
}

export interface FaultRule {
	readonly on: keyof Does;
	readonly does: Does[keyof Does];
	/** Which deliveries, or events of such deliveries; absent: all. */
	readonly matches?: ((delivery: Delivery, now: number) => boolean) | undefined;
	readonly provider?: string | undefined;
	readonly operation?: string | undefined;
	readonly times?: number | undefined;
	readonly probability?: number | undefined;
}

export interface FaultTally {
	readonly drawn: number;
	readonly applied: number;
}

interface Line {
	readonly rule: FaultRule;
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

	/** Whether a line strikes what is done to. Who looks for the first alone draws for no other. */
	function striking<On extends keyof Does>(
		on: On,
		subject: string,
		isMeant: (line: Line) => boolean,
	) {
		return (line: Line): line is Line & { rule: { does: Does[On] } } =>
			line.rule.on === on && isMeant(line) && strikes(line, subject);
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
		onEvent: ({ id, provider }: EventRecord, deliveries: readonly Delivery[]) =>
			lines.find(
				striking("event", id, (line) => {
					const { provider: wanted = provider, matches } = line.rule;
					const isMeant =
						matches === undefined ||
						deliveries.some((each) => fits(line, each));
					return wanted === provider && isMeant;
				}),
			)?.rule.does,
		onLaunch: (delivery: Delivery) =>
			together(
				lines
					.filter(
						striking("launch", delivery.id, (line) => fits(line, delivery)),
					)
					.map(({ rule }) => rule.does),
			),
		onAttempt: (delivery: Delivery, number: number) =>
			lines.find(
				striking("attempt", `${delivery.id}/${number}`, (line) =>
					fits(line, delivery),
				),
			)?.rule.does,
		onCall: (provider: string, operation: string, call: string) =>
			lines.find(
				striking("api", call, ({ rule }) => {
					const { provider: at = provider, operation: of = operation } = rule;
					return at === provider && of === operation;
				}),
			)?.rule.does,
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
