import type { AttemptResponse } from "../contract/records.ts";
import { type Exchange, isAbsent } from "../delivery/exchange.ts";
import { inQuotes, shortened } from "../printing.ts";
import { type Cause, type Sentence, sentence, type Words } from "./advice.ts";
import type { Headers } from "./guess.ts";
import { errorIn, pageOf, triage } from "./triage.ts";

export interface Question {
	readonly headers: Headers;
	readonly body: Uint8Array;
	/** Default: POST. */
	readonly method?: "GET";
}

/**
 * What an answer means: `accepted` (2xx), `refused` (as what is signed by nobody), `past` (the signature passed, and
 * something behind it failed), `moved` (a redirect), `silent`, `reset`.
 */
export type Verdict =
	| "accepted"
	| "refused"
	| "past"
	| "moved"
	| "silent"
	| "reset";

export interface Answer {
	readonly verdict: Verdict;
	readonly exchange: Exchange;
	/** What answers are told apart by: without ids, digits and what was sent. */
	readonly mark: string;
}

export interface Asking {
	post(question: Question): Promise<Exchange>;
	/** A delivery that is signed rightly, now. @param before so many seconds before, which makes it another one */
	right(before?: number): Question;
	readonly header: string;
	/** In real milliseconds; a test's own clock does not wait. */
	wait(milliseconds: number): Promise<void>;
	/** Milliseconds between two questions. Default: 50, which is 20 a second. */
	readonly pace?: number;
	/** Default: 150. */
	readonly most?: number;
	/** Requests that it got before, which count among those. Default: 0. */
	readonly before?: number;
}

/** Why no more is asked: a sentence. */
export class EndOfQuestions extends Error {
	/** What is wrong with the receiver, where that is why. */
	readonly found: Cause | undefined;
	constructor(found: Cause | undefined, sentence: string) {
		super(sentence);
		this.found = found;
	}
}

export type Oracle = ReturnType<typeof createOracle>;

/** After so many questions it is looked whether the receiver still answers a right delivery as before. */
const between = 10;

/** Milliseconds that a receiver may put questions off for, together. */
const longestPause = 60_000;

/** Questions that are kept for what comes once the search is over. */
const kept = 2;

/**
 * Asks a receiver which signature it accepts. It learns how the receiver refuses what nobody signed, and takes any other
 * answer for more than a refusal.
 */
