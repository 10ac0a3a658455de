import { LocalhookError } from "../errors.ts";
import {
	type Check,
	type CheckId,
	type Context,
	checks,
	checksFor,
	noProbe,
	type Run,
	right,
	saidBy,
	unknown,
	type Verdict,
	type Ways,
	wrong,
} from "./checks.ts";
import {
	type Answer,
	type Conversation,
	Ended,
	isAbsent,
} from "./conversation.ts";
import { diagnose } from "./diagnose.ts";
import { type Effects, type Watch, watch } from "./effects.ts";
import { eventRuns } from "./event-runs.ts";
import { httpRuns } from "./http-runs.ts";
import { causeResult, type Result, resultOf } from "./result.ts";
import { signatureRuns } from "./signature-runs.ts";
import type { Subject, Variation } from "./subject.ts";

export interface RunOptions {
	readonly subject: Subject;
	readonly talk: Conversation;
	readonly effects?: Effects | undefined;
	/** Milliseconds. */
	readonly settle?: number | undefined;
	readonly ways?: Ways | undefined;
	/** Ids of checks, or the first part of some such as `sig`. */
	readonly only?: readonly string[] | undefined;
	readonly skip?: readonly string[] | undefined;
	/** Told of each result as it comes. */
	readonly tell?: ((result: Result) => void) | undefined;
}

export interface Checked {
	readonly results: readonly Result[];
	/** Why not all checks were made; undefined: they were. */
	readonly ended?: Ended | undefined;
}

const runs = { ...signatureRuns, ...eventRuns, ...httpRuns } satisfies Record<
	Exclude<CheckId, "reach" | "effect.some">,
	Run
>;
const isRun = (id: CheckId): id is keyof typeof runs => id in runs;
const [reach, someEffect] = ["reach", "effect.some"].map((id) =>
	checks.find((check) => check.id === id),
) as [Check, Check];

/**
 * Checks a receiver: a right delivery first. Where that is refused, the cause is looked for, and every later delivery is
 * signed as the receiver expects, so that one run shows everything.
 *
 * @throws LocalhookError `server-unreachable` when nothing answers, `invalid-option`, `invalid-receiver`
 */
export async function runCheck(options: RunOptions): Promise<Checked> {
	const { subject, talk, effects, settle, tell, ways = {} } = options;
	const chosen = checksFor(subject, options.only, options.skip);
	const watched =
		effects && (await watch(effects, talk, settle).catch(unreadable));
	const results: Result[] = [];
	let plainIds = false;
	const event = (variation: Variation = {}) =>
		subject.event({ ...variation, plainIds });

	function add(result: Result): void {
		results.push(result);
		tell?.(result);
	}
	function conclude(check: Check, verdict: Verdict, from: number): void {
		const sent = talk.answers.slice(from).map((answer) => answer.event);
		// What others stand on is told if it is wrong, whether it was asked for or not.
		if (chosen.includes(check) || verdict.is === "wrong")
			add(resultOf(check, verdict, subject, [...new Set(sent)]));
	}
	/** A right delivery; if its id may be what is refused, one with an id of the provider's own. */
	async function greet(): Promise<Answer> {
		const first = await talk.send(event());
		if (isAbsent(first)) throw absent(subject, first);
		if (first.error?.code === "refused-receiver")
			throw new LocalhookError("invalid-receiver", first.error.message);
		if (first.accepted || first.error || !subject.hasOwnIds) return first;
		plainIds = true;
		const second = await talk.send(event());
		plainIds = second.accepted;
		return second.accepted ? second : first;
	}
	/** Whether right deliveries get through, if need be signed as the receiver expects. */
	async function reaches(): Promise<boolean> {
		const answer = await greet();
		if (answer.accepted) {
			conclude(reach, right(), 0);
			return true;
		}
		conclude(reach, wrong(`${saidBy(answer)} to a right delivery`), 0);
		const refusal = results.at(-1) as Result;
		const causes = await diagnose(answer, subject, talk);
		for (const cause of causes) add(causeResult(cause, refusal));
		const sign = causes.find((cause) => cause.sign !== undefined)?.sign;
		if (sign === undefined) return false;
		talk.signAs(sign);
		await watched?.clear();
		await talk.send(event());
		return true;
	}
	async function sees(): Promise<Watch | undefined> {
		const found = (await watched?.first(() => talk.send(event())))
			? watched
			: undefined;
		const none = effects?.isOptional
			? unknown("nothing was posted to LOCALHOOK_EFFECTS_URL")
			: wrong("the probe did not move, so nothing is said of effects");
		if (watched === undefined) conclude(someEffect, unknown(noProbe), 0);
		else conclude(someEffect, found ? right() : none, 0);
		return found;
	}
	/** What is known to be wrong already is not told of again. */
	function whyBlind({ id, group }: Check): string | undefined {
		const has = (cause: string) =>
			results.some((result) => result.id.startsWith(`cause.${cause}`));
		if (group === "timestamps" && has("timestamp"))
			return "the cause above is about the time";
		return /-key$/.test(id) && has("secret-empty")
			? "the cause above is an empty secret"
			: undefined;
	}
	function leave(why: string): void {
		const made = new Set(results.map(({ id }) => id));
		for (const check of chosen)
			if (!made.has(check.id))
				conclude(check, unknown(why), talk.answers.length);
	}

	let current = reach;
	let from = 0;
	try {
		if (!(await reaches())) {
			leave("no right delivery gets through");
			return { results };
		}
		const context: Context = {
			subject,
			talk,
			event,
			ways,
			refusals: [],
			watch: await sees(),
		};
		for (current of chosen) {
			from = talk.answers.length;
			const why = whyBlind(current);
			if (why !== undefined) conclude(current, unknown(why), from);
			else if (isRun(current.id))
				conclude(current, await runs[current.id](context), from);
		}
		return { results };
	} catch (error) {
		if (!(error instanceof Ended)) throw error;
		const isDown = error.reason === "down";
		if (isDown) conclude(current, wrong(error.message), from);
		leave(isDown ? `the receiver was gone after ${current.id}` : error.message);
		return { results, ended: error };
	}
}

function absent({ url }: Subject, { error }: Answer): LocalhookError {
	return new LocalhookError(
		"server-unreachable",
		`Failed to check ${url}: nothing answers there (${error?.message}). Start the receiver first, or let localhook start it: put its command behind --.`,
	);
}

function unreadable(error: Error): never {
	throw new LocalhookError(
		"invalid-option",
		`Failed to read the probe: ${error.message}. It must give a number, or a JSON list of keys.`,
	);
}
