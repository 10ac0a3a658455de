import type { Basis, Check, Verdict } from "./checks.ts";
import type { Answer, Ended } from "./conversation.ts";
import type { Subject } from "./subject.ts";

/** What one check, or the search for a cause, has come to. */
export interface Result {
	/** Of a cause: `cause.content-order`, `header.lookup`. docs/receivers.md has a section for each. */
	readonly id: string;
	/** Of a refusal that no question explains: the causes that it may be. */
	readonly among?: readonly string[];
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

/** What a check came to, in figures. */
export interface Summary {
	/** Of the provider or the scheme. */
	readonly name: string;
	readonly url: string;
	/** The fingerprint of the secret that right deliveries are signed with. */
	readonly secret: string;
	readonly ok: boolean;
	readonly failures: number;
	readonly warnings: number;
	/** Not looked at. */
	readonly unknown: number;
	readonly passed: number;
	/** Requests that were sent, and those that were accepted. */
	readonly deliveries: number;
	readonly accepted: number;
	/** Milliseconds. */
	readonly duration: number;
	/** Why not all checks were made; absent: they were. */
	readonly ended?: string;
}

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
	figures: Pick<
		Summary,
		"name" | "url" | "secret" | "deliveries" | "accepted" | "duration"
	>,
	ended: string | undefined,
): Summary {
	const count = (outcome: Result["outcome"]) =>
		results.filter((result) => result.outcome === outcome).length;
	const [failures, warnings] = [count("fail"), count("warn")];
	const unknown = count("unknown");
	return {
		...figures,
		ok: failures === 0 && !(strict && warnings + unknown > 0),
		failures,
		warnings,
		unknown,
		passed: count("pass"),
		...(ended !== undefined && { ended }),
	};
}

/** Where the rule behind a result is written down. */
export function rulesOf({ id }: Pick<Result, "id">): string {
	return `docs/receivers.md#${id.replaceAll(".", "-")}`;
}
