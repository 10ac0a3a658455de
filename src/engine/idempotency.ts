import { hexOf } from "../bytes.ts";
import type { Caller, ProviderRequest, Reply } from "../contract/operation.ts";
import type { Collection, CollectionSpec } from "../contract/records.ts";
import { isHeader } from "../delivery/receiver-headers.ts";
import { fingerprint } from "../fingerprint.ts";
import type { components } from "../generated/snapshot.ts";
import type { ApiOperation } from "../openapi/operations.ts";
import type { Idempotency } from "../provider.ts";
import { sha256 } from "../signing/digests.ts";
import type { Playing } from "./options.ts";

/** An answer that is given again to the same request with the same key. It is kept among a provider's records. */
export type KeptAnswer = components["schemas"]["KeptAnswer"];

export const keptAnswers = "idempotencyKeys";
export const keptAnswersSpec: CollectionSpec<KeptAnswer> = { key: "id" };

/** Keys are the caller's to make up, so their number has an end; the oldest go first. */
const mostKept = 1000;

/** What a key means for a call: an answer in place of the operation's, or what to do with that one. */
export type Keyed =
	| { readonly answer: Reply }
	| {
			readonly answer?: undefined;
			/** To be called once, when the call is over. `reply`: what it was answered with. */
			finish(reply?: Reply): void;
	  };

/**
 * Looks for the caller's key; undefined: the call has none, or the operation takes none.
 *
 * @param running digests of the requests with a key that have no answer yet, by the id of their keys
 */
export function keyed(
	{ provider, context }: Playing,
	running: Map<string, string>,
	operation: ApiOperation,
	request: ProviderRequest,
	caller: Caller,
): Keyed | undefined {
	const { idempotency } = provider;
	const key = idempotency && keyOf(idempotency, operation, request);
	if (idempotency === undefined || key === undefined) return undefined;
	const id = `${fingerprint(caller.key)} ${key}`;
	const digest = digestOf(request);
	const answers = (
		context.state as Readonly<Record<string, Collection<KeptAnswer>>>
	)[keptAnswers] as Collection<KeptAnswer>;
	const found = answers.get(id);
	const kept = found && context.now() < found.until ? found : undefined;
	const first = running.get(id) ?? kept?.request;
	if (first !== undefined && first !== digest)
		return { answer: idempotency.refuse("changed", context) };
	if (running.has(id))
		return { answer: idempotency.refuse("running", context) };
	if (kept !== undefined) {
		const { status, body } = kept;
		const headers = {
			...kept.headers,
			...provider.replyHeaders?.(context),
			...idempotency.replayed,
		};
		return { answer: { status, headers, body } };
	}
	running.set(id, digest);
	return {
		finish(reply) {
			running.delete(id);
			if (reply === undefined || reply.status < 200 || reply.status > 299)
				return;
			const until = context.now() + context.lasting(idempotency.retention);
			const { status, headers = {}, body } = reply;
			// Anew, so that it is the youngest.
			answers.delete(id);
			answers.put({ id, request: digest, status, headers, body, until });
			forgetOldest(answers, context.now());
		},
	};
}

/** The headers of an error behind which nothing happened, for a caller with a key. */
export function retryableHeaders(
	{ provider: { idempotency } }: Pick<Playing, "provider">,
	operation: ApiOperation,
	request: ProviderRequest,
	status: number,
): Readonly<Record<string, string>> | undefined {
	if (idempotency === undefined || status < 500) return undefined;
	return keyOf(idempotency, operation, request) === undefined
		? undefined
		: idempotency.retryable;
}

export function keptAnswerProblem({ headers }: KeptAnswer): string | undefined {
	const canHave = Object.entries(headers).every((each) => isHeader(...each));
	return canHave ? undefined : "headers must be those that an answer can have";
}

function keyOf(
	{ header }: Idempotency,
	{ parameters }: ApiOperation,
	{ headers }: ProviderRequest,
): string | undefined {
	const name = header.toLowerCase();
	const given = headers[name];
	if (typeof given !== "string" || given === "") return undefined;
	const documented = parameters.some(
		(parameter) =>
			parameter.in === "header" && parameter.name.toLowerCase() === name,
	);
	return documented ? given : undefined;
}

function digestOf({ method, path, query, body }: ProviderRequest): string {
	return hexOf(sha256(`${method} ${path}?${query}\n`, body));
}

function forgetOldest(answers: Collection<KeptAnswer>, now: number): void {
	for (const { id, until } of answers.values()) {
		if (until > now && answers.size <= mostKept) return;
		answers.delete(id);
	}
}
