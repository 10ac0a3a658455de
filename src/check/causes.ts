import { adviceOn, sentence } from "../explain/advice.ts";
import type { Rejected } from "../explain/before-asking.ts";
import { explain } from "../explain/explain.ts";
import type { Guess } from "../explain/guess.ts";
import { type Answer, type Conversation, receiverAt } from "./conversation.ts";
import type { Result } from "./result.ts";
import type { Subject } from "./subject.ts";

/** A reason for refusing a right delivery. */
interface Cause extends Pick<Result, "id" | "among" | "sure" | "got" | "fix"> {
	/** How to sign for this receiver; undefined: no right delivery gets through to it. */
	readonly signing?: Guess | undefined;
}

/**
 * Why a receiver refuses a right delivery: by what its answer says for itself, then by asking. The questions are among
 * the requests of the check.
 *
 * @throws Ended
 */
export async function causesOf(
	answer: Answer,
	subject: Subject,
	talk: Conversation,
): Promise<readonly Cause[]> {
	const { signer, secret, url } = subject;
	const { response, error } = answer;
	const certain = { sure: "certain" } as const;
	// In this process, what a server would answer with 500.
	if (error?.message.includes(" threw "))
		return [
			{
				...certain,
				id: "cause.crash",
				got: error.message,
				fix: adviceOn("crash"),
			},
		];
	if (response === undefined) return [];
	let signing: Guess | undefined;
	const { mistakes } = await explain({
		delivery: deliveryOf(answer, subject),
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
		zone: -new Date(talk.now()).getTimezoneOffset() * 60_000,
		found(found) {
			signing = found;
		},
	});
	const named = mistakes.map(({ cause, certain, sentence: got, instead }) => ({
		id: `cause.${cause}`,
		sure: certain ? ("certain" as const) : ("likely" as const),
		got,
		fix: instead,
		signing,
	}));
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

/** The first attempt of a delivery, as an engine would have made it. */
function deliveryOf(answer: Answer, { url }: Subject): Rejected["delivery"] {
	const { sample, message, headers, response, duration } = answer;
	const { id, type } = sample;
	const { body, at } = message;
	const attempt = { number: 1, at, duration, url, headers, ok: false };
	return {
		...{ id, event: { id, type }, url, body },
		attempts: [{ ...attempt, ...(response && { response }) }],
	};
}
