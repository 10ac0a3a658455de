import { adviceOn, sentence } from "../explain/advice.ts";
import { explain } from "../explain/explain.ts";
import type { Guess } from "../explain/guess.ts";
import type { Context } from "./checks.ts";
import { type Answer, receiverAt } from "./conversation.ts";
import type { Result } from "./result.ts";

interface Cause extends Pick<Result, "id" | "among" | "sure" | "got" | "fix"> {
	/** How to sign for this receiver; undefined: no right delivery gets through to it. */
	readonly signing?: Guess | undefined;
}

/**
 * Why a receiver refuses a right delivery: by what its answer says for itself, then by asking. The questions are among
 * the requests of the check.
 *
 * @param fate how its process has ended, if it has
 * @throws Ended
 */
export async function causesOf(
	answer: Answer,
	{ subject, talk, ways }: Context,
	fate?: string,
): Promise<readonly Cause[]> {
	const { signer, secret, url, isInvented } = subject;
	const more = isInvented ? ` ${sentence("own-body")}` : "";
	const { sample, message, headers, response, error, duration } = answer;
	// In this process, what a server would answer with 500.
	const thrown = error?.message.includes(" threw ") ? error.message : fate;
	if (thrown !== undefined) {
		const fix = adviceOn("crash") + more;
		return [{ id: "cause.crash", sure: "certain", got: thrown, fix }];
	}
	if (response === undefined) return [];
	const { id, type } = sample;
	const { body, at } = message;
	const sent = { number: 1, at, duration, url, headers, ok: false, response };
	let signing: Guess | undefined;
	const { mistakes } = await explain({
		delivery: { id, event: { id, type }, url, body, attempts: [sent] },
		signer,
		valid: [secret],
		secrets: subject.otherSecrets(),
		post: (question) => talk.post({ receiver: receiverAt(url), ...question }),
		wait: talk.wait,
		pace: 0,
		before: talk.count,
		most: talk.count + talk.remaining - 1,
		clock: talk.now,
		now: talk.now,
		found(found) {
			signing = found;
		},
	});
	const isOfBody = /schema|behind-signature|crash/;
	const words = response.status < 500 ? undefined : ways.words?.();
	const named = mistakes.map(({ cause, certain, sentence: said, instead }) => {
		const isBehind = isOfBody.test(cause) || said.includes(sentence("goes-on"));
		const fix = isBehind ? instead + more : instead;
		const sure = certain ? ("certain" as const) : ("likely" as const);
		const got = isBehind && words ? said + words : said;
		return { id: `cause.${cause}`, sure, got, fix, signing };
	});
	if (!mistakes.every(({ open }) => open)) return named;
	// Whichever of them it is, it is one.
	const lead = named.length > 1 ? "It may be one of these:" : "It may be this:";
	const all = named.map((each) => each.got).join(" Or: ");
	const lookup = sentence("lookup", { header: signer.header });
	const [only, another] = named;
	return [
		{
			id: only && !another ? only.id : "header.lookup",
			...(another && { among: named.map(({ id }) => id) }),
			sure: "likely",
			got: [sentence("none"), ...(only ? [lead, all] : [])].join(" "),
			fix: [only?.fix, lookup].filter(Boolean).join(" "),
		},
	];
}
