import type { Attempt, Delivery } from "../contract/records.ts";
import type { Message, Signer } from "../contract/signing.ts";
import type { Exchange, Transport } from "../delivery/exchange.ts";
import { type Genuine, genuineOf, type Headers } from "./genuine.ts";
import { type Guess, guessesAt, type MistakeName } from "./guesses.ts";

export interface Rejected {
	readonly delivery: Delivery;
	/** Those that were valid when it was made, newest first. */
	readonly secrets: readonly string[];
	readonly signer: Signer;
	/** The receiver's time, epoch milliseconds. */
	now(): number;
	/**
	 * A way to ask the receiver. It gets the delivery again, then signed wrongly in one way after the other, until it
	 * accepts one: with all that it does then.
	 */
	readonly send?: Pick<Transport, "post"> | undefined;
}

/** A mistake that explains why a receiver rejected a delivery. */
export interface Mistake {
	readonly name: MistakeName;
	/** What the receiver does, and what to do now. */
	readonly sentence: string;
	/** The receiver was asked and did what only this mistake does; false: it would explain the rejection. */
	readonly certain: boolean;
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

/** Why a receiver rejects a delivery whose signature is right, or what is wrong with the signature. */
export async function explain(rejected: Rejected): Promise<Explanation> {
	const { delivery, signer, now, send } = rejected;
	const { id, event, body } = delivery;
	const what = `${event.type} (${id})`;
	const attempt = delivery.attempts.at(-1);
	if (attempt === undefined)
		return explained(`${what} has not been attempted yet.`);
	const { ok, error, headers, at, number, response } = attempt;
	if (ok) return explained(`${what} was accepted.`);
	if (response === undefined)
		return explained(`The receiver did not answer ${what}: ${error?.message}.`);
	const wrong = whyNotGenuine(rejected, attempt);
	const route = misrouted(attempt, send !== undefined);
	const only = (mistake: Mistake) =>
		explained(`The receiver rejected ${what}. ${mistake.sentence}`, [mistake]);
	// One without the route never looked at the signature. Only who can be asked may hide a wrong one behind a 404.
	if (route !== undefined && (wrong !== undefined || send === undefined))
		return only(route);
	if (wrong !== undefined) return only(wrong);
	const genuine = genuineOf(headers, messageOf(rejected, at), signer);
	const groups = groupsOf(genuine, guessesAt(genuine, now));
	const rejection = `The receiver rejected ${what} with ${response.status} at attempt ${number}, though its signature is right.`;
	if (send === undefined)
		return listed(
			`${rejection} What would explain it, the likeliest first:`,
			mistakesOf(groups.flat(), false),
		);
	const ask = createAsk(send, attempt.url, body);
	const again = await ask(genuine.headers);
	if (again === "accepted")
		return explained(
			`The receiver rejected ${what}, and accepted the same bytes and headers when it was asked again. It is not about the signature: look at what else it needs.`,
		);
	if (again === "silent")
		return explained(
			`The receiver rejected ${what}, and did not answer when it was asked again. See what it waits for.`,
		);
	for (const group of groups) {
		if ((await ask(group[0].headers())) !== "accepted") continue;
		const mistakes = mistakesOf(group, true);
		return mistakes.length === 1
			? explained(`${rejection} ${mistakes[0]?.sentence}`, mistakes)
			: listed(`${rejection} It is one of these:`, mistakes);
	}
	return route === undefined
		? explained(
				`${rejection} None of the usual mistakes explains it: it rejects the delivery in whatever way it is signed. ` +
					"Look whether it has the right secret, and whether it rejects for another reason than the signature.",
			)
		: only(route);
}

/** What was signed. */
function messageOf({ delivery, secrets }: Rejected, at: number): Message {
	const { event, url, headers, body } = delivery;
	const { id, type } = event;
	return { id, type, url, method: "POST", headers, body, secrets, at };
}

function explained(
	text: string,
	mistakes: readonly Mistake[] = [],
): Explanation {
	return { mistakes, text };
}

function listed(heading: string, mistakes: readonly Mistake[]): Explanation {
	const lines = mistakes.map(({ sentence }) => `- ${sentence}`);
	return explained([heading, ...lines].join("\n"), mistakes);
}

/** Guesses that come to the same headers; what makes no difference to this delivery is not among them. */
function groupsOf(
	genuine: Genuine,
	guesses: readonly Guess[],
): [Guess, ...Guess[]][] {
	const harmless = JSON.stringify(genuine.headers);
	const groups = new Map<string, [Guess, ...Guess[]]>();
	for (const guess of guesses) {
		const key = JSON.stringify(guess.headers());
		const group = groups.get(key);
		if (group !== undefined) group.push(guess);
		else if (key !== harmless) groups.set(key, [guess]);
	}
	return [...groups.values()];
}

/** One of each name: which form it has does not matter before the name is known. */
function mistakesOf(
	guesses: readonly Guess[],
	accepted: boolean,
): readonly Mistake[] {
	const firsts = guesses.filter(
		({ name }, i) => guesses.findIndex((each) => each.name === name) === i,
	);
	return firsts.map(({ name, does, instead }) => ({
		name,
		sentence: `The receiver ${does}. ${instead}`,
		certain: accepted && firsts.length === 1,
	}));
}

/** Milliseconds. */
const patience = 5000;

function createAsk(
	send: Pick<Transport, "post">,
	href: string,
	body: Uint8Array,
): (headers: Headers) => Promise<"accepted" | "rejected" | "silent"> {
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
	{ delivery, secrets, signer }: Rejected,
	attempt: Attempt,
): Mistake | undefined {
	const { sign, body, url, resent } = delivery;
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
	const verdict = signer.verify({ headers, body, secrets, url });
	if (verdict.ok) return undefined;
	return wrong(
		`It does not verify with the secrets that are valid: ${verdict.reason}. ${
			resent === "exact"
				? 'It was sent again as it was, by a secret that has been replaced: resend it with "resign".'
				: "The secret has been replaced since it was signed: attempt it again, or resend it."
		}`,
	);
}

/** The host under which localhook registers a receiver in this process: its path is an option. */
const ownHost = "receiver.localhost";

/** That a receiver was called where it does not take deliveries; undefined: its status says nothing of the kind. */
function misrouted(
	{ url: called, response }: Attempt,
	inProcess: boolean,
): Mistake | undefined {
	const { origin, hostname, pathname, search } = new URL(called);
	const url = shortened(origin + pathname + search);
	let change = `change the URL that was registered, ${url}: in the option "receiver", in --receiver, or where the application registers itself`;
	if (inProcess)
		change =
			hostname === ownHost
				? 'set the option "path" to the path of its route, as in { receiver, path: "/hooks" }'
				: `register the URL of its route: localhook calls a receiver in this process with the path of the registered URL, ${url}`;
	const status = response?.status ?? 0;
	const location = response?.headers.location;
	let rest: string;
	if (status === 404)
		rest = `, as a receiver without such a route does. If its route has another path, ${change}. If it has this route, look at what it did not find.`;
	else if (status === 405)
		rest = `, as a receiver does whose route takes other methods. Providers send POST: let the route take it, or ${change}.`;
	else if (status >= 300 && status < 400 && location !== undefined)
		rest = ` and a redirect to ${shortened(String(location))}. Providers do not follow redirects, so nothing was delivered. If the path differs, ${change}.`;
	else return undefined;
	const sentence = `It answered POST ${shortened(pathname + search)} with ${status}${rest}`;
	return { name: "route", sentence, certain: false };
}

const longest = 200;

function shortened(text: string): string {
	return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
