import type { Attempt, Delivery } from "../contract/records.ts";
import type { Signer } from "../contract/signing.ts";
import type { Exchange, Transport } from "../delivery/exchange.ts";
import { type Genuine, genuineOf } from "./genuine.ts";
import { guessBody } from "./guess-body.ts";
import { guessSecret } from "./guess-secret.ts";
import { guessSignature } from "./guess-signature.ts";
import { guessAge, guessTimestamp } from "./guess-timestamp.ts";
import { misrouted } from "./misrouted.ts";
import { type Guess, type Headers, type Mistake, tell } from "./mistake.ts";

export interface Rejected {
	readonly delivery: Delivery;
	/** The rejected one of its attempts. Default: the last. */
	readonly attempt?: Attempt | undefined;
	/** Those that were valid when it was made, newest first. */
	readonly secrets: readonly string[];
	readonly signer: Signer;
	/** The receiver's time, epoch milliseconds; absent: what has to do with it is not looked at. */
	readonly now?: (() => number) | undefined;
	/**
	 * A way to ask the receiver. It gets the delivery again, then signed wrongly in one way after the other, until it
	 * accepts one: with all that it does then.
	 */
	readonly send?: Pick<Transport, "post"> | undefined;
}

/** Why a receiver rejected a delivery. */
export interface Explanation {
	/**
	 * Asked: the one that was found, if any, or those that come to the same with this body. Not asked: each that would
	 * explain the rejection, the likeliest first.
	 */
	readonly mistakes: readonly Mistake[];
	/** For people. */
	readonly text: string;
}

/**
 * Why a receiver rejects a delivery whose signature is right, or what is wrong with the signature.
 *
 * @example
 * const { text } = await explain({ delivery, secrets, signer, now, send: transportTo(app)(clock) })
 */
export async function explain(rejected: Rejected): Promise<Explanation> {
	const { delivery, secrets, signer, now, send } = rejected;
	const attempt = rejected.attempt ?? delivery.attempts.at(-1);
	if (attempt?.response === undefined || attempt.ok)
		return { mistakes: [], text: tell.notRejected(delivery, attempt) };
	const wrong = whyNotGenuine(delivery, attempt, secrets, signer);
	const route = misrouted(attempt, send !== undefined);
	// One without the route never looked at the signature. Only who can be asked may hide a wrong one behind a 404.
	if (route !== undefined && (wrong !== undefined || send === undefined))
		return elsewhere(delivery, route);
	if (wrong !== undefined) {
		const { sentence } = wrong;
		return { mistakes: [wrong], text: tell.wrong(delivery, sentence) };
	}
	const { headers, at } = attempt;
	const { body } = delivery;
	const genuine = genuineOf(headers, body, secrets, at, signer);
	const groups = guessesAt(genuine, now);
	if (send === undefined) {
		const mistakes = mistakesOf(groups.flat(), false);
		return { mistakes, text: tell.perhaps(delivery, attempt, mistakes) };
	}
	const ask = createAsk(send, attempt.url, body);
	const again = await ask(genuine.headers);
	if (again === "accepted")
		return { mistakes: [], text: tell.acceptedNow(delivery) };
	if (again === "silent") return { mistakes: [], text: tell.silent(delivery) };
	for (const group of groups) {
		if ((await ask(group[0].headers())) !== "accepted") continue;
		const mistakes = mistakesOf(group, true);
		return { mistakes, text: tell.found(delivery, attempt, mistakes) };
	}
	return route === undefined
		? { mistakes: [], text: tell.noneOfThem(delivery, attempt) }
		: elsewhere(delivery, route);
}

function elsewhere(delivery: Delivery, route: Mistake): Explanation {
	return { mistakes: [route], text: tell.wrong(delivery, route.sentence) };
}

/** Guesses that come to the same headers. */
type Group = [Guess, ...Guess[]];

/** The likeliest first; what makes no difference to this delivery is not among them. */
function guessesAt(genuine: Genuine, now: (() => number) | undefined): Group[] {
	const guesses = [
		...guessAge(genuine, now),
		...guessBody(genuine),
		...guessSignature(genuine),
		...guessTimestamp(genuine, now),
		...guessSecret(genuine),
	];
	const harmless = JSON.stringify(genuine.headers);
	const groups = new Map<string, Group>();
	for (const guess of guesses) {
		const key = JSON.stringify(guess.headers());
		if (key === harmless) continue;
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [guess]);
		else group.push(guess);
	}
	return [...groups.values()];
}

/** One of each name: which form it has does not matter before the name is known. */
function mistakesOf(
	guesses: readonly Guess[],
	accepted: boolean,
): readonly Mistake[] {
	const first = new Map<string, Guess>();
	for (const guess of guesses)
		if (!first.has(guess.name)) first.set(guess.name, guess);
	return Array.from(first.values(), ({ name, sentence }) => ({
		name,
		sentence,
		certain: accepted && first.size === 1,
	}));
}

/** Milliseconds. */
const patience = 5000;

/** What a receiver says to a delivery; `silent`: it does not answer at all. */
type Opinion = "accepted" | "rejected" | "silent";

/** @param href where the delivery went */
function createAsk(
	send: Pick<Transport, "post">,
	href: string,
	body: Uint8Array,
): (headers: Headers) => Promise<Opinion> {
	const { origin, pathname, search } = new URL(href);
	const target = { href, origin, path: pathname + search };
	return async (headers) => {
		const exchange = await new Promise<Exchange>((resolve) =>
			send.post({ target, headers, body, timeout: patience }, resolve),
		);
		if ("error" in exchange)
			return exchange.error.code === "timeout" ? "silent" : "rejected";
		const { status } = exchange.response;
		return status >= 200 && status < 300 ? "accepted" : "rejected";
	};
}

/** What is wrong with the delivery itself; undefined: its signature is right. */
function whyNotGenuine(
	{ sign, body, resent }: Delivery,
	attempt: Attempt,
	secrets: readonly string[],
	signer: Signer,
): Mistake | undefined {
	const wrong = (sentence: string): Mistake => ({
		name: "not-genuine",
		sentence,
		certain: true,
	});
	if (sign !== undefined)
		return wrong(
			`It was signed wrongly on purpose, as "${sign}", and the receiver is right. Leave "sign" out for one that is to be accepted.`,
		);
	if (secrets.length === 0)
		return wrong(
			"It has no signature, since the provider has no secret here yet. Create one through its API, or let localhook register the receiver.",
		);
	const headers = Object.fromEntries(
		Object.entries(attempt.headers).map(([name, value]) => [
			name.toLowerCase(),
			value,
		]),
	);
	const verdict = signer.verify({ headers, body, secrets });
	if (verdict.ok) return undefined;
	return wrong(
		`It does not verify with the secrets that are valid: ${verdict.reason}. ${
			resent === "exact"
				? 'It was sent again as it was, by a secret that has been replaced: resend it with "resign".'
				: "The secret has been replaced since it was signed: attempt it again, or resend it."
		}`,
	);
}
