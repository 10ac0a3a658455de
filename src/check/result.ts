import type { components } from "../generated/check-lines.ts";
import type { Check, Verdict } from "./checks.ts";
import type { Answer, Conversation, Ended } from "./conversation.ts";
import type { Subject } from "./subject.ts";

type Schemas = components["schemas"];

/** What one check, or the search for a cause, has come to. */
export type Result = Schemas["Result"];

export type Summary = Schemas["Summary"];

/** What a check came to. */
export interface Report extends Summary {
	readonly results: readonly Result[];
	/** For people: what is printed. */
	readonly text: string;
	readonly reason?: Ended["reason"];
}

/** @param answers those to what it sent */
export function resultOf(
	check: Check,
	verdict: Verdict,
	{ facts }: Subject,
	answers: readonly Answer[],
): Result {
	const { id, group, sent, right: expected, fix, about = "", fails } = check;
	const fact = facts[about];
	const rule = fact?.mark === "assumed" ? undefined : fact;
	const result = {
		id,
		group,
		sure: "certain",
		basis: rule?.mark ?? check.basis,
		...(rule && { source: rule.source }),
		sent,
		expected,
		deliveries: [...new Set(answers.map(({ sample }) => sample.id))],
	} as const;
	const { is, got = expected, mildly } = verdict;
	if (is !== "wrong")
		return { ...result, outcome: is === "right" ? "pass" : is, got };
	const isFailure = !mildly && (fails || rule !== undefined);
	const outcome = isFailure ? "fail" : "warn";
	return { ...result, outcome, got, ...(fix !== "" && { fix }) };
}

export function summaryOf(
	results: readonly Result[],
	strict: boolean,
	{
		ended,
		...about
	}: Pick<Summary, "name" | "url" | "secret"> & { ended: string | undefined },
	{ count: deliveries, answers, spent }: Conversation,
): Summary {
	const count = (outcome: Result["outcome"]) =>
		results.filter((result) => result.outcome === outcome).length;
	const [failures, warnings] = [count("fail"), count("warn")];
	const unknown = count("unknown");
	return {
		...about,
		ok: failures === 0 && !(strict && warnings + unknown > 0),
		failures,
		warnings,
		unknown,
		passed: count("pass"),
		deliveries,
		accepted: answers.filter(({ accepted }) => accepted).length,
		duration: spent(),
		...(ended !== undefined && { ended }),
	};
}

/** Where the rule behind a result is written down. */
export function rulesOf({ id }: Pick<Result, "id">): string {
	return `docs/receivers.md#${id.replaceAll(".", "-")}`;
}
