import type { Attempt, Delivery } from "../contract/records.ts";
import { adviceOn, type Cause, type Language } from "./advice.ts";
import { type Guess, type Known, lowered } from "./guess.ts";
import type { Asking } from "./oracle.ts";
import { triage } from "./triage.ts";

export interface Rejected
	extends Known,
		Pick<Asking, "post" | "wait" | "pace" | "most" | "before"> {
	readonly delivery: Pick<
		Delivery,
		"id" | "url" | "body" | "sign" | "resent" | "attempts"
	> & { readonly event: Pick<Delivery["event"], "id" | "type"> };
	/** That advice is given in beside what holds in any. */
	readonly language?: Language | undefined;
	/** Those that are valid now, newest first. */
	readonly valid: readonly string[];
	/** The time of localhook's clock. */
	readonly clock: () => number;
	/** The receiver is called in this process, where its path is an option. */
	readonly inProcess?: boolean;
	/** Told of the mistake that was found: how to sign whatever else is sent to this receiver. */
	found?(guess: Guess): void;
}

/** What is wrong with a receiver that refuses a delivery. */
export interface Mistake {
	readonly cause: Cause;
	/** What the receiver does. */
	readonly sentence: string;
	/** What to do now. */
	readonly instead: string;
	/** The receiver was asked and did what only this mistake does, or its answer says so; false: it is likely. */
	readonly certain: boolean;
	/** No answer speaks for it or against it: it is common, and no question can show it. */
	readonly open?: true;
}

/** One of each cause: which form it has does not matter before the cause is known. */
export function mistakesOf(
	guesses: readonly Guess[],
	language: Language | undefined,
	sentenceOf: (guess: Guess) => string,
	certain = true,
): Mistake[] {
	const both = guesses[0]?.both;
	const alone = both ?? guesses.filter((guess) => guess.both === undefined);
	const firsts = alone.filter(
		({ cause }, i) => alone.findIndex((each) => each.cause === cause) === i,
	);
	return firsts.map((guess) => ({
		cause: guess.cause,
		sentence: sentenceOf(guess),
		instead: adviceOn(guess.cause, guess.words, language),
		certain: certain && (both !== undefined || firsts.length === 1),
	}));
}

/** What is wrong with the delivery itself; undefined: its signature is right. */
export function whyNotGenuine(
	{ delivery, valid, signer }: Rejected,
	attempt: Attempt,
): Mistake | undefined {
	const { sign, body, url, resent } = delivery;
	const wrong = (sentence: string, instead: string): Mistake => ({
		cause: "not-genuine",
		sentence,
		instead,
		certain: true,
	});
	if (sign !== undefined)
		return wrong(
			`It was signed wrongly on purpose, as "${sign}", and the receiver is right.`,
			'Leave "sign" out for one that is to be accepted.',
		);
	if (valid.length === 0)
		return wrong(
			"It has no signature, since the provider has no secret here yet.",
			"Create one through its API, or let localhook register the receiver.",
		);
	const headers = lowered(attempt.headers);
	const verdict = signer.verify({ headers, body, secrets: valid, url });
	if (verdict.ok) return undefined;
	return wrong(
		`It does not verify with the secrets that are valid: ${verdict.reason}.`,
		resent === "exact"
			? 'It was sent again as it was, by a secret that has been replaced: resend it with "resign".'
			: "The secret has been replaced since it was signed: attempt it again, or resend it.",
	);
}

/** The host under which localhook registers a receiver in this process: its path is an option. */
const ownHost = "receiver.localhost";

/** What the answer says for itself, and where to change it. */
export function misrouted(
	{ inProcess = false, language }: Rejected,
	attempt: Attempt,
): Mistake | undefined {
	const said = triage(attempt);
	if (said === undefined) return undefined;
	const { origin, hostname, pathname, search } = new URL(attempt.url);
	const url = origin + pathname + search;
	const where =
		inProcess && hostname === ownHost
			? 'set the option "path" to the path of its route, as in { receiver, path: "/hooks" }'
			: inProcess
				? `register the URL of its route: localhook calls a receiver in this process with the path of the registered URL, ${url}`
				: `change the URL that was registered, ${url}: in the option "receiver", in --receiver, or where the application registers itself`;
	const isPlace = ["route", "method", "redirect"].includes(said.cause);
	return {
		...said,
		instead: [
			adviceOn(said.cause, {}, language),
			isPlace ? `If its route has another path, ${where}.` : "",
		]
			.join(" ")
			.trim(),
	};
}