export function createOracle(asking: Asking) {
	const { pace = 50, most = 150, before: got = 0 } = asking;
	const refusals = new Set<string>();
	/** Failures that the same request met twice. */
	const lasting = new Set<string>();
	let asked = got;
	let paused = 0;
	let unwatched = 0;
	let usual: string | undefined;
	let isVolatile = false;

	const end = (why: Sentence, found?: Cause, words?: Words) =>
		new EndOfQuestions(
			found,
			sentence(why, {
				...{ times: asked === 1 ? "one request" : `${asked} requests` },
				...words,
			}),
		);
	async function post(
		question: Question,
		limit = most - kept,
	): Promise<Answer> {
		let failed: string | undefined;
		for (let busy = 0; ; busy++) {
			if (asked >= limit)
				throw end("too-many", undefined, { most: String(most) });
			if (asked > 0 && pace > 0) await asking.wait(pace);
			asked++;
			const exchange = await asking.post(question);
			// It has answered before. What may start it again is not waited for: the next question could end it once more.
			if ("error" in exchange && isAbsent(exchange))
				throw end("went-down", "crash");
			const pause = pauseOf(exchange, busy);
			if (pause === undefined) {
				const answered = answerTo(question, exchange);
				const { mark } = answered;
				if (mark === failed) lasting.add(mark);
				const known = refusals.size > 0 ? refusals : lasting;
				// A server that is busy says so to anything: it is no answer to this question.
				if (failed !== undefined || !/^5/.test(mark) || known.has(mark))
					return answered;
				failed = mark;
				await asking.wait(1000);
				continue;
			}
			paused += pause;
			const seconds = String(Math.ceil(pause / 1000));
			if (paused > longestPause) throw end("limits", "limiter", { seconds });
			await asking.wait(pause);
		}
	}
	function answerTo(question: Question, exchange: Exchange): Answer {
		const mark = markOf(exchange, question.headers[asking.header]);
		const kept = isVolatile ? mark.split("\n", 1)[0] : mark;
		return answer(exchange, kept ?? "");
	}
	function answer(exchange: Exchange, mark: string): Answer {
		const verdict = refusals.has(mark) ? "refused" : plainVerdict(exchange);
		return { verdict, exchange, mark };
	}
	/** A right delivery. One by chance is accepted by some mistaken receivers: several are not. */
	async function greet(isUsual: (answer: Answer) => boolean): Promise<Answer> {
		for (let before = 0; ; before++) {
			const answered = await post(asking.right(before));
			const isAccepted = answered.verdict === "accepted";
			if (!isAccepted || isUsual(answered) || before === 4) return answered;
		}
	}
	/** @throws EndOfQuestions if a right delivery is not answered as before */
	async function watch(): Promise<void> {
		unwatched = 0;
		const { exchange, mark, verdict } = await greet(
			(answered) => answered.mark === usual,
		);
		usual ??= mark;
		if (mark === usual) return;
		if (verdict === "accepted") throw end("accepts-now");
		const words =
			"error" in exchange
				? { status: "nothing", error: exchange.error.message }
				: { status: String(exchange.response.status) };
		throw verdict === "silent" || verdict === "reset"
			? end("fell-silent", "crash", words)
			: end("locks-out", "lock-out", words);
	}

	return {
		get asked() {
			return asked;
		},
		/**
		 * Learns how the receiver answers a right delivery, and how it refuses wrong ones. The first and the last of these
		 * are of one form, to see whether answers to it differ.
		 */
		async calibrate(wrong: readonly Question[]): Promise<{
			readonly right: Answer;
			readonly wrong: readonly Answer[];
		}> {
			let answers: Answer[] = [];
			for (const question of wrong) answers.push(await post(question));
			const [first, last] = [answers[0]?.mark, answers.at(-1)?.mark];
			isVolatile =
				first !== last && first?.split("\n")[0] === last?.split("\n")[0];
			if (isVolatile)
				answers = answers.map(({ exchange, mark }) =>
					answer(exchange, mark.split("\n", 1)[0] as string),
				);
			const right = await greet(() => false);
			usual = right.mark;
			for (const { mark } of answers) refusals.add(mark);
			return { right: answer(right.exchange, right.mark), wrong: answers };
		},
		/** @throws EndOfQuestions */
		async ask(question: Question): Promise<Answer> {
			if (unwatched >= between) await watch();
			unwatched++;
			const answered = await post(question);
			if (answered.verdict === "silent" || answered.verdict === "reset")
				await watch();
			return answered;
		},
		/** An answer that is no part of the search: whatever the receiver makes of it. */
		look: (question: Question) => post(question, most),
		/** Takes an answer for a refusal from now on. @throws EndOfQuestions if it is the answer to everything by now */
		async learn({ mark }: Answer): Promise<void> {
			await watch();
			refusals.add(mark);
		},
	};
}

/** What an answer means wherever nothing is known of the receiver. */
export function plainVerdict(exchange: Exchange): Verdict {
	if ("error" in exchange)
		return exchange.error.code === "timeout" ? "silent" : "reset";
	const { status } = exchange.response;
	if (status < 300) return "accepted";
	return status < 400 ? "moved" : "past";
}

/** Milliseconds for which the receiver asks to wait; undefined: it does not. @param busy how often it has asked so already */
export function pauseOf(exchange: Exchange, busy: number): number | undefined {
	if ("error" in exchange) return undefined;
	const { status, headers } = exchange.response;
	const after = String(headers["retry-after"] ?? "");
	if (status !== 429 && (status !== 503 || after === "")) return undefined;
	// A date is as long as a limiter ever asks for.
	if (after !== "")
		return /^\d{1,6}$/.test(after) ? Number(after) * 1000 : 60_000;
	return 1000 * 2 ** busy;
}

function markOf(exchange: Exchange, sent: string | undefined): string {
	if ("error" in exchange) return exchange.error.code;
	const { response } = exchange;
	const { status, headers } = response;
	const head = [status, headers["www-authenticate"], headers.location];
	// Stacks differ from call to call; what was thrown does not.
	const text = (status >= 500 && errorIn(response)) || pageOf(response);
	const words = (sent ? text.replaceAll(sent, "") : text)
		.replaceAll(/[\w+/=.:-]{16,}/g, "")
		.replaceAll(/\d+/g, "")
		.replaceAll(/\s+/g, " ");
	return `${head.join(" ").replaceAll(/\s+/g, " ")}\n${words}`;
}

export function shownAnswer(url: string, exchange: Exchange): string {
	if ("error" in exchange) return exchange.error.message;
	const { response } = exchange;
	const said = triage({ url, response })?.sentence;
	if (said !== undefined) return said;
	return `It answered ${response.status}${quotedPage(response, 100)}.`;
}

/** ` "bad signature"`: what a page says, on one line; empty: nothing. */
export function quotedPage(response: AttemptResponse, most: number): string {
	const page = pageOf(response).replaceAll(/\s+/g, " ").trim();
	return page === "" ? "" : ` ${inQuotes(shortened(page, most))}`;
}
