import type { Delivery } from "../contract/records.ts";
import { adviceOn } from "../explain/advice.ts";
import { explain } from "../explain/explain.ts";
import type { Guess } from "../explain/guess.ts";
import { type Answer, type Conversation, targetOf } from "./conversation.ts";
import type { Diagnosis } from "./result.ts";
import type { Subject } from "./subject.ts";

/**
 * Finds out why a receiver refuses a right delivery: by what its answer says for itself, then by asking. The questions
 * are among the requests of the check.
 *
 * @throws Ended
 */
export async function diagnose(
	answer: Answer,
	subject: Subject,
	talk: Conversation,
): Promise<readonly Diagnosis[]> {
	const { signer, secret, url } = subject;
	const { response, error } = answer;
	// In this process, what a server would answer with 500.
	if (response === undefined)
		return error?.message.includes(" threw ")
			? [
					{
						id: "cause.crash",
						sure: "certain",
						got: error.message,
						fix: adviceOn("crash"),
					},
				]
			: [];
	let guess: Guess | undefined;
	const { mistakes, text } = await explain({
		delivery: deliveryOf(answer, subject),
		signer,
		valid: [secret],
		secrets: subject.otherSecrets(),
		post: ({ headers, body }) =>
			talk.post({ target: targetOf(url), headers, body }),
		wait: talk.wait,
		pace: 0,
		most: talk.remaining - 1,
		clock: talk.now,
		now: talk.now,
		zone: -new Date(talk.now()).getTimezoneOffset() * 60_000,
		found(found) {
			guess = found;
		},
	});
	if (mistakes.length === 0)
		return [
			{
				id: "header.lookup",
				sure: "likely",
				got: text,
				fix: `Log the name and the value of ${signer.header} as your code reads them, and the digest that it computes.`,
			},
		];
	return mistakes.map(({ cause, certain, sentence, instead }) => ({
		id: `cause.${cause}`,
		sure: certain ? "certain" : "likely",
		got: sentence,
		fix: instead,
		sign: guess?.sign,
	}));
}

/** The first attempt of a delivery, as an engine would have made it. */
function deliveryOf(answer: Answer, { name, url }: Subject): Delivery {
	const { event: id, message, headers, response, duration } = answer;
	const { type, body, at } = message;
	return {
		id,
		event: { id, provider: name, type, payload: {}, time: at },
		endpoint: "check",
		url,
		body,
		headers: message.headers,
		createdAt: at,
		attempts: [
			{
				number: 1,
				at,
				duration,
				url,
				headers,
				ok: false,
				...(response && { response }),
			},
		],
		state: "failed",
		updatedAt: at,
	};
}
