import { invalidOption, quoted } from "../errors.ts";
import type { Cause } from "../explain/advice.ts";
import type { components } from "../generated/check-lines.ts";
import { table } from "../generated/receiver-checks.ts";
import { didYouMean } from "../nearest.ts";
import {
	type Answer,
	type Conversation,
	saidBy,
	type Variation,
} from "./conversation.ts";
import type { createBelief, Watch } from "./effects.ts";
import type { Subject } from "./subject.ts";

/** `sig.garbage`: docs/receivers.md has a section for each. */
export type CheckId = keyof typeof table;

/** What `fixtures/receiver-checks.yaml` says of a check, as `fixtures/check-lines.yaml` describes it. */
export type Check = components["schemas"]["Check"] & { readonly id: CheckId };

export interface Verdict {
	/** `unknown`: it could not be looked at. */
	readonly is: "right" | "wrong" | "unknown";
	/** Default, of what is right: what a right receiver does. */
	readonly got?: string | undefined;
	/** The mistake behind it, where nothing else comes to this. */
	readonly cause?: Cause;
	/** It is a warning, whatever the check is. */
	readonly mildly?: boolean | undefined;
	/** It is what the receiver has done, which a second try does not undo. */
	readonly happened?: boolean;
}

export interface Context {
	readonly subject: Subject;
	readonly talk: Conversation;
	readonly send: Conversation["send"];
	/** Effects; undefined: nobody looks at them, */
	readonly watch: Watch | ReturnType<typeof createBelief> | undefined;
	/** and why. */
	readonly blind: Verdict;
	/** Answers to deliveries that were to be refused, and were. */
	readonly refusals: Answer[];
	readonly ways: Ways;
}

/** What can be done to the receiver beside sending. */
export interface Ways {
	/** Starts it anew with another secret alone. */
	readonly restart?: ((secret: string) => Promise<void>) | undefined;
	/** How it has ended, if it has and somebody knows: "it ended with code 1". */
	readonly fate?: () => Promise<string | undefined>;
	/** What it wrote last, if somebody knows: ` It wrote last: "Error: no table"`. */
	readonly words?: () => string;
	/** It accepts the next secret beside the present one. */
	readonly knowsNext?: boolean | undefined;
	/**
	 * Makes its next work fail. The function that it gives says whether it has, and if not, lets the next one succeed;
	 * absent: nobody knows.
	 */
	readonly fail?: (() => Promise<(() => boolean) | undefined>) | undefined;
}

export type Run = (context: Context) => Promise<Verdict>;

/** What a subject has that checks need. */
function hasOf(subject: Subject) {
	const { signer, messageOf, event, rolls } = subject;
	const recipe = signer.recipe(messageOf(event(), 0));
	return {
		timestamps: subject.hasTimestamps,
		hmac: recipe?.algorithm.startsWith("hmac-"),
		eventTimes: subject.hasTimes,
		ids: subject.hasIds,
		types: subject.types.length > 0,
		nulls: subject.nulls,
		rolls,
		replaces: !rolls,
		handshake: subject.handshake,
	} satisfies Record<NonNullable<Check["needs"]>, unknown>;
}

export const checks: readonly Check[] = Object.entries(table).map(
	([id, check]) => ({ ...check, id: id as CheckId }),
);

/** Whether a name is the check's id, the first part of it, or its group. */
function isNamed({ id, group }: Check, name: string): boolean {
	return id === name || id.startsWith(`${name}.`) || group === name;
}

/**
 * The checks that a run makes of a subject, in order.
 *
 * @param subject undefined: of any
 * @param only ids, the first part of some, or groups: `sig`
 * @throws LocalhookError `invalid-option`
 */
