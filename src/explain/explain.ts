import type { Attempt } from "../contract/records.ts";
import type { Message } from "../contract/signing.ts";
import { fingerprint } from "../fingerprint.ts";
import { adviceOn, type Cause, languageOf } from "./advice.ts";
import {
	type Mistake,
	misrouted,
	mistakesOf,
	type Rejected,
	whyNotGenuine,
} from "./before-asking.ts";
import { diagnose } from "./diagnose.ts";
import { describeDifference } from "./difference.ts";
import { type Guess, type Headers, type Known, rightHeaders } from "./guess.ts";
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
	const own = signer.headers.map((name) => name.toLowerCase());
	const headers: Headers = Object.fromEntries(
		Object.entries(attempt.headers).filter(
			([name]) => !own.includes(name.toLowerCase()),
		),
	);
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
	const mistake = (
		cause: Cause,
		sentence: string,
		certain = true,
	): Mistake => ({
		cause,
		sentence,
		instead: adviceOn(cause, {}, language),
		certain,
	});
	const ended = ({ found: cause, message }: EndOfQuestions) =>
		cause === undefined
			? end(`${rejection} ${message}`)
			: end(rejection, [mistake(cause, message)]);

	try {
		const again = await oracle.ask({ headers: attempt.headers, body });
		if (again.verdict === "accepted")
			return end(
				`${rejection} It accepted the same bytes and headers when it was asked again. It is not about the signature: look at what else it needs.`,
			);
		if (again.verdict === "silent")
			return end(
				`${rejection} It did not answer when it was asked again. See what it waits for.`,
			);
		const nobody = { ...fresh(), secrets: [signer.neverIssued] };
		const garbage = { [signer.header]: "localhook.garbage.as.a.signature" };
		const { right, wrong } = await oracle.calibrate([
			signed(nobody),
			{ headers: { ...signed(nobody).headers, ...garbage }, body },
			signed({ ...nobody, at: nobody.at - 1000 }),
		]);
		if (right.verdict === "accepted")
			return end(rejection, [
				mistake(
					"timestamp-age",
					`The receiver finds the signature too old or too far ahead: it was made at ${iso(attempt.at)}, and the receiver's clock shows ${iso(now())}. It accepts one of this time.`,
				),
			]);
		const taken = wrong.find(({ exchange }) => isAccepted(exchange));
		if (taken !== undefined)
			return end(rejection, [
				mistake(
					"not-verified",
					"The receiver accepts a signature of nobody, and refuses this delivery for another reason.",
				),
			]);
		if (right.verdict !== "refused")
			return end(rejection, [
				mistake(
					"behind-signature",
					`The receiver answers a signature of nobody otherwise, so this one passes, and what comes behind it fails. ${answered(right)}`,
				),
			]);
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
		const sentence = (guess: Guess) =>
			`${sentenceOf(guess, signer, fresh())}${behind}`;
		return end(rejection, mistakesOf(right, language, sentence, certain));
	}
	if (stopped !== undefined) return ended(stopped);
	if (said !== undefined) return end(rejection, [said]);
	const prints = valid.map(fingerprint).join(", ");
	return end(
		`${rejection} None of the mistakes that localhook knows explains it: it refuses the delivery in whatever way it is signed. ` +
			`Look whether it has the right secret, of the fingerprint ${prints}; whether it reads ${signer.header} in the case that its framework gives names, as one text and not as a list; and whether it refuses for another reason than the signature.`,
	);
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
	return { mistakes: [], asked: 0, text };
}

function explained(
	heading: string,
	mistakes: readonly Mistake[],
	asked = 0,
): Explanation {
	const [only, ...others] = mistakes;
	const lines = mistakes.map(
		({ sentence, instead }) => `${sentence} ${instead}`,
	);
	if (only === undefined) return { mistakes, asked, text: heading };
	if (others.length > 0)
		return {
			mistakes,
			asked,
			text: [
				`${heading} It is one of these:`,
				...lines.map((line) => `- ${line}`),
			].join("\n"),
		};
	const likely = only.certain ? "" : " It is likely this:";
	return { mistakes, asked, text: `${heading}${likely} ${lines[0]}` };
}

function iso(time: number): string {
	return new Date(time).toISOString();
}
