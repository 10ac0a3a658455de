import type { Attempt } from "../contract/records.ts";
import type { Message } from "../contract/signing.ts";
import { fingerprint } from "../fingerprint.ts";
import { adviceOn, type Cause, languageOf, sentence } from "./advice.ts";
import {
	type Mistake,
	misrouted,
	mistakesOf,
	type Rejected,
	whyNotGenuine,
} from "./before-asking.ts";
import { diagnose } from "./diagnose.ts";
import { describeDifference } from "./difference.ts";
import { type Guess, type Known, rightHeaders, unsigned } from "./guess.ts";
import { guessesOf } from "./guesses/guesses.ts";
import {
	type Answer,
	createOracle,
	EndOfQuestions,
	type Question,
	shownAnswer,
} from "./oracle.ts";
import { pageOf } from "./triage.ts";

/** Why a receiver rejected a delivery. */
export interface Explanation {
	/** The one that was found, if any, or those that no question told apart. */
	readonly mistakes: readonly Mistake[];
	/** How many requests the receiver got for it. */
	readonly asked: number;
	/** For people. */
	readonly text: string;
}

/** Why a receiver rejects a delivery whose signature is right, or what is wrong with the signature. */
export async function explain(rejected: Rejected): Promise<Explanation> {
	const { delivery } = rejected;
	const { id, event, sign } = delivery;
	const what = `${event.type} (${id})`;
	const attempt = delivery.attempts.at(-1);
	if (attempt === undefined)
		return unasked(`${what} has not been attempted yet.`);
	const { ok, error, response } = attempt;
	if (ok)
		return unasked(
			sign === undefined
				? `${what} was accepted.`
				: `${what} was accepted, and it was signed wrongly on purpose, as "${sign}". The receiver has to refuse it.`,
		);
	if (response === undefined)
		return unasked(`The receiver did not answer ${what}: ${error?.message}.`);
	const heading = `The receiver rejected ${what}`;
	const said = misrouted(rejected, attempt);
	if (said?.certain) return explained(`${heading}.`, [said]);
	const wrong = whyNotGenuine(rejected, attempt);
	if (wrong !== undefined) return explained(`${heading}.`, [said ?? wrong]);
	const language = rejected.language ?? languageOf(response, pageOf(response));
	const rejection = `${heading} with ${response.status} at attempt ${attempt.number}, though its signature is right.`;
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
	const messageAt = (time: () => number) => (): Message => ({
		id,
		type,
		url: delivery.url,
		method: "POST",
		headers,
		body,
		secrets: valid,
		at: time() - 2000,
	});
	const fresh = messageAt(now);
	// A receiver in this process may go by localhook's clock, which may stand still elsewhere.
	const isElsewhere =
		signer.timestampHeader !== undefined && Math.abs(now() - clock()) > 60_000;
	const messages = isElsewhere ? [fresh, messageAt(clock)] : [fresh];
	const signed = (message: Message): Question => ({
		headers: rightHeaders(signer, message) ?? headers,
		body,
	});
	const oracle = createOracle({
		...rejected,
		header: signer.header,
		right: () => signed(fresh()),
	});
	const end = (text: string, mistakes: readonly Mistake[] = []) =>
		explained(text, mistakes, oracle.asked);
	const answered = (answer: Answer) =>
		shownAnswer(attempt.url, answer.exchange);
	const mistaken = (cause: Cause, text: string) => {
		const instead = adviceOn(cause, {}, language);
		return end(rejection, [{ cause, sentence: text, instead, certain: true }]);
	};
	const ended = ({ found: cause, message }: EndOfQuestions) =>
		cause === undefined
			? end(`${rejection} ${message}`)
			: mistaken(cause, message);

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
			const times = { signed: iso(attempt.at), now: iso(now()) };
			return mistaken("timestamp-age", sentence("timestamp-age", times));
		}
		if (wrong.some(({ exchange }) => isAccepted(exchange)))
			return mistaken("not-verified", sentence("not-verified"));
		if (right.verdict !== "refused") {
			const text = sentence("behind-signature", { answer: answered(right) });
			return mistaken("behind-signature", text);
		}
	} catch (error) {
		if (!(error instanceof EndOfQuestions)) throw error;
		return ended(error);
	}
	const known = { ...rejected, called: () => attempt.url };
	const guesses = guessesOf(known, fresh());
	const { found, end: stopped } = await diagnose({
		...rejected,
		oracle,
		guesses,
		messages,
	});
	if (found !== undefined) {
		rejected.found?.(found.guesses[0]);
		const { guesses: right, certain, answer } = found;
		const behind =
			answer.verdict === "past"
				? ` Signed so, it goes on, and fails behind the signature: ${answered(answer)}`
				: "";
		const said = (guess: Guess) =>
			`${sentenceOf(guess, signer, fresh())}${behind}`;
		return end(rejection, mistakesOf(right, language, said, certain));
	}
	if (stopped !== undefined) return ended(stopped);
	if (said !== undefined) return end(rejection, [said]);
	const prints = valid.map(fingerprint).join(", ");
	const text = sentence("none", { prints, header: signer.header });
	return end(`${rejection} ${text}`);
}

function isAccepted(exchange: Answer["exchange"]): boolean {
	return (
		"response" in exchange && Math.floor(exchange.response.status / 100) === 2
	);
}

/** "The receiver hashes the body with a newline behind it." And where that first makes a difference. */
export function sentenceOf(
	{ cause, verb = "hashes", what, content }: Guess,
	signer: Known["signer"],
	message: Message,
): string {
	const hashed = cause.startsWith("body-") ? content?.(message) : undefined;
	const right = signer.recipe(message)?.signatures[0]?.content;
	const difference =
		hashed && right ? `: ${describeDifference(right, hashed)}` : "";
	return `The receiver ${verb} ${what}${difference}.`;
}

function unasked(text: string): Explanation {
	return explained(text, []);
}

function explained(
	heading: string,
	mistakes: readonly Mistake[],
	asked = 0,
): Explanation {
	const lines = mistakes.map(
		({ sentence, instead }) => `${sentence} ${instead}`,
	);
	const lead = mistakes[0]?.certain === false ? " It is likely this:" : "";
	const text =
		lines.length > 1
			? [`${heading} It is one of these:`, ...lines].join("\n- ")
			: [heading + lead, ...lines].join(" ");
	return { mistakes, asked, text };
}

function iso(time: number): string {
	return new Date(time).toISOString();
}
