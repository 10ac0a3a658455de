import { bytesOf, textOf } from "../bytes.ts";
import type { Message } from "../contract/signing.ts";
import { tamper } from "../delivery/bad-signature.ts";
import {
	delayOf,
	type Guess,
	type Headers,
	type Known,
	type Otherwise,
	sameHeaders,
	signedBy,
} from "./guess.ts";
import type { Answer, Oracle } from "./oracle.ts";

export interface Found {
	/** One, or those that no question told apart. */
	readonly guesses: readonly [Guess, ...Guess[]];
	/** It accepted two bodies signed so, and refused each near miss. */
	readonly certain: boolean;
	/** What it answered to the first body that was signed so. */
	readonly answer: Answer;
}

export interface Diagnosed extends Pick<Known, "signer" | "now"> {
	readonly oracle: Oracle;
	/** The likeliest first. */
	readonly guesses: readonly Guess[];
	/** The delivery as it would be sent now; several where it is not known by which clock the receiver judges its time. */
	readonly messages: readonly [() => Message, ...(() => Message)[]];
	/** It answers what is right otherwise than what nobody signed: only 2xx is more than that. */
	readonly isRead?: boolean;
	wait(milliseconds: number): Promise<void>;
}

type Group = readonly [Guess, ...Guess[]];
type Change = (body: Uint8Array) => Uint8Array;

const same: Change = (body) => body;

/**
 * Looks for the mistake of a receiver that refuses what is right. The oracle has been calibrated.
 *
 * @throws EndOfQuestions
 */
export async function diagnose(
	diagnosed: Diagnosed,
): Promise<Found | undefined> {
	const { guesses, messages } = diagnosed;
	let left = guesses;
	// What the delivery's own body cannot show, another one may.
	for (const change of [same, withTraps]) {
		const groups = groupsOf(left, diagnosed, changed(messages[0](), change));
		for (const group of groups)
			for (const now of messages) {
				const message = () => changed(now(), change);
				const found = await confirmed(group, message, diagnosed);
				if (found !== undefined) return closer(found, message, diagnosed);
			}
		const asked = new Set(groups.flat());
		left = left.filter((guess) => !asked.has(guess));
	}
	return undefined;
}

function changed(message: Message, change: Change): Message {
	return { ...message, body: change(message.body) };
}

/** Of several at once, the one that it is; of a lax receiver, the guess that says what it takes. */
async function closer(
	found: Found,
	message: () => Message,
	diagnosed: Diagnosed,
): Promise<Found> {
	const [{ among = [], control }] = found.guesses;
	const by = (otherwise: Otherwise) =>
		signedBy(otherwise, diagnosed.signer, message());
	const missed = found.certain || !control ? undefined : by(control);
	const wider =
		missed &&
		diagnosed.guesses.filter((guess) => {
			const headers = by(guess);
			return headers !== undefined && sameHeaders(headers, missed);
		});
	for (const guess of [...among, ...(wider ?? [])]) {
		const one = await confirmed([guess], message, diagnosed);
		if (one !== undefined) return one;
	}
	return found;
}

/** Guesses that come to the same headers, which one question asks; the rare ones behind all others. */
function groupsOf(
	guesses: readonly Guess[],
	{ signer }: Pick<Diagnosed, "signer">,
	message: Message,
): readonly Group[] {
	const groups = new Map<string, [Guess, ...Guess[]]>();
	const ordered = [...guesses].sort(
		(a, b) => Number(a.rare ?? false) - Number(b.rare ?? false),
	);
	for (const guess of ordered) {
		const [own] = guess.bodies ?? [];
		const asked = own ? changed(message, () => own) : message;
		const headers = headersOf(guess, signer, asked);
		if (headers === undefined) continue;
		const key = JSON.stringify(headers);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [guess]);
		else group.push(guess);
	}
	return [...groups.values()];
}

/** If need be those of some seconds before: a digest may read alike in two encodings. */
function headersOf(
	guess: Otherwise,
	signer: Known["signer"],
	message: Message,
): Headers | undefined {
	for (let back = 0; back < 4; back++) {
		const at = message.at - back * 1000;
		const headers = signedBy(guess, signer, { ...message, at });
		if (headers !== undefined) return headers;
	}
	return undefined;
}

/** Asks with the body itself, with another one, and with near misses; undefined: it is none of these. */
async function confirmed(
	group: Group,
	now: () => Message,
	diagnosed: Diagnosed,
): Promise<Found | undefined> {
	const { oracle, signer, now: time, wait, isRead = false } = diagnosed;
	const [candidate] = group;
	const [own, other] = candidate.bodies ?? [];
	const isPassed = ({ verdict }: Answer) =>
		verdict === "accepted" || (verdict === "past" && !isRead);
	const message = () => (own ? changed(now(), () => own) : now());
	async function ask(
		guess: Otherwise & Pick<Guess, "atSecond">,
		change = same,
		secrets?: readonly string[],
	): Promise<Answer | undefined> {
		await wait(delayOf(guess, time()));
		const asked = changed(message(), change);
		const signed = { ...asked, ...(secrets && { secrets }) };
		const headers = headersOf(guess, signer, signed);
		return headers && oracle.ask({ headers, body: asked.body });
	}
	const answer = await ask(candidate);
	if (answer === undefined || !isPassed(answer)) return undefined;
	// The same form by a secret of nobody: who passes that too looks at the form alone.
	const foreign = { ...message(), secrets: [signer.neverIssued] };
	const [byNobody, byGuess] = [foreign, message()].map((each) =>
		signedBy(candidate, signer, each),
	);
	if (byNobody !== undefined && !sameHeaders(byNobody, byGuess ?? {})) {
		const control = await ask(candidate, same, foreign.secrets);
		if (control?.verdict === "accepted") return undefined;
		// What is said to that is a refusal in other words.
		if (control?.verdict === "past") await oracle.learn(control);
		if (control?.mark === answer.mark) return undefined;
	}
	let left: Group = group;
	let certain = false;
	let [asked, held] = [0, 0];
	for (const change of other ? [() => other] : [withTraps, tamper]) {
		for (const alike of groupsOf(left, diagnosed, changed(message(), change))) {
			const again = await ask(alike[0], change);
			asked++;
			if (again === undefined || !isPassed(again)) continue;
			held++;
			left = alike;
			certain = answer.verdict === "accepted" && again.verdict === "accepted";
			break;
		}
		if (certain) break;
	}
	// It was right for one body by chance.
	if (asked > 0 && held === 0) return undefined;
	const lax: Guess[] = [];
	for (const guess of left) {
		const { control, atSecond } = guess;
		const missed = control && (await ask({ ...control, atSecond }));
		if (missed !== undefined && isPassed(missed)) lax.push(guess);
	}
	const strict = left.filter((guess) => !lax.includes(guess));
	// HMAC hashes a long key first, so that its digest is the same key: the commoner of such twins is meant.
	const common = strict.filter(({ rare }) => !rare);
	const [sure, ...more] =
		[common, strict].find(({ length }) => length > 0) ??
		left.filter(({ isStrict }) => !isStrict);
	return (
		sure && {
			guesses: [sure, ...more],
			certain: certain && strict.length > 0,
			answer,
		}
	);
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
