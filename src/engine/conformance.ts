import { bytesOf, textOf } from "../bytes.ts";
import type { Violation } from "../contract/failure.ts";
import type { Endpoint, Reply } from "../contract/operation.ts";
import type { EventRecord } from "../contract/records.ts";
import type { Message } from "../contract/signing.ts";
import { messageOf } from "../delivery/attempt.ts";
import type {
	ApiDelivery,
	ApiOperation,
	ResponseSpec,
} from "../openapi/operations.ts";
import type { Validators } from "../openapi/validators.ts";
import type { Encoded } from "../provider.ts";
import { mediaTypeOf } from "./reply.ts";

/** A reply or a delivery of ours that breaks the provider's own document. */
export interface Mismatch {
	readonly provider: string;
	/** The operation, or the event type. */
	readonly subject: string;
	readonly problem: string;
	readonly violations: readonly Violation[];
}

/** What is wrong with a reply, by the operation's responses; undefined: nothing. */
export function checkReply(
	validators: Validators,
	operation: ApiOperation,
	reply: Reply,
): Omit<Mismatch, "provider"> | undefined {
	const spec = responseFor(operation, reply.status);
	const mismatch = (
		problem: string,
		violations: readonly Violation[] = [],
	) => ({
		subject: operation.id,
		problem,
		violations,
	});
	if (spec === undefined)
		return mismatch(`the status ${reply.status} is not declared`);
	const names = new Set(
		Object.keys(reply.headers ?? {}).map((name) => name.toLowerCase()),
	);
	const absent = spec.requiredHeaders.find(
		({ name }) => !names.has(name.toLowerCase()),
	);
	if (absent !== undefined)
		return mismatch(`the header ${absent.name} is missing`);
	if (spec.media.size === 0)
		return reply.body === undefined
			? undefined
			: mismatch("no body is declared");
	if (reply.body === undefined) return mismatch("a body is declared");
	const type = (mediaTypeOf(reply.headers) ?? "application/json").split(
		";",
	)[0] as string;
	const media = spec.media.get(type);
	if (media === undefined)
		return mismatch(`the media type ${type} is not declared`);
	const violations = validators.body(
		media,
		JSON.parse(JSON.stringify(reply.body)),
	);
	return violations.length === 0
		? undefined
		: mismatch(`the body of the ${reply.status} breaks its schema`, violations);
}

/** The same for a delivery, by the document's `webhooks`. */
export function checkDelivery(
	validators: Validators,
	spec: ApiDelivery | undefined,
	event: EventRecord,
	encoded: Encoded,
	endpoint: Endpoint,
	sign: (message: Message) => Record<string, string>,
): Omit<Mismatch, "provider"> | undefined {
	if (spec === undefined) {
		return {
			subject: event.type,
			problem: "the document describes no such delivery",
			violations: [],
		};
	}
	const body = bytesOf(encoded.body);
	const headers = {
		...encoded.headers,
		...sign(messageOf(event, endpoint, encoded.headers, body, event.time)),
	};
	const violations = validators.delivery(
		spec,
		headers,
		JSON.parse(textOf(body)),
	);
	return violations.length === 0
		? undefined
		: {
				subject: event.type,
				problem: "the delivery breaks its schema",
				violations,
			};
}

function responseFor(
	operation: ApiOperation,
	status: number,
): ResponseSpec | undefined {
	const { responses } = operation;
	return (
		responses.get(String(status)) ??
		responses.get(`${Math.floor(status / 100)}XX`) ??
		responses.get("default")
	);
}
