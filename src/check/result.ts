import type { Basis, Check, Verdict } from "./checks.ts";
import type { Sign } from "./conversation.ts";
import type { Subject } from "./subject.ts";

/** What one check, or the search for a cause, has come to. */
export interface Result {
	readonly id: string;
	readonly group: string;
	/** `unknown`: not looked at. */
	readonly outcome: "pass" | "fail" | "warn" | "unknown";
	readonly sure: "certain" | "likely";
	readonly basis: Basis;
	/** The page that states the rule. */
	readonly source?: string;
	readonly sent: string;
	readonly expected: string;
	readonly got: string;
	/** The ids of the events that it sent. */
	readonly deliveries: readonly string[];
	readonly fix?: string;
}

/** A reason for refusing a right delivery. */
export interface Diagnosis {
	/** `cause.content-order`, `header.lookup`: docs/receivers.md has a section for each. */
	readonly id: string;
	readonly sure: Result["sure"];
	/** What the receiver does. */
	readonly got: string;
	readonly fix: string;
	/** How to sign for this receiver; undefined: no right delivery gets through to it. */
	readonly sign?: Sign | undefined;
}

export function resultOf(
	check: Check,
	verdict: Verdict,
	{ facts }: Subject,
	deliveries: readonly string[],
): Result {
	const { id, group, sent, right: expected, fix, about = "", fails } = check;
	const fact = facts[about];
	const rule = fact?.mark === "assumed" ? undefined : fact;
	const isMild = verdict.is === "wrong" && verdict.mildly;
	const ofWrong = !isMild && (fails || rule) ? "fail" : "warn";
	const outcomes = {
		right: "pass",
		wrong: ofWrong,
		unknown: "unknown",
	} as const;
	const texts = { got: expected, why: "", note: undefined, ...verdict };
	return {
		id,
		group,
		outcome: outcomes[verdict.is],
		sure: "certain",
		basis: rule?.mark ?? check.basis,
		...(rule && { source: rule.source }),
		sent,
		expected,
		got: texts.note ?? (texts.why || texts.got),
		deliveries,
		...(verdict.is === "wrong" && fix !== "" && { fix }),
	};
}

export function causeResult(
	{ id, sure, got, fix }: Diagnosis,
	reach: Result,
): Result {
	const { source: _, ...rest } = reach;
	return { ...rest, id, basis: "observed", sure, got, fix };
}
