import type { Collection, Delivery } from "../contract/records.ts";
import { pause } from "../delivery/clock.ts";
import type { Exchange } from "../delivery/exchange.ts";
import { apparentNow } from "../delivery/real-timers.ts";
import type { Language } from "../explain/advice.ts";
import { type Explanation, explain } from "../explain/explain.ts";
import type { OtherSecret } from "../explain/guess.ts";
import type { Question } from "../explain/oracle.ts";
import { pinnedAt } from "./endpoints.ts";
import type { Engine } from "./engine.ts";
import { credentialParts, heldSecrets } from "./secrets.ts";
import type { Session } from "./session.ts";

export interface Explaining {
	readonly language?: Language | undefined;
	/** Ends the questions, as a closed connection does. */
	readonly signal?: AbortSignal;
}

/** Milliseconds that an answer is waited for. */
const patience = 5000;

/**
 * Why a receiver refuses a delivery. Where its answer does not say, the receiver is asked: it gets the delivery again,
 * then signed wrongly in one way after the other, with all that it does with what it accepts.
 */
export function explainDelivery(
	engine: Engine,
	delivery: Delivery,
	{ language, signal }: Explaining = {},
): Promise<Explanation> {
	const { event, url, endpoint } = delivery;
	const { inProcess } = engine;
	const session = engine.session(event.provider);
	const { provider, context, signer, run, allowedReceivers } = session;
	const { secrets: valid } =
		provider.endpoint(endpoint, context) ??
		pinnedAt(provider, url, event, context).pinned;
	const receiver = allowedReceivers.resolve(url);

	function post(question: Question): Promise<Exchange> {
		if (receiver.refused !== undefined || signal?.aborted) {
			const message = receiver.refused ?? "nobody waits for it any more";
			return Promise.resolve({ error: { code: "refused-receiver", message } });
		}
		return new Promise((resolve) =>
			run.transport.post({ receiver, ...question, timeout: patience }, resolve),
		);
	}
	return explain({
		delivery,
		signer,
		valid,
		secrets: otherSecrets(engine, session),
		headers: [...engine.sessions.values()].map((each) => each.signer.header),
		language: inProcess ? "node" : language,
		inProcess,
		post,
		wait: pause,
		// What is in this process needs no pauses.
		pace: inProcess ? 0 : 50,
		clock: engine.clock.now,
		// A receiver judges a timestamp by the machine's clock.
		now: apparentNow,
	});
}

/** Every secret that a receiver may have been given in place of the right one. */
export function otherSecrets(
	{ sessions }: Pick<Engine, "sessions">,
	session: Session,
): OtherSecret[] {
	const { provider, run } = session;
	const others = [...sessions.values()].filter((each) => each !== session);
	return [
		...run.replaced().map((secret) => ({
			what: "a secret that has been replaced since",
			secret,
		})),
		...heldSecrets(session).map(({ owner, value, isPrevious }) => ({
			what: `the ${isPrevious ? "previous " : ""}secret of ${owner}, in place of this endpoint's`,
			secret: value,
		})),
		...recorded(session),
		...Object.entries(credentialParts(session)).map(([name, secret]) => ({
			what: `the ${name.replaceAll("_", " ")} of ${provider.title}, in place of the webhook secret`,
			secret,
		})),
		...others.flatMap((each) =>
			each.provider.secrets(each.context).map((secret) => ({
				what: `the webhook secret of ${each.provider.title}`,
				secret,
			})),
		),
	];
}

/** What records hold that reads like a secret: a token that confirms a subscription, a secret of the API. */
function recorded({ provider, context }: Session): OtherSecret[] {
	const found: OtherSecret[] = [];
	const state = context.state as Readonly<Record<string, Collection<object>>>;
	for (const [name, collection] of Object.entries(state))
		for (const record of collection.values())
			for (const [field, value] of Object.entries(record))
				if (/secret|token|key/i.test(field))
					for (const secret of [value].flat())
						if (typeof secret === "string" && secret !== "")
							found.push({
								what: `the ${field} of a record in ${provider.title}'s ${name}, in place of the webhook secret`,
								secret,
							});
	return found;
}
