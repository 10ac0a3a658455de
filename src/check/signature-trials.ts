import { textOf } from "../bytes.ts";
import type { Message, Signer } from "../contract/signing.ts";
import { tamper } from "../delivery/bad-signature.ts";
import { bytesIn, delayOf, encodings, signedBy } from "../explain/guess.ts";
import { guessTimestamp } from "../explain/guesses/timestamp.ts";
import { type DigestName, keyed } from "../signing/digests.ts";
import { createSigner } from "../signing/signer.ts";
import {
	type CheckId,
	type Context,
	harmed,
	passedBy,
	type Run,
	refused,
	right,
	taken,
	unknown,
	type Verdict,
	wrong,
	wrongly,
} from "./checks.ts";
import { type Answer, Ended, saidBy, type Variation } from "./conversation.ts";
import type { Subject } from "./subject.ts";

const second = 1000;
const minute = 60 * second;

/** Where signatures of others are. */
const github = createSigner({
	headers: { "X-Hub-Signature-256": "sha256={signatures}" },
});
const bare = createSigner({ headers: { Signature: "{signatures}" } });

export const signedAs = ({ signer }: Subject, value: string): Variation => ({
	headers: (headers) => ({ ...headers, [signer.header]: value }),
});

/** Another value wherever the signature is: also where a mistaken receiver expects it. */
const valued = (change: (value: string) => string) =>
	refused(({ subject: { signer } }) => ({
		headers: (headers, message) =>
			Object.fromEntries(
				Object.entries(headers).map(([name, value]) =>
					isSignature(name, signer, message)
						? [name, change(value)]
						: [name, value],
				),
			),
	}));

/** The header of the signature, or the one in which a mistaken receiver expects it. */
function isSignature(
	name: string,
	{ header, headers }: Signer,
	message: Message,
): boolean {
	const isOwn = headers.includes(name) || Object.hasOwn(message.headers, name);
	return name === header || !isOwn;
}

const signedWith = (key: (subject: Subject) => string) =>
	refused(({ subject }) => ({ signed: { secrets: [key(subject)] } }));

/** The same content and key, by another digest. */
const digested = (digest: DigestName) =>
	refused(({ subject: { signer } }) => ({
		headers: (_, message) => ({
			...message.headers,
			...signedBy(
				{ digest: (content, { key }) => keyed(digest, key, [content]) },
				signer,
				message,
			),
		}),
	}));

/** Signed at another time: a failure only where a tolerance is documented. */
const timed =
	(by: number): Run =>
	async (context) => {
		const { facts, title } = context.subject;
		const isFree = by > 0 && facts["timestamp.future"] !== undefined;
		const verdict = await refused(({ talk }) => ({
			signed: { at: talk.now() + by },
		}))(isFree ? { ...context, watch: undefined } : context);
		if (verdict.is !== "wrong") return verdict;
		if (isFree) return right(`accepted, as ${title}'s own library does`);
		if (facts["timestamp.tolerance"]) return verdict;
		return harmed(`${verdict.got}. ${title} names no tolerance`, true);
	};

/** How to sign for who hashes the own time in place of the one that was sent; undefined: it does not. */
export async function ownTime({ talk, subject }: Context) {
	const { signer, messageOf, event } = subject;
	const sample = messageOf(event(), talk.now());
	const guesses = guessTimestamp({ signer, now: talk.now }, sample);
	const own = guesses.find(({ cause }) => cause === "timestamp-own");
	if (own === undefined) return undefined;
	await talk.wait(delayOf(own, talk.now()));
	const answer = await talk.send({
		// Who hashes the time of the event refuses it.
		time: talk.now() - 60 * minute,
		signed: { at: talk.now() - 20 * second },
		headers: (_, message) => signedBy(own, signer, message) ?? {},
	});
	return answer.accepted ? own : undefined;
}

