import type { Attempt } from "../contract/records.ts";
import type { Message } from "../contract/signing.ts";
import { fingerprint } from "../fingerprint.ts";
import {
	type Cause,
	filled,
	languageOf,
	leftCauses,
	type Sentence,
	sentence,
	verbOf,
	type Words,
} from "./advice.ts";
import {
	type Mistake,
	misrouted,
	mistake,
	mistakesOf,
	type Rejected,
	whyNotGenuine,
} from "./before-asking.ts";
import { diagnose } from "./diagnose.ts";
import { describeDifference } from "./difference.ts";
import {
	contentBy,
	type Guess,
	type Known,
	rightHeaders,
	unsigned,
} from "./guess.ts";
import { guessDigest } from "./guesses/digest.ts";
import { guessesOf } from "./guesses/guesses.ts";
import { iso } from "./guesses/timestamp.ts";
import {
	type Answer,
	createOracle,
	EndOfQuestions,
	plainVerdict,
	type Question,
	shownAnswer,
} from "./oracle.ts";
import { pageOf, triage } from "./triage.ts";

/** Why a receiver rejected a delivery. */
export interface Explanation {
	/** The one that was found, if any, or those that no question told apart. */
	readonly mistakes: readonly Mistake[];
	/** How many requests the receiver got for it. */
	readonly asked: number;
	/** For people. */
	readonly text: string;
}

export async function explain(rejected: Rejected): Promise<Explanation> {
	const { delivery } = rejected;
	const { id, event, sign } = delivery;
	const what = `${event.type} (${id})`;
	const tell = (name: Sentence, words?: Words) =>
		sentence(name, { what, ...words });
	const attempt = delivery.attempts.at(-1);
	if (attempt === undefined) return explained(tell("not-attempted"));
	const { ok, error, response, number } = attempt;
	if (ok && sign !== undefined)
		return explained(tell("accepted-wrongly", { sign }));
	if (ok) return explained(tell("accepted"));
	if (response === undefined)
		return explained(tell("no-answer", { error: error?.message ?? "" }));
	const said = misrouted(rejected, attempt);
	const wrong = said?.certain ? said : whyNotGenuine(rejected, attempt);
	if (wrong !== undefined) return explained(tell("rejected"), [said ?? wrong]);
	const language = rejected.language ?? languageOf(response, pageOf(response));
	const figures = { status: `${response.status}`, number: `${number}` };
	const rejection = tell("rejected-right", figures);
	return ask({ ...rejected, language }, attempt, rejection, said);
}

