import { isAbsent } from "../delivery/exchange.ts";
import { LocalhookError } from "../errors.ts";
import { adviceOn, verbOf } from "../explain/advice.ts";
import { maskUrl } from "../web-address.ts";
import { causesOf } from "./causes.ts";
import {
	type Check,
	type CheckId,
	type Context,
	checks,
	right,
	unknown,
	type Verdict,
	type Ways,
	wrong,
} from "./checks.ts";
import {
	type Answer,
	type Conversation,
	Ended,
	saidBy,
	type Variation,
} from "./conversation.ts";
import {
	createBelief,
	type Effects,
	longestOptional,
	type Watch,
	watch,
} from "./effects.ts";
import { type Result, resultOf } from "./result.ts";
import { ownTime, watchOut } from "./signature-trials.ts";
import type { Subject } from "./subject.ts";
import { runs } from "./trials.ts";

export interface RunOptions {
	readonly subject: Subject;
	/** In order. */
	readonly chosen: readonly Check[];
	readonly talk: Conversation;
	readonly effects?: Effects | undefined;
	/** Milliseconds. */
	readonly settle?: number | undefined;
	readonly ways: Ways;
	readonly begin?: ((check: Check, sent: number) => void) | undefined;
	readonly tell?: ((result: Result) => void) | undefined;
}

/** Not 501, which is of a method, as the end of a body that was not read may be taken for one. */
const isBusy = (answer?: Answer) => /^5(?!01)/.test(answer?.said ?? "");

const checkOf = (id: CheckId) =>
	checks.find((check) => check.id === id) as Check;
const reach = checkOf("reach");
const someEffect = checkOf("effect.some");
const sigStatus = checkOf("sig.status");
const lockOut = checkOf("sig.lock-out");

/**
 * Checks a receiver: a right delivery first. Where that is refused, the cause is looked for, and every later delivery is
 * signed as the receiver expects, so that one run shows everything.
 *
 * @returns the results, and why not all checks were made, if so
 * @throws LocalhookError `server-unreachable` when nothing answers, `invalid-option`, `invalid-receiver`
 */