export const signatureTrials = {
	async "verify.first"({ talk, send, watch, blind, subject, refusals }) {
		if (watch === undefined) return blind;
		await watch.clear();
		const answer = await send(signedAs(subject, "garbage"));
		const moved = (await watch.moved()) > 0;
		if (!answer.accepted) {
			refusals.push(answer);
			return moved
				? harmed(`refused with ${saidBy(answer)}, but it did the work`)
				: right();
		}
		// Who verifies what looks like a signature is another check's.
		const signed = { secrets: [subject.signer.neverIssued] };
		if (!moved || !talk.differs({ signed })) return right();
		const forged = await send({ signed });
		if (!forged.accepted || (await watch.moved(1)) === 0) return right();
		const got = `accepted with ${saidBy(answer)}, and it did the work; so it did with the signature of another secret`;
		return { ...harmed(got), cause: "not-verified" };
	},
	"sig.none": refused(() => ({ headers: (_, message) => message.headers })),
	"sig.wrong-secret": signedWith(({ signer }) => signer.neverIssued),
	"sig.tampered": refused(({ subject }) => {
		const sample = subject.event();
		const sent = { ...sample, body: altered(sample.body) };
		return { sample: sent, signed: { body: sample.body } };
	}),
	"sig.garbage": valued(() => "garbage"),
	"sig.truncated": valued((value) =>
		value.slice(0, Math.ceil(value.length / 2)),
	),
	"sig.empty": valued(() => ""),
	"sig.other-provider": refused(({ subject: { signer } }) => ({
		headers: (_, message) => ({
			...message.headers,
			...(/^x-hub/i.test(signer.header) ? bare : github).sign(message),
		}),
	})),
	"sig.empty-key": signedWith(() => ""),
	"sig.undefined-key": signedWith(() => "undefined"),
	"sig.sha1": digested("sha1"),
	"sig.md5": digested("md5"),
	async "sig.status"({ talk, send, subject, refusals }) {
		const answer = await send(signedAs(subject, "garbag\u00e9"));
		if (!answer.accepted) refusals.push(answer);
		const first = refusals.find(isNo4xx);
		if (first === undefined) return right();
		await talk.reconnect();
		const { sample, headers } = first;
		const bad = await send({ sample, headers: () => headers });
		if (!isNo4xx(bad)) return right();
		const value = bad.headers[subject.signer.header];
		return wrong(
			`${saidBy(bad)} to ${value === undefined ? "no signature" : `the signature ${JSON.stringify(value.slice(0, 20))}`}`,
		);
	},
	async "sig.leak"({ subject, refusals }) {
		for (const answer of refusals) {
			const leak = leakIn(answer, subject);
			if (leak !== undefined) return harmed(`its ${answer.said} holds ${leak}`);
		}
		return right();
	},
	async "sig.lock-out"({ talk }) {
		await watchOut(talk);
		return right();
	},
	"ts.stale": timed(-10 * minute),
	"ts.future": timed(10 * minute),
	"ts.old20s": taken(({ talk }) => {
		const at = talk.now() - 20 * second;
		return { "": { time: at, signed: { at } } };
	}),
	"ts.event-time": taken(({ talk }) => ({
		"": { time: talk.now() - 60 * minute },
	})),
	"roll.both-orders": taken(({ subject: { secret, signer } }) => {
		const other = signer.neverIssued;
		return {
			"a header with its own signature as the first": {
				signed: { secrets: [secret, other] },
			},
			"a header with its own signature as the second": {
				signed: { secrets: [other, secret] },
			},
		};
	}),
	"roll.new": (context) => renewed(context, true),
	"roll.old-after-24h": (context) => renewed(context, false),
	"replace.old": (context) => renewed(context, false),
} satisfies Partial<Record<CheckId, Run>>;

/**
 * Sends a right delivery, after wrong ones.
 *
 * @throws Ended if it is refused
 */
export async function watchOut(talk: Context["talk"]): Promise<void> {
	const isRefused = ({ accepted }: Answer) => !accepted;
	const wrongOnes = talk.answers.filter(isRefused).length;
	if ((await talk.send()).accepted) return;
	// A connection on which a refused body was not read to its end is another check's.
	await talk.reconnect();
	const answer = await talk.send();
	if (answer.accepted) return;
	const got = `it locks out: ${saidBy(answer)} to a right delivery, after ${wrongOnes} that it refused`;
	throw new Ended("locked-out", got);
}

/** None at all counts as a failure of the server. */
const isNo4xx = ({ response }: Answer) =>
	!/^4..$/.test(String(response?.status));

const anew = new WeakSet<Context["ways"]>();

/** A delivery by the next secret or by the old one, to a receiver that was started anew with the next one alone. */
async function renewed(context: Context, isNew: boolean): Promise<Verdict> {
	const { talk, send, ways, subject, watch } = context;
	const { secret, nextSecret } = subject;
	if (!talk.differs({ signed: { secrets: [nextSecret] } }))
		return unknown("its signature is made with none of the two");
	if (ways.restart !== undefined) {
		if (!anew.has(ways)) await ways.restart(nextSecret);
		anew.add(ways);
	} else if (!isNew || !ways.knowsNext)
		return unknown(
			isNew
				? "nobody knows a second secret of the receiver (--next-secret-env, in TypeScript nextSecret)"
				: "the receiver keeps its secret (-- <command> starts it with another)",
		);
	await watch?.clear();
	const answer = await send({
		signed: { secrets: [isNew ? nextSecret : secret] },
	});
	if (isNew) return answer.accepted ? right() : wrongly(answer);
	return answer.accepted ? passedBy(answer, watch) : right();
}

/** Another letter at the end of a text: it is still JSON. */
function altered(body: Uint8Array): Uint8Array {
	const text = Buffer.from(body).toString("latin1");
	const at = [...text.matchAll(/[b-yB-Y2-7](?="\s*[,}\]])/g)].at(-1)?.index;
	const changed = Buffer.from(body);
	if (at === undefined) return tamper(body);
	changed[at] = (changed[at] ?? 0) ^ 1;
	return changed;
}

/** The secret or a right signature in an answer; undefined: neither is there. */
function leakIn(
	{ response, message, headers }: Answer,
	{ signer, secret }: Subject,
): string | undefined {
	if (response === undefined) return undefined;
	const fields = Object.values(response.headers).flat();
	const said = [textOf(response.body), ...fields].join("\n");
	const text = said.replaceAll("\\/", "/");
	if (text.includes(secret)) return "the secret";
	const recipe = signer.recipe({ ...message, secrets: [secret] });
	const sent = Object.values(headers).join("\n");
	const { hex, HEX, base64 } = encodings;
	const rightOnes = recipe?.signatures.flatMap(({ content }) => {
		const digest = bytesIn(signer.over(content, secret), recipe);
		return [hex, HEX, base64].map((encode) => encode(digest));
	});
	return rightOnes?.some((each) => text.includes(each) && !sent.includes(each))
		? "the signature that would have been right"
		: undefined;
}
