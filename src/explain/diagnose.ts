import { bytesOf, textOf } from "../bytes.ts";
import type { Message, Signer } from "../contract/signing.ts";
import { tamper } from "../delivery/bad-signature.ts";
import { type Guess, type Known, sameHeaders } from "./guess.ts";
import { type Answer, EndOfQuestions, type Oracle } from "./oracle.ts";

/** What a receiver does that makes one mistake, found by asking it. */
export interface Found {
	/** One, or those that no question told apart. */
	readonly guesses: readonly [Guess, ...Guess[]];
	/** It accepted two bodies signed so, and refused each near miss. */
	readonly certain: boolean;
	/** What it answered to the first body that was signed so. */
	readonly answer: Answer;
}

export interface Diagnosis {
	readonly found?: Found;
	/** Why the rest was not asked. */
	readonly end?: EndOfQuestions;
}

export interface Diagnosed {
	readonly oracle: Oracle;
	readonly signer: Signer;
	/** The likeliest first. */
	readonly guesses: readonly Guess[];
	/** The delivery as it would be sent now; several where it is not known by which clock the receiver judges its time. */
	readonly messages: readonly (() => Message)[];
	readonly now: Known["now"];
	wait(milliseconds: number): Promise<void>;
}

type Group = readonly [Guess, ...Guess[]];

/** Looks for the mistake of a receiver that refuses what is right. The oracle has been calibrated. */
export async function diagnose(diagnosed: Diagnosed): Promise<Diagnosis> {
	const { guesses, messages } = diagnosed;
	const [first] = messages;
	if (first === undefined) return {};
	try {
		for (const group of groupsOf(guesses, first()))
			for (const message of messages) {
				const found = await confirmed(group, message, diagnosed);
				if (found !== undefined)
					return { found: await closer(found, message, diagnosed) };
			}
	} catch (error) {
		if (!(error instanceof EndOfQuestions)) throw error;
		return { end: error };
	}
	return {};
}

/** Of several at once, the one that it is; of a lax receiver, the guess that says what it takes. */
async function closer(
	found: Found,
	message: () => Message,
	diagnosed: Diagnosed,
): Promise<Found> {
	const [{ among = [], control }] = found.guesses;
	const missed = found.certain ? undefined : control?.(message());
	const wider =
		missed &&
		diagnosed.guesses.filter((guess) => {
			const headers = guess.sign(message());
			return headers !== undefined && sameHeaders(headers, missed);
		});
	for (const guess of [...among, ...(wider ?? [])]) {
		const one = await confirmed([guess], message, diagnosed);
		if (one !== undefined) return one;
	}
	return found;
}

/** Guesses that come to the same headers, which one question asks; the rare ones behind all others. */
export function groupsOf(
	guesses: readonly Guess[],
	message: Message,
): readonly Group[] {
	const groups = new Map<string, [Guess, ...Guess[]]>();
	const ordered = [
		...guesses.filter(({ rare }) => !rare),
		...guesses.filter(({ rare }) => rare),
	];
	for (const guess of ordered) {
		const headers = guess.sign(message);
		if (headers === undefined) continue;
		const key = JSON.stringify(headers);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [guess]);
		else group.push(guess);
	}
	return [...groups.values()];
}

/** Asks with the body itself, with another one, and with near misses; undefined: it is none of these. */
async function confirmed(
	group: Group,
	message: () => Message,
	{ oracle, signer, now, wait }: Diagnosed,
): Promise<Found | undefined> {
	async function ask(
		guess: Guess,
		change: (message: Message) => Message = (same) => same,
		sign = guess.sign,
	): Promise<Answer | undefined> {
		if (guess.atSecond) await wait(1000 - (now() % 1000));
		const asked = change(message());
		const headers = sign(asked);
		return headers && oracle.ask({ headers, body: asked.body });
	}
	const [candidate] = group;
	const answer = await ask(candidate);
	if (answer === undefined || !isPassed(answer)) return undefined;
	// The same form by a secret of nobody: who passes that too looks at the form alone.
	const foreign = (m: Message) => ({ ...m, secrets: [signer.neverIssued] });
	const one = message();
	const [byNobody, byGuess] = [foreign(one), one].map(candidate.sign);
	if (byNobody !== undefined && !sameHeaders(byNobody, byGuess ?? {})) {
		const control = await ask(candidate, foreign);
		if (control !== undefined && isPassed(control)) {
			if (control.verdict === "past") await oracle.learn(control);
			return undefined;
		}
	}
	let certain = answer.verdict === "accepted";
	let left: Guess[] = [...group];
	for (const body of [withTraps, tamper]) {
		const { kept, accepted } = await narrowed(left, body, ask, message);
		if (kept.length === 0) continue;
		left = kept;
		certain = certain && accepted;
		if (accepted) break;
	}
	const lax: Guess[] = [];
	for (const guess of left) {
		const missed =
			guess.control && (await ask(guess, undefined, guess.control));
		if (missed !== undefined && isPassed(missed)) lax.push(guess);
	}
	const strict = left.filter((guess) => !lax.includes(guess));
	const [sure, ...more] = strict.length > 0 ? strict : left;
	return (
		sure && {
			guesses: [sure, ...more],
			certain: certain && strict.length > 0,
			answer,
		}
	);
}

/** Those guesses of a group that hold for another body too. What that body cannot show stays. */
async function narrowed(
	group: readonly Guess[],
	change: (body: Uint8Array) => Uint8Array,
	ask: (
		guess: Guess,
		change: (message: Message) => Message,
	) => Promise<Answer | undefined>,
	message: () => Message,
): Promise<{ kept: Guess[]; accepted: boolean }> {
	const changed = (m: Message) => ({ ...m, body: change(m.body) });
	for (const same of groupsOf(group, changed(message()))) {
		const answer = await ask(same[0], changed);
		if (answer !== undefined && isPassed(answer))
			return { kept: [...same], accepted: answer.verdict === "accepted" };
	}
	return { kept: [], accepted: false };
}

function isPassed({ verdict }: Answer): boolean {
	return verdict === "accepted" || verdict === "past";
}

/** What reading and writing JSON changes: numbers, letters beyond ASCII, a slash, the order of members. */
const traps =
	'"localhook":{"z":10.0,"a":"Zo\u00eb / <\\u00e9>","e":1e2,"list":[],"none":{},"ok":true,"null":null}';

/** The same JSON with a member that shows how it is read and written; what is no object stays. */
export function withTraps(body: Uint8Array): Uint8Array {
	const text = textOf(body);
	const end = text.lastIndexOf("}");
	if (!/^\s*\{/.test(text) || end === -1) return tamper(body);
	const comma = /\{\s*$/.test(text.slice(0, end)) ? "" : ",";
	return bytesOf(text.slice(0, end) + comma + traps + text.slice(end));
}