export async function runChecks(
	options: RunOptions,
): Promise<{ readonly results: readonly Result[]; readonly ended?: Ended }> {
	const { subject, chosen, talk, effects, settle, ways, begin, tell } = options;
	const watched = effects && (await watch(effects, talk, settle));
	const results: Result[] = [];

	function add(result: Result): void {
		results.push(result);
		tell?.(result);
	}
	function conclude(
		check: Check,
		verdict: Verdict,
		sent: readonly Answer[] = talk.answers,
	): void {
		// What others stand on is told if it is wrong, whether it was asked for or not.
		if (chosen.includes(check) || verdict.is === "wrong")
			add(resultOf(check, verdict, subject, sent));
	}
	/** A server that fails once may be busy, so it gets another event: the first may count as seen. Not while it gets two at once. */
	async function send(variation: Variation = {}, pause = 0): Promise<Answer> {
		const before = talk.answers.at(-1);
		const first = await talk.send(variation);
		if (!isBusy(first) || isBusy(before) || variation.atOnce) return first;
		await talk.wait(pause);
		return talk.send(variation);
	}
	const deliver = () => send({}, 1000);
	/** A right delivery; if its id may be what is refused, one with an id of the provider's own. */
	async function greet(): Promise<Answer> {
		let first = await deliver();
		// It may load things for the first one.
		if (first.error?.code === "timeout" && first.duration >= subject.timeout)
			first = await send();
		if (isAbsent(first) && !(await ways.fate?.()))
			throw new LocalhookError(
				"server-unreachable",
				`Failed to check ${maskUrl(subject.url)}: nothing answers there (${first.error?.message}). Start the receiver first, or let localhook start it: put its command behind --.`,
			);
		if (first.error?.code === "refused-receiver")
			throw new LocalhookError("invalid-receiver", first.error.message);
		const { hasOwnIds, plainId } = subject;
		if (first.accepted || first.error || !hasOwnIds || !plainId) return first;
		subject.usePlainIds(true);
		const second = await send();
		subject.usePlainIds(second.accepted);
		return second.accepted ? second : first;
	}
	/** Whether right deliveries get through, if need be signed as the receiver expects. */
	async function reaches(): Promise<boolean> {
		let answer = await greet();
		// One that passes is no proof: many a digest is the same text in another encoding.
		const most = chosen.includes(reach) ? 2 : 0;
		for (let more = 0; more < most && answer.accepted; more++) {
			// At the end of a second its time is almost one old, which not everybody tolerates.
			if (more > 0 && subject.hasTimestamps)
				await talk.wait((1900 - (talk.now() % 1000)) % 1000);
			const other = await send();
			if (/^4/.test(other.said)) answer = other;
		}
		if (answer.accepted) {
			conclude(reach, right());
			return true;
		}
		const fate = answer.error && (await ways.fate?.());
		const got = fate
			? "no answer to the first delivery, which ended it"
			: saidBy(answer) + (answer.error ? "" : " to a right delivery");
		conclude(reach, wrong(got));
		const { source: _, ...refusal } = results.at(-1) as Result;
		const causes = await causesOf(answer, context, fate);
		for (const { signing: _, ...cause } of causes)
			add({ ...refusal, basis: "observed", ...cause });
		if (answer.error?.code === "timeout") await make(checkOf("resp.time"));
		const { signing } = causes.find((cause) => cause.signing) ?? {};
		if (signing === undefined) return false;
		talk.signAs(signing);
		await watched?.clear();
		// Past the signature, something else may refuse it.
		return (await deliver()).accepted;
	}
	/** Whether effects can be seen, and if not, why. */
	async function look(): Promise<Pick<Context, "watch" | "blind">> {
		const isSeen = (await watched?.first(send)) ?? false;
		const blind = unknown(
			watched === undefined
				? "nobody looks at effects, since there is no probe"
				: effects?.isOptional
					? `nothing was posted to LOCALHOOK_EFFECTS_URL within ${longestOptional / 1000}s`
					: "the probe did not move",
		);
		const isWrong = watched !== undefined && !effects?.isOptional;
		const verdict = isWrong
			? wrong("the probe did not move, so nothing is said of effects")
			: blind;
		conclude(someEffect, isSeen ? right() : verdict);
		if (isSeen && watched?.isLate()) await makeTogether(watched);
		return { watch: isSeen ? watched : undefined, blind };
	}
	/** What is known to be wrong already is not told of again. */
	function explained(verdict: Verdict, { follows = [] }: Check): Verdict {
		if (verdict.is !== "wrong") return verdict;
		const why = results.find(
			({ id, outcome }) =>
				outcome === "fail" && follows.some((name) => id.startsWith(name)),
		);
		return why === undefined
			? verdict
			: unknown(`${why.id} explains it: ${verdict.got}`);
	}
	let context: Context = {
		...{ subject, talk, send, ways },
		refusals: [],
		watch: undefined,
		blind: unknown(""),
	};
	async function make(check: Check): Promise<void> {
		const run = runs[check.id];
		const isMade = results.some(({ id }) => id === check.id);
		if (run === undefined || isMade || !chosen.includes(check)) return;
		const [known, sent] = proven.get(check) ?? [];
		if (known !== undefined) return conclude(check, known, sent);
		start(check);
		let verdict = explained(await run(context), check);
		const answers = talk.answers.slice(from);
		const isRefused = answers.some(({ accepted }) => !accepted);
		const isAsked = verdict.is === "wrong" && check.aged && isRefused;
		const own = isAsked ? await ownTime(context) : undefined;
		// What a busy machine or a lost connection has done is not there a second time.
		if (
			verdict.is === "wrong" &&
			!verdict.happened &&
			!own &&
			!check.once &&
			check.cost[0] <= spare(check)
		) {
			await talk.reconnect();
			const again = await run(context);
			if (again.is !== "wrong") verdict = again;
		}
		// What refuses right deliveries by now is not told of as if it were about this check.
		if (isLost(verdict) && check.cost[0] > 0) await watchOut(talk);
		conclude(check, verdict, talk.answers.slice(from));
		const { is, cause = own?.cause } = verdict;
		const told = results.at(-1);
		if (is !== "wrong" || cause === undefined || told === undefined) return;
		const does = own && `The receiver ${verbOf(cause)} ${own.what}.`;
		const fix = adviceOn(cause, own?.words);
		add({ ...told, id: `cause.${cause}`, got: does ?? told.got, fix });
		if (own !== undefined) talk.signAs(own);
	}
	function start(check: Check): void {
		current = check;
		from = talk.answers.length;
		begin?.(check, talk.count);
	}
	/** Late effects of several checks are waited for together: as many as a right receiver has prove that it is one. */
	async function makeTogether(late: Watch): Promise<void> {
		const some = chosen.filter(({ together }) => together);
		if (spare(reach) < some.reduce((sum, { cost }) => sum + cost[0], 0)) return;
		await late.clear();
		const belief = createBelief(talk);
		for (const check of some) {
			start(check);
			const verdict = await runs[check.id]?.({ ...context, watch: belief });
			if (verdict?.is !== "right") return proven.clear();
			proven.set(check, [verdict, talk.answers.slice(from)]);
		}
		const expected = belief.total();
		if ((await late.moved(expected)) !== expected) proven.clear();
	}
	/** Whether it may be that nothing is accepted any more. */
	function isLost({ is }: Verdict): boolean {
		const last = talk.answers.at(-1);
		const isBusy = last?.response?.status === 429;
		const wasBusy = isBusy && isLimited;
		isLimited ||= isBusy;
		return !wasBusy && (isBusy || (is === "wrong" && last?.accepted === false));
	}
	/** The requests that are left when all later checks have been made. */
	function spare(check: Check): number {
		const later = chosen.slice(chosen.indexOf(check) + 1);
		return later.reduce((left, { cost }) => left - cost[0], talk.remaining);
	}
	function leave(why: string): void {
		const made = new Set(results.map(({ id }) => id));
		for (const check of chosen)
			if (!made.has(check.id)) conclude(check, unknown(why), []);
	}

	const proven = new Map<Check, readonly [Verdict, readonly Answer[]]>();
	let current = reach;
	let from = 0;
	let isLimited = false;
	try {
		begin?.(reach, 0);
		if (!(await reaches())) {
			leave("no right delivery gets through");
			return { results };
		}
		context = { ...context, ...(await look()) };
		for (const check of chosen) await make(check);
		return { results };
	} catch (error) {
		if (!(error instanceof Ended)) throw error;
		const { reason, message } = error;
		const last = talk.answers.at(-1);
		const isOver = last !== undefined && isAbsent(last);
		// What ends a server at wrong signatures is seen one request later.
		const isBySignature = isOver && current.group === "signature";
		const { [reason]: culprit }: Partial<Record<typeof reason, Check>> = {
			down: isBySignature ? sigStatus : current,
			"locked-out": lockOut,
		};
		if (culprit !== undefined) {
			const at = reason === "down" ? ` (at ${current.id})` : "";
			const fate = reason === "down" && (await ways.fate?.());
			const got = message + at + (fate ? `: ${fate}` : "");
			const sent = talk.answers.slice(from);
			const result = resultOf(culprit, wrong(got), subject, sent);
			const before = results.findIndex(({ id }) => id === culprit.id);
			if (before !== -1) results.splice(before, 1);
			add({ ...result, outcome: "fail" });
		}
		leave(
			culprit === undefined
				? message
				: `${message.split(":", 1)[0]} at ${current.id}`,
		);
		return { results, ended: error };
	}
}
