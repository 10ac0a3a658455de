import type { ProviderRequest } from "../contract/operation.ts";
import type { Engine, EngineReply } from "../engine/engine.ts";
import type { Session } from "../engine/session-contract.ts";
import {
	checkShape,
	either,
	kinds,
	recordOf,
	type Shape,
} from "../engine/shape.ts";
import { authorized } from "../engine/variables.ts";
import { jsonOf, LocalhookError, quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { ApiOperation, Parameter } from "../openapi/operations.ts";
import { basePaths } from "../openapi/router.ts";
import type { Replied } from "./document-types.ts";
import type { Owed } from "./owed.ts";

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

/** What a call is made with, whatever the operation. */
export interface CallInput {
	readonly params?: Readonly<Record<string, string | number>>;
	readonly query?: Readonly<Record<string, unknown>>;
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
	readonly credential?: string;
}

/**
 * The request that a client makes for an operation.
 *
 * @throws LocalhookError `invalid-request` without a parameter of the path
 */
function requestOf(
	session: Session,
	operation: ApiOperation,
	input: CallInput,
): ProviderRequest {
	const { method } = operation;
	const path = `${basePaths(session.document)[0]}${pathOf(operation, input.params ?? {})}`;
	const query = queryOf(input.query ?? {});
	const body = new TextEncoder().encode(
		input.body === undefined ? "" : JSON.stringify(input.body),
	);
	const unsigned = { method, path, query, body };
	const headers: Record<string, string> = {
		...(input.body !== undefined && { "content-type": "application/json" }),
		...authorized(session, unsigned, input.credential),
	};
	for (const [name, value] of Object.entries(input.headers ?? {}))
		headers[name.toLowerCase()] = value;
	return { ...unsigned, headers };
}

/** @throws LocalhookError `unknown-operation` */
export function operationOf(
	{ provider, operations }: Session,
	id: string,
): ApiOperation {
	const found = operations.find((operation) => operation.id === id);
	if (found !== undefined) return found;
	const known = operations.map((operation) => operation.id);
	throw new LocalhookError(
		"unknown-operation",
		`Failed to call ${quoted(id)}: ${provider.id} has no such operation.${didYouMean(id, known)} ` +
			`Choose one of ${known.join(", ")}.`,
		{ details: { operations: known } },
	);
}

function pathOf(
	{ id, path, parameters }: ApiOperation,
	given: Readonly<Record<string, string | number>>,
): string {
	return parameters.filter(isOfPath).reduce((filled, { name, schema }) => {
		const value = given[name] ?? schema.default;
		if (value === undefined)
			throw new LocalhookError(
				"invalid-request",
				`Failed to call ${quoted(id)}: its path ${path} has no value for "${name}". Give it as { params: { ${name}: "..." } }.`,
			);
		return filled.replace(`{${name}}`, encodeURIComponent(String(value)));
	}, path);
}

function queryOf(given: Readonly<Record<string, unknown>>): string {
	const pairs = Object.entries(given).flatMap(([name, value]) =>
		(Array.isArray(value) ? value : [value])
			.filter((each) => each !== undefined)
			.map((each): [string, string] => [name, String(each)]),
	);
	return new URLSearchParams(pairs).toString();
}

export function isOfPath(parameter: Parameter): boolean {
	return parameter.in === "path";
}
