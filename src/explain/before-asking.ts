import type { Attempt, Delivery } from "../contract/records.ts";
import { advice } from "../generated/advice.ts";
import {
	adviceOn,
	type Cause,
	filled,
	type Language,
	sentence,
	type Words,
} from "./advice.ts";
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
	readonly clock: () => number;
	/** The receiver is called in this process, where its path is an option. */
	readonly inProcess?: boolean;
	/** Told of the mistake that was found: how to sign whatever else is sent to this receiver. */
	found?(guess: Guess): void;
}

/** What is wrong with a receiver that refuses a delivery. */
export interface Mistake {
	readonly cause: Cause;
	readonly sentence: string;
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
	const isSure = certain && (both !== undefined || firsts.length === 1);
	return firsts.map((guess) => ({
		...mistake(guess.cause, sentenceOf(guess), language, guess.words),
		certain: isSure,
	}));
}

export function mistake(
	cause: Cause,
	sentence: string,
	language: Language | undefined,
	words: Words = {},
): Mistake {
	const instead = adviceOn(cause, words, language);
	return { cause, sentence, instead, certain: true };
}

/** What is wrong with the delivery itself; undefined: its signature is right. */
export function whyNotGenuine(
	{ delivery, valid, signer }: Rejected,
	attempt: Attempt,
): Mistake | undefined {
	const { sign, body, url, resent } = delivery;
	function wrong(why: keyof typeof advice.notGenuine, words?: Words): Mistake {
		const { says, instead } = advice.notGenuine[why];
		const sentence = filled(says, words);
		return { cause: "not-genuine", sentence, instead, certain: true };
	}
	if (sign !== undefined) return wrong("on-purpose", { sign });
	if (valid.length === 0) return wrong("unsigned");
	const headers = lowered(attempt.headers);
	const verdict = signer.verify({ headers, body, secrets: valid, url });
	if (verdict.ok) return undefined;
	const { reason } = verdict;
	return wrong(resent === "exact" ? "resent" : "outdated", { reason });
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
	const called = hostname === ownHost ? "path-option" : "path-called";
	const isPlace = ["route", "method", "redirect"].includes(said.cause);
	const where = inProcess ? called : "path-registered";
	const all = [
		adviceOn(said.cause, {}, language),
		isPlace ? sentence(where, { url }) : "",
	];
	return { ...said, instead: all.join(" ").trim() };
}
