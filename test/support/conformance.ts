import { bytesOf, textOf } from "../../src/bytes.ts";
import type { Violation } from "../../src/contract/failure.ts";
import type { Endpoint, Reply } from "../../src/contract/operation.ts";
import type { EventRecord } from "../../src/contract/records.ts";
import { messageOf } from "../../src/delivery/attempt.ts";
import {
	createEngine,
	type Engine,
	type EngineOptions,
	problemReply,
} from "../../src/engine/engine.ts";
import type { Installed } from "../../src/engine/options.ts";
import { mediaTypeOf } from "../../src/engine/reply.ts";
import { errorCodes } from "../../src/generated/tables.ts";
import type { ApiOperation } from "../../src/openapi/operations.ts";
import { readingOf, type Validators } from "../../src/openapi/validators.ts";
import type { Encoded } from "../../src/provider.ts";

/** A reply or a delivery of ours that breaks the provider's own document. */
export interface Mismatch {
	readonly provider: string;
	/** The operation, or the event type. */
	readonly subject: string;
	readonly problem: string;
	readonly violations: readonly Violation[];
}

type Found = Omit<Mismatch, "provider"> | undefined;

/** An engine that tells of every reply and delivery that breaks its provider's document. */
export function createCheckedEngine(
	options: EngineOptions,
	tell: (mismatch: Mismatch) => void,
): Engine {
	const told = (provider: string, mismatch: Found) => {
		if (mismatch !== undefined) tell({ provider, ...mismatch });
	};
	const providers = options.providers.map((installed): Installed => {
		const { provider } = installed;
		return {
			...installed,
			provider: {
				...provider,
				encode(event, endpoint, own) {
					const encoded = provider.encode(event, endpoint, own);
					const mismatch = deliveryMismatch(
						installed,
						event,
						endpoint,
						encoded,
						own,
					);
					told(provider.id, mismatch);
					return encoded;
				},
			},
		};
	});
	const engine = createEngine({ ...options, providers });
	return {
		...engine,
		async handle(request) {
			const handled = await engine.handle(request);
			const { status, headers, body, cut } = handled.reply;
			const value = body === "" ? undefined : JSON.parse(body);
			// What localhook says in its own voice is in no document of a provider's.
			if (cut || Object.hasOwn(errorCodes, value?.code ?? "")) return handled;
			const session = engine.session(request.provider);
			const route = session.router.route(request.method, request.path);
			if (route.kind !== "match") return handled;
			const reply = { status, headers, body: value };
			const { operation } = route.match;
			try {
				const validators = session.ready();
				told(request.provider, checkReply(validators, operation, reply));
				return handled;
			} catch (error) {
				return { reply: problemReply(error) };
			}
		},
	};
}

/** What is wrong with a reply, by the operation's responses; undefined: nothing. */
export function checkReply(
	validators: Validators,
	{ id: subject, responses }: ApiOperation,
	reply: Reply,
): Found {
	const mismatch = (
		problem: string,
		violations: readonly Violation[] = [],
	) => ({ subject, problem, violations });
	const { status } = reply;
	const spec =
		responses.get(String(status)) ??
		responses.get(`${Math.floor(status / 100)}XX`) ??
		responses.get("default");
	if (spec === undefined)
		return mismatch(`the status ${status} is not declared`);
	const names = Object.keys(reply.headers ?? {}).map((name) =>
		name.toLowerCase(),
	);
	const absent = spec.requiredHeaders.find(
		({ name }) => !names.includes(name.toLowerCase()),
	);
	if (absent !== undefined)
		return mismatch(`the header ${absent.name} is missing`);
	if (spec.media.size === 0)
		return reply.body === undefined
			? undefined
			: mismatch("no body is declared");
	if (reply.body === undefined) return mismatch("a body is declared");
	const given = mediaTypeOf(reply.headers) ?? "application/json";
	const type = given.split(";")[0] as string;
	const media = spec.media.get(type);
	if (media === undefined)
		return mismatch(`the media type ${type} is not declared`);
	const written = JSON.parse(JSON.stringify(reply.body));
	const violations = validators.body(media, written);
	return violations.length === 0
		? undefined
		: mismatch(`the body of the ${status} breaks its schema`, violations);
}

/** The same for a delivery, by the document's `webhooks`. What is sent as it is has no payload, and no schema. */
function deliveryMismatch(
	installed: Installed,
	event: EventRecord,
	endpoint: Endpoint,
	encoded: Encoded,
	options: object,
): Found {
	if (Object.keys(event.payload).length === 0) return undefined;
	const { deliveries, validators } = readingOf(installed);
	const spec = deliveries.get(event.type);
	const subject = event.type;
	if (spec === undefined) {
		const problem = "the document describes no such delivery";
		return { subject, problem, violations: [] };
	}
	const body = bytesOf(encoded.body);
	const { headers } = encoded;
	const signed = installed.provider
		.signer(options)
		.sign(messageOf(event, endpoint, headers, body, event.time));
	const violations = validators.delivery(
		spec,
		{ ...headers, ...signed },
		JSON.parse(textOf(body)),
	);
	return violations.length === 0
		? undefined
		: { subject, problem: "the delivery breaks its schema", violations };
}