async function ask(
	rejected: Rejected,
	attempt: Attempt,
	rejection: string,
	said: Mistake | undefined,
): Promise<Explanation> {
	const { delivery, signer, now, clock, language, valid } = rejected;
	const { body } = delivery;
	const headers = unsigned(attempt.headers, signer);
	const { id, type } = delivery.event;
	// Not of this moment: who hashes the own time in its place would accept that too.
	const messageAt =
		(time: () => number) =>
		(before = 0): Message => ({
			id,
			type,
			url: delivery.url,
			method: "POST",
			headers,
			body,
			secrets: valid,
			at: time() - 2000 - before * 1000,
		});
	const fresh = messageAt(now);
	// A receiver in this process may go by localhook's clock, which may stand still elsewhere.
	const isElsewhere =
		signer.timestampHeader !== undefined && Math.abs(now() - clock()) > 60_000;
	const signed = (message: Message): Question => ({
		headers: rightHeaders(signer, message) ?? headers,
		body,
	});
	const oracle = createOracle({
		...rejected,
		header: signer.header,
		right: (before) => signed(fresh(before)),
	});
	const end = (text: string, mistakes: readonly Mistake[] = []) =>
		explained(text, mistakes, oracle.asked);
	const answered = (answer: Answer) =>
		shownAnswer(attempt.url, answer.exchange);
	const mistaken = (cause: Cause & Sentence, words?: Words) =>
		end(rejection, [mistake(cause, sentence(cause, words), language)]);
	const behind = (answer: Answer) =>
		mistaken("behind-signature", { answer: answered(answer) });

	let refusal: Answer | undefined;
	let why = sentence("none");
	try {
		const again = await oracle.ask({ headers: attempt.headers, body });
		if (again.verdict === "accepted" || again.verdict === "silent")
			return end(`${rejection} ${sentence(`${again.verdict}-again`)}`);
		const nobody = { ...fresh(), secrets: [signer.neverIssued] };
		const garbage = { [signer.header]: "localhook.garbage.as.a.signature" };
		const { right, wrong } = await oracle.calibrate([
			signed(nobody),
			{ headers: { ...signed(nobody).headers, ...garbage }, body },
			signed({ ...nobody, at: nobody.at - 1000 }),
		]);
		if (right.verdict === "accepted") {
			if (Math.abs(now() - attempt.at) < shortest)
				return end(`${rejection} ${sentence("accepted-again")}`);
			const times = { signed: iso(attempt.at), now: iso(now()) };
			return mistaken("timestamp-age", times);
		}
		if (wrong.some(({ exchange }) => plainVerdict(exchange) === "accepted"))
			return mistaken("not-verified");
		refusal = right;
		if (right.verdict !== "refused" && !mayBeTooOld(right))
			return behind(right);
		const known = { ...rejected, called: () => attempt.url };
		const found = await diagnose({
			...rejected,
			oracle,
			isRead: refusal.verdict === "past",
			guesses: await worthAsking(guessesOf(known, fresh()), refusal),
			messages: isElsewhere ? [fresh, messageAt(clock)] : [fresh],
		});
		if (found !== undefined) {
			const { guesses, certain, answer } = found;
			// With what it takes but cannot do its work, nothing more is found out.
			if (certain && !guesses[0].bodies) rejected.found?.(guesses[0]);
			const behind =
				answer.verdict === "past"
					? ` ${sentence("goes-on")} ${answered(answer)}`
					: "";
			const said = (guess: Guess) =>
				`${sentenceOf(guess, signer, fresh())}${behind}`;
			return end(rejection, mistakesOf(guesses, language, said, certain));
		}
	} catch (error) {
		if (!(error instanceof EndOfQuestions)) throw error;
		why = error.message;
		if (error.found !== undefined)
			return end(rejection, [mistake(error.found, why, language)]);
		if (refusal === undefined) return end(`${rejection} ${why}`);
	}
	if (refusal.verdict === "past") return behind(refusal);
	const rest = said ? [said] : await whatIsLeft(refusal);
	return end(`${rejection} ${why}`, rest);

	async function worthAsking(guesses: readonly Guess[], refusal: Answer) {
		// Who says otherwise of the right signature has read it: the time may still be what is wrong.
		if (refusal.verdict === "past")
			return guesses.filter(({ cause }) => cause.startsWith("timestamp-"));
		const common = guesses.filter(({ rare }) => !rare);
		const { asks, alike } = triage(attempt) ?? {};
		if (asks && (alike === undefined || (await isAlike(alike, refusal))))
			return common.filter(({ cause }) => asks.includes(cause));
		const isGate = leftCauses.some(
			({ alike, alone, status }) =>
				alike === "GET" && alone && status === attempt.response?.status,
		);
		const isFirst = ({ cause }: Guess, i: number) =>
			common.findIndex((each) => each.cause === cause) === i;
		return isGate && (await isAlike("GET", refusal))
			? common.filter(isFirst)
			: guesses;
	}
	/** What it may be where no signature is accepted, the commonest first. */
	async function whatIsLeft(refusal: Answer) {
		const { status = 0 } = attempt.response ?? {};
		const page = attempt.response ? pageOf(attempt.response) : "";
		const prints = valid.map(fingerprint).join(", ");
		const words = { header: signer.header, prints };
		const found: Mistake[] = [];
		const digests = guessDigest(rejected, fresh());
		for (const { cause, says, pattern, alike, alone, ...row } of leftCauses) {
			if (row.status !== undefined && row.status !== status) continue;
			if (pattern !== undefined && !new RegExp(pattern).test(page)) continue;
			if (alike !== undefined && !(await isAlike(alike, refusal))) continue;
			const digest = digests.find((guess) => guess.cause === cause);
			if (cause === "digest-algorithm" && digest === undefined) continue;
			const all = { ...words, ...digest?.words };
			const sure = mistake(cause, filled(says, words), language, all);
			const about = { ...sure, certain: false };
			if (alone) return [about];
			found.push({ ...about, open: true });
		}
		return found;
	}
	/** Whether that is refused in the same words; false where the questions have run out. */
	async function isAlike(
		question: "GET" | "unsigned",
		refusal: Answer,
	): Promise<boolean> {
		const asGet = { method: "GET", body: new Uint8Array() } as const;
		const asked = { headers, body, ...(question === "GET" && asGet) };
		try {
			return (await oracle.look(asked)).mark === refusal.mark;
		} catch (error) {
			if (error instanceof EndOfQuestions) return false;
			throw error;
		}
	}
}

/** A signature that is right in its eyes may be too old for it, in words of its own. */
function mayBeTooOld({ verdict, exchange }: Answer): boolean {
	return (
		verdict === "past" &&
		"response" in exchange &&
		exchange.response.status < 500
	);
}

/** Milliseconds in which no signature becomes too old. */
const shortest = 30_000;

/** "The receiver hashes the body with a newline behind it." And where that first makes a difference. */
function sentenceOf(
	guess: Guess,
	signer: Known["signer"],
	message: Message,
): string {
	const { cause, verb = verbOf(cause), what, words } = guess;
	const [signature] = signer.recipe(message)?.signatures ?? [];
	const hashed =
		cause.startsWith("body-") &&
		signature &&
		contentBy(guess, message, signature);
	const difference = hashed
		? `: ${describeDifference(signature.content, hashed)}`
		: "";
	return `The receiver ${filled(verb, words)} ${what}${difference}.`;
}

export function explained(
	heading: string,
	mistakes: readonly Mistake[] = [],
	asked = 0,
): Explanation {
	const lines = mistakes.map(
		({ sentence, instead }) => `${sentence} ${instead}`,
	);
	const isCertain = mistakes.every(({ certain }) => certain);
	const how = mistakes[0]?.open ? "open" : isCertain ? "certain" : "likely";
	const lead = sentence(`${how}-${lines.length > 1 ? "several" : "one"}`);
	const first = [heading, lead].filter(Boolean).join(" ");
	const text = [first, ...lines].join(lines.length > 1 ? "\n- " : " ");
	return { mistakes, asked, text };
}
