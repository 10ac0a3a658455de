import type { Engine, EngineReply } from "../engine/engine.ts";
import { authorized } from "../engine/secrets.ts";
import type { Session } from "../engine/session.ts";
import {
	checkShape,
	either,
	kinds,
	recordOf,
	type Shape,
} from "../engine/shape.ts";
import { invalidRequest, jsonOf, LocalhookError, quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { ApiOperation } from "../openapi/operations.ts";
import { basePaths } from "../openapi/router.ts";
import type { AnyInput, Replied } from "./document-types.ts";

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
} satisfies Shape<AnyInput>;

export async function callOperation(
	engine: Engine,
	owed: Owed,
	session: Session,
	id: string,
	input: AnyInput = {},
): Promise<Replied> {
	checkShape(input, callInputs, `call(${quoted(id)})`);
	const provider = session.provider.id;
	const operation = operationOf(session, id);
	const unsigned = {
		method: operation.method,
		path: `${basePaths(session.document)[0]}${pathOf(operation, input.params ?? {})}`,
		query: queryOf(input.query ?? {}),
		body: new TextEncoder().encode(
			input.body === undefined ? "" : JSON.stringify(input.body),
		),
	};
	const headers: Record<string, string> = {
		...(input.body !== undefined && { "content-type": "application/json" }),
		...authorized(session, unsigned, input.credential),
	};
	for (const [name, value] of Object.entries(input.headers ?? {}))
		headers[name.toLowerCase()] = value;
	const request = { provider, ...unsigned, headers };
	const { reply, publish } = await engine.handle(request);
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
	const what = `Failed to call "${id}" of ${provider}`;
	if (reply.cut)
		return new LocalhookError(
			"call-refused",
			`${what}: the connection was cut on purpose. The fault plan says when: hooks.faults.list().`,
		);
	return new LocalhookError(
		"call-refused",
		`${what}: it answered ${reply.status} ${reply.body.slice(0, 1000)}. Give it what it asks for, or call its API yourself to look at the refusal.`,
		{ details: { answered: reply.status, body: bodyOf(reply) } },
	);
}

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
	let filled = path;
	for (const { name, schema, ...parameter } of parameters) {
		if (parameter.in !== "path") continue;
		const value = given[name] ?? schema.default;
		if (value === undefined)
			throw invalidRequest(
				`Failed to call ${quoted(id)}: its path ${path} has no value for "${name}". Give it as { params: { ${name}: "..." } }.`,
			);
		filled = filled.replace(`{${name}}`, encodeURIComponent(String(value)));
	}
	return filled;
}

function queryOf(given: Readonly<Record<string, unknown>>): string {
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(given))
		for (const each of Array.isArray(value) ? value : [value])
			if (each !== undefined) query.append(name, String(each));
	return query.toString();
}

export type Owed = ReturnType<typeof createOwed>;

/** Events that wait until the caller of an operation has its reply, since a provider does not call before it answers. */
export function createOwed(engine: Engine) {
	let waiting: (() => void)[] = [];
	let failure: unknown;

	function send(): void {
		for (const publish of waiting.splice(0)) {
			try {
				publish();
			} catch (error) {
				failure ??= error;
			}
		}
	}
	return {
		add(publish: () => void) {
			waiting.push(publish);
			// Long after the promise of the reply has resolved.
			if (waiting.length === 1) engine.clock.after(0, send);
		},
		/** Publishes the events that wait. Called before the next call, so that they come first. */
		publish() {
			send();
			const thrown = failure;
			failure = undefined;
			if (thrown !== undefined) throw thrown;
		},
		forget() {
			waiting = [];
			failure = undefined;
		},
	};
}
