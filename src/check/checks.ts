import type { FidelityMark } from "../contract/fidelity.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { table } from "../generated/receiver-checks.ts";
import { type Answer, type Conversation, excerptOf } from "./conversation.ts";
import type { Watch } from "./effects.ts";
import type { Sample, Subject, Variation } from "./subject.ts";

/** Why a right receiver does it: as sure as the provider's rule is, by an RFC, or by what a signature is. */
export type Basis = FidelityMark | `RFC ${number}` | "signature";

/** `sig.garbage`: docs/receivers.md has a section for each. */
export type CheckId = keyof typeof table;

/** What `fixtures/receiver-checks.yaml` says of a check. */
export interface Check {
	readonly id: CheckId;
	/** Passed checks of one group are one line. */
	readonly group: string;
	readonly sent: string;
	readonly right: string;
	readonly fix: string;
	readonly basis: Basis;
	readonly about?: string;
	readonly fails?: boolean;
	readonly cost: readonly [requests: number, work: number];
	readonly needs?: keyof typeof needs;
}

/** What a check finds. */
export type Verdict =
	| { readonly is: "right"; readonly note?: string | undefined }
	| {
			readonly is: "wrong";
			readonly got: string;
			/** It is a warning, whatever the check is. */
			readonly mildly?: true;
	  }
	| { readonly is: "unknown"; readonly why: string };

/** What checks work with. */
export interface Context {
	readonly subject: Subject;
	readonly talk: Conversation;
	/** Effects; undefined: nobody looks at them. */
	readonly watch: Watch | undefined;
	/** Answers to deliveries that were to be refused, and were. */
	readonly refusals: Answer[];
	readonly ways: Ways;
	event(variation?: Variation): Sample;
}

/** What can be done to the receiver beside sending. */
export interface Ways {
	/** Starts it anew with another secret alone. */
	readonly restart?: ((secret: string) => Promise<void>) | undefined;
	/** It accepts the next secret beside the present one. */
	readonly knowsNext?: boolean | undefined;
	/** Makes its next delivery fail. */
	readonly fail?: (() => Promise<void>) | undefined;
}

export type Run = (context: Context) => Promise<Verdict>;

const needs = {
	timestamps: ({ signer: { timestampHeader, dated } }: Subject) =>
		timestampHeader !== undefined || dated !== undefined,
	hmac: ({ signer, secret }: Subject) =>
		/^hmac-/.test(algorithmOf(signer, secret)),
	eventTimes: ({ hasTimes }: Subject) => hasTimes,
	ids: ({ hasIds }: Subject) => hasIds,
	types: ({ types }: Subject) => types.length > 0,
	nulls: ({ changes }: Subject) => changes.nulls !== undefined,
	rolls: ({ rolls }: Subject) => rolls,
	replaces: ({ rolls }: Subject) => !rolls,
	handshake: ({ handshake }: Subject) => handshake !== undefined,
};

export const checks: readonly Check[] = Object.entries(table).map(
	([id, check]) => ({ ...check, id: id as CheckId }),
);

/**
 * The checks that a run makes of a subject, in order.
 *
 * @param only ids, or the first part of some: `sig`
 * @throws LocalhookError `invalid-option` for a name that none has
 */
export function checksFor(
	subject: Subject,
	only: readonly string[] = [],
	skip: readonly string[] = [],
): readonly Check[] {
	const isNamed = ({ id }: Check, name: string) =>
		id === name || id.startsWith(`${name}.`);
	const stray = [...only, ...skip].find(
		(name) => !checks.some((check) => isNamed(check, name)),
	);
	if (stray !== undefined)
		throw new LocalhookError(
			"invalid-option",
			`Invalid check ${quoted(stray)}: there is none of that name. "localhook check --list" lists them.`,
		);
	return checks.filter(
		(check) =>
			(check.needs === undefined || needs[check.needs](subject)) &&
			(only.length === 0 || only.some((name) => isNamed(check, name))) &&
			!skip.some((name) => isNamed(check, name)),
	);
}

/** How many requests checks make, and how many of them are work for the receiver. */
export function costOf(
	chosen: readonly Check[],
	{ types }: Subject,
): { readonly requests: number; readonly work: number } {
	const least = (count: number) => Math.min(count, Math.max(types.length, 3));
	const costs = chosen.map(({ id, cost: [requests, work] }) =>
		id === "event.each" ? [least(requests), least(work)] : [requests, work],
	);
	const sum = (at: 0 | 1) =>
		costs.reduce((total, cost) => total + (cost[at] ?? 0), 0);
	return { requests: sum(0), work: sum(1) };
}

/** Of a message that says nothing; empty: none that could be computed here. */
function algorithmOf(signer: Subject["signer"], secret: string): string {
	const nothing = { id: "", type: "", url: "", method: "POST", headers: {} };
	const message = { ...nothing, body: new Uint8Array(), at: 0 };
	return signer.recipe({ ...message, secrets: [secret] })?.algorithm ?? "";
}

export const right = (note?: string): Verdict => ({ is: "right", note });
export const wrong = (got: string): Verdict => ({ is: "wrong", got });
export const warned = (got: string): Verdict => ({
	is: "wrong",
	got,
	mildly: true,
});
export const unknown = (why: string): Verdict => ({ is: "unknown", why });

export const noProbe = "nobody looks at effects (--probe)";

const longestQuote = 60;

/** `401 "bad signature"` */
export function saidBy(answer: Answer): string {
	const said = excerptOf(answer);
	if (said === "") return answer.said;
	const isLong = said.length > longestQuote;
	const shown = isLong ? `${said.slice(0, longestQuote - 1)}…` : said;
	return `${answer.said} ${JSON.stringify(shown)}`;
}

/** What a delivery that a right receiver takes came to. @param what goes on from "401 to" */
export function taken(answer: Answer, what?: string): Verdict {
	if (answer.accepted) return right();
	return wrong(saidBy(answer) + (what === undefined ? "" : ` to ${what}`));
}
