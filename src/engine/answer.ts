import type { Failure, Violation } from "../contract/failure.ts";
import type { Call, ProviderRequest, Reply } from "../contract/operation.ts";
import type { ApiFault } from "../delivery/faults.ts";
import { LocalhookError } from "../errors.ts";
import type { ApiOperation } from "../openapi/operations.ts";
import { readQuery, readTexts } from "../openapi/router.ts";
import type { Validators } from "../openapi/validators.ts";
import { type ReadBody, readBody } from "./body.ts";
import { keyed, retryableHeaders } from "./idempotency.ts";
import {
	exampleReply,
	forcedReply,
	preferredReply,
	preferredStatus,
} from "./reply.ts";
import type { Session } from "./session.ts";

/** An event that an operation recorded, to be published after the reply. */
export interface Recorded {
	readonly type: string;
	readonly payload?: Readonly<Record<string, unknown>>;
}

export interface Answer {
	readonly reply: Reply;
	readonly operation?: string;
	readonly fault?: ApiFault | undefined;
	readonly recorded: readonly Recorded[];
	/** To be called once the caller can have the reply, or never will. */
	readonly finish?: () => void;
}

type AnyOperation = (call: Call) => Reply | Promise<Reply>;

/**
 * The provider's answer to a request: route, authenticate, validate, run the operation, in that order.
 *
 * @throws LocalhookError `unknown-operation` when the document has no such path: that is our gap, not the provider's.
 */
export async function answer(
	session: Session,
	validators: Validators,
	request: ProviderRequest,
	faultOf: (operation: string) => ApiFault | undefined,
): Promise<Answer> {
	const { provider, context, run } = session;
	const { method, path } = request;
	const result = session.router.route(method, path);
	if (result.kind === "none") throw unknownOperation(session, request);
	if (result.kind === "bad-encoding") {
		const reason = "the path is not percent-encoded UTF-8";
		const reply = provider.refuse({ kind: "malformed", reason }, context);
		return { reply: withHeaders(session, reply), recorded: [] };
	}
	if (result.kind === "wrong-method") {
		const { allowed } = result;
		const kind = "method-not-allowed";
		const refused = provider.refuse({ kind, method, allowed }, context);
		const { headers, ...reply } = withHeaders(session, refused);
		const allow = allowed.join(", ");
		return {
			reply: { ...reply, headers: { ...headers, allow } },
			recorded: [],
		};
	}

	const { operation, params } = result.match;
	const fault = faultOf(operation.id);
	const answered = (given: Reply, recorded: readonly Recorded[] = []) => {
		const reply = withHeaders(session, given);
		return { reply, recorded, operation: operation.id, fault };
	};
	const refuse = (failure: Failure) =>
		answered(provider.refuse(failure, context));
	const forced = (given: Reply) => {
		const { status, headers } = given;
		const more = retryableHeaders(session, operation, request, status);
		if (more === undefined) return answered(given);
		return answered({ ...given, headers: { ...headers, ...more } });
	};
	if (fault?.kind === "status") {
		const { status, retryAfter } = fault;
		const given = forcedReply(session, status, "this call fails on purpose");
		const headers = {
			...given.headers,
			...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
		};
		return forced({ ...given, headers });
	}
	const caller = provider.authenticate(request, context);
	if ("kind" in caller) return refuse(caller);
	const preferred = preferredStatus(request.headers.prefer);
	if (preferred !== undefined)
		return forced(await preferredReply(session, operation, preferred));
	const reading = readBody(operation, request);
	const read = reading instanceof Promise ? await reading : reading;
	if ("failure" in read) return refuse(read.failure);
	const query = readQuery(operation, request.query);
	const violations = [
		...validators.parameters(operation, {
			path: readTexts(operation, "path", params),
			query,
			headers: readTexts(operation, "header", request.headers),
		}),
		...bodyViolations(session, validators, operation, read),
	];
	if (violations.length > 0) return refuse({ kind: "invalid", violations });

	const repeat =
		provider.idempotency &&
		keyed(session, run.running, operation, request, caller);
	if (repeat?.answer !== undefined) return forced(repeat.answer);
	const recorded: Recorded[] = [];
	// By name: with the context spread into it, each call would have a hidden class of its own in V8 11.
	const call: Call = {
		options: context.options,
		credentials: context.credentials,
		deliveries: context.deliveries,
		state: context.state,
		random: context.random,
		now: context.now,
		lasting: context.lasting,
		replaced: context.replaced,
		request,
		caller,
		params,
		query,
		body: read.value,
		// Copied at once: what the operation does to its record afterwards is not part of the event.
		emit: (type, payload) =>
			recorded.push(
				payload === undefined
					? { type }
					: { type, payload: structuredClone(payload) },
			),
	};
	const operations: Readonly<Record<string, AnyOperation | undefined>> =
		provider.operations;
	const perform = operations[operation.id];
	try {
		const done = answered(
			perform === undefined
				? await exampleReply(session.document, operation)
				: await perform(call),
			recorded,
		);
		if (repeat === undefined) return done;
		return { ...done, finish: () => repeat.finish(done.reply) };
	} catch (error) {
		repeat?.finish();
		throw error;
	}
}

function withHeaders({ provider, context }: Session, reply: Reply): Reply {
	if (provider.replyHeaders === undefined) return reply;
	const headers = Object.assign(provider.replyHeaders(context), reply.headers);
	return { status: reply.status, headers, body: reply.body };
}

function bodyViolations(
	session: Session,
	validators: Validators,
	operation: ApiOperation,
	read: Extract<ReadBody, { value: unknown }>,
): Violation[] {
	const schema =
		session.provider.requestSchemas?.(session.settings.options)[operation.id] ??
		read.media;
	if (read.value === undefined || schema === undefined) return [];
	return read.isForm
		? validators.form(schema, read.value as object)
		: validators.body(schema, read.value);
}

function unknownOperation(
	{ provider, operations }: Session,
	{ method, path }: ProviderRequest,
): LocalhookError {
	const known = operations.map(
		(operation) => `${operation.method} ${operation.path}`,
	);
	return new LocalhookError(
		"unknown-operation",
		`Failed to answer ${method} ${path}: localhook does not play that part of ${provider.title}. ` +
			`It plays ${known.join(", ")}.`,
		{ details: { operations: known } },
	);
}
