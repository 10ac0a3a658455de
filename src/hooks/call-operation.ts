import type { Engine, EngineReply } from "../engine/engine.ts";
import {
	checkShape,
	either,
	kinds,
	recordOf,
	type Shape,
} from "../engine/shape.ts";
import { jsonOf, LocalhookError, quoted } from "../errors.ts";
import type { Replied } from "./document-types.ts";
import type { Owed } from "./owed.ts";
import { type CallInput, operationOf, requestOf } from "./request-of.ts";

const { text, number, record, anything } = kinds;

const callInputs = {
	params: recordOf(
		either("", text, number),
		"an object of parameters, each text or a number",
	),
	query: record,
	body: {
		...anything,
		must: "a value that JSON can carry",
		fits: (value) => jsonOf(value) !== undefined,
	},
	headers: recordOf(text, "an object of texts"),
	credential: { ...text, isSecret: true },
} satisfies Shape<CallInput>;

/**
 * Calls an operation of a provider, as a client of its API does.
 *
 * @throws LocalhookError `unknown-operation`, `invalid-request`; `call-refused` for an answer that is no success
 */
export async function callOperation(
	engine: Engine,
	owed: Owed,
	provider: string,
	id: string,
	input: CallInput = {},
): Promise<Replied> {
	checkShape(input, callInputs, `call(${quoted(id)})`);
	const session = engine.session(provider);
	const operation = operationOf(session, id);
	const request = requestOf(session, operation, input);
	const { reply, publish } = await engine.handle({ provider, ...request });
	if (publish !== undefined) owed.add(publish);
	if (reply.cut || reply.status < 200 || reply.status > 299)
		throw refusal(provider, id, reply);
	return {
		status: reply.status,
		headers: new Headers(reply.headers),
		body: bodyOf(reply),
	};
}

function bodyOf({ body, headers }: EngineReply): unknown {
	if (body === "") return undefined;
	const type = new Headers(headers).get("content-type") ?? "";
	return /\bjson\b/.test(type) ? JSON.parse(body) : body;
}

function refusal(
	provider: string,
	id: string,
	reply: EngineReply,
): LocalhookError {
	const { status, cut } = reply;
	const said = cut
		? "the connection was cut on purpose"
		: `it answered ${status} ${reply.body.slice(0, 1000)}`;
	const now = cut
		? "The fault plan says when: hooks.faults.list()."
		: "Give it what it asks for, or call its API yourself to look at the refusal.";
	return new LocalhookError(
		"call-refused",
		`Failed to call "${id}" of ${provider}: ${said}. ${now}`,
		{ details: cut ? {} : { answered: status, body: bodyOf(reply) } },
	);
}