export function checksFor(
	subject: Subject | undefined,
	only: readonly string[] = [],
	skip: readonly string[] = [],
): readonly Check[] {
	const unlisted = [...only, ...skip].find(
		(name) => !checks.some((check) => isNamed(check, name)),
	);
	if (unlisted !== undefined) {
		const names = checks.flatMap(({ id, group }) => [
			...[id, group, id.split(".")[0] ?? id],
		]);
		throw invalidOption(
			`Invalid check ${quoted(unlisted)}: there is none of that name.${didYouMean(unlisted, names)} "localhook check --list" lists them.`,
		);
	}
	const chosen = checks.filter(
		(check) =>
			(only.length === 0 || only.some((name) => isNamed(check, name))) &&
			!skip.some((name) => isNamed(check, name)),
	);
	const has = subject && hasOf(subject);
	const fitting = chosen.filter(({ needs }) => !needs || !has || has[needs]);
	if (fitting.length > 0) return fitting;
	throw invalidOption(
		chosen.length > 0 && subject
			? `Invalid choice of checks: ${subject.title} has nothing to make ${chosen.map(({ id }) => id).join(", ")} with. Choose others: "localhook check --list" with the provider or the scheme lists them.`
			: 'Invalid choice of checks: "skip" leaves out all that "only" names, so none is left. Skip fewer.',
	);
}

export const right = (got?: string): Verdict => ({ is: "right", got });
export const unknown = (got: string): Verdict => ({ is: "unknown", got });
export const wrong = (got: string, mildly?: boolean): Verdict => {
	return { is: "wrong", got, mildly };
};

/** Of what a receiver has done, in front of whatever a busy machine may have delayed or cut. */
export const harmed = (got: string, mildly?: boolean): Verdict => {
	return { ...wrong(got, mildly), happened: true };
};

/** What a right receiver refuses, and does no work for. */
export const refused =
	(variation: (context: Context) => Variation): Run =>
	async (context) => {
		const { talk, watch, refusals } = context;
		const isLate = watch?.isLate() ?? false;
		if (!isLate) await watch?.clear();
		const varied = variation(context);
		if (!talk.differs(varied))
			return unknown("its signature is not made with this");
		let answer = await talk.send(varied);
		if (isLate && answer.accepted) {
			// Late effects of others, waited for only where they matter, would count as its own.
			await watch?.clear();
			answer = await talk.send(variation(context));
		}
		if (!answer.accepted) {
			refusals.push(answer);
			return right();
		}
		return passedBy(answer, watch);
	};

/** What it means that a receiver accepts what it is to refuse. */
export async function passedBy(
	answer: Answer,
	watch: Context["watch"],
): Promise<Verdict> {
	const got = `accepted with ${saidBy(answer)}`;
	if (watch === undefined)
		return harmed(
			`${got}; whether it does the work of this, and that of what is right, is not seen without a probe`,
			true,
		);
	return (await watch.moved()) > 0
		? harmed(`${got}, and it did the work`)
		: right("2xx to some, without an effect");
}

/** What a right receiver takes. @param what each is sent, by what goes on from "401 to" */
export const taken =
	(
		variations: (context: Context) => Readonly<Record<string, Variation>>,
	): Run =>
	async (context) => {
		for (const [what, variation] of Object.entries(variations(context))) {
			if (!context.talk.differs(variation))
				return unknown("its signature is not made with this");
			const answer = await context.send(variation);
			if (!answer.accepted) return wrongly(answer, what);
		}
		return right();
	};

/** @param what goes on from "401 to" */
export function wrongly(answer: Answer, what = ""): Verdict {
	return wrong(saidBy(answer) + (what === "" ? "" : ` to ${what}`));
}

/** Events that a right receiver accepts, and works for so often. */
export const worked =
	(times: 1 | 2, send: (context: Context) => Promise<readonly Answer[]>): Run =>
	async (context) => {
		const { watch, subject } = context;
		await watch?.clear();
		const bad = (await send(context)).find(({ accepted }) => !accepted);
		if (bad !== undefined)
			return wrong(
				saidBy(bad) +
					(times === 1 ? " to one of them, so it is sent again" : ""),
			);
		if (watch === undefined) return context.blind;
		const moved = await watch.moved(times);
		if (times === 2)
			return moved < 2 ? wrong(`${moved} of the 2 had an effect`) : right();
		if (moved === 1) return right();
		if (moved === 0) return unknown("the event had no effect at all");
		const { hasIds, title } = subject;
		const how = hasIds
			? ""
			: `; ${title} sends no id, so keep a hash of the body`;
		return harmed(`${moved} effects of one event${how}`, !hasIds);
	};
