import type { Failure } from "../contract/failure.ts";
import type { Reply } from "../contract/operation.ts";
import {
	invalidRequest,
	LocalhookError,
	quoted,
	toProblem,
} from "../errors.ts";
import { statusTitles } from "../generated/tables.ts";
import { isObject } from "../json.ts";
import type {
	ApiDocument,
	ApiOperation,
	Media,
} from "../openapi/operations.ts";
import { lookUp } from "../openapi/pointer.ts";
import type { Playing } from "./options.ts";

export interface EngineReply {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	/** Empty: no body. */
	readonly body: string;
	/** In place of an answer the connection is cut. */
	readonly cut?: true;
}

export function toEngineReply(
	{ status, headers, body }: Reply,
	cut: boolean,
): EngineReply {
	if (cut) return { status: 0, headers: {}, body: "", cut };
	if (body === undefined) return { status, headers: { ...headers }, body: "" };
	// What is spread comes last, and is one: see `writeReply`.
	const all =
		mediaTypeOf(headers) === undefined
			? { "content-type": "application/json", ...headers }
			: { ...headers };
	return { status, headers: all, body: JSON.stringify(body) };
}

/** A provider writes the names of its headers as it likes. */
export function mediaTypeOf(headers: Reply["headers"]): string | undefined {
	for (const name in headers)
		if (name.length === 12 && name.toLowerCase() === "content-type")
			return headers[name];
	return undefined;
}

/** Localhook's own voice, for what is not the provider's to answer. */
export function problemReply(error: unknown): EngineReply {
	const problem = toProblem(
		error instanceof LocalhookError ? error : unexpected(error),
	);
	return {
		status: problem.status,
		headers: { "content-type": "application/problem+json" },
		body: JSON.stringify(problem),
	};
}

/** Anything can be thrown, also what has no message. */
function unexpected(error: unknown): LocalhookError {
	const reason =
		error instanceof Error ? error.message : `${quoted(error)} was thrown`;
	return new LocalhookError(
		"unexpected",
		`Failed to answer: ${reason}. This is a bug in localhook.`,
		{ cause: error },
	);
}

/** The status that a request's `Prefer: code=500` asks for (RFC 7240; the word is Prism's). */
export function preferredStatus(
	prefer: string | string[] | undefined,
): number | undefined {
	const match = /(?:^|[,;])\s*code\s*=\s*"?(\d{3})"?\s*(?:$|[,;])/i.exec(
		String(prefer ?? ""),
	);
	return match === null ? undefined : Number(match[1]);
}

/**
 * The documented answer of one status.
 *
 * @throws LocalhookError `invalid-request` when the operation documents no such answer
 */
export async function preferredReply(
	playing: Playing & { readonly document: ApiDocument },
	operation: ApiOperation,
	status: number,
): Promise<Reply> {
	const codes = [...operation.responses.keys()];
	const documented = [String(status), `${Math.floor(status / 100)}XX`];
	const isError = status >= 400 && status < 600;
	if (codes.some((code) => documented.includes(code)) || isError) {
		const headers = { "preference-applied": `code=${status}` };
		const reply: Reply = isError
			? forcedReply(playing, status, "the request prefers it")
			: await exampleReply(playing.document, operation, status);
		return { ...reply, headers: { ...reply.headers, ...headers } };
	}
	throw invalidRequest(
		`Failed to answer ${operation.id} with ${status}: the document has no such answer. It has ${codes.join(", ")}, and any error from 400 to 599 can be had.`,
	);
}

export function forcedReply(
	{ provider, context }: Playing,
	status: number,
	reason: string,
): Reply {
	const likely = defaults[status]?.(reason);
	const reply = likely && provider.refuse(likely, context);
	return reply?.status === status
		? reply
		: provider.refuse(
				{ kind: "status", status, title: titles[status] ?? "Error", reason },
				context,
			);
}

const titles: Readonly<Record<number, string>> = statusTitles;

const defaults: Readonly<
	Record<number, ((reason: string) => Failure) | undefined>
> = {
	400: (reason) => ({ kind: "malformed", reason }),
	401: (reason) => ({ kind: "unauthenticated", reason }),
	403: (reason) => ({ kind: "forbidden", reason }),
	404: () => ({ kind: "not-found", resource: "resource", id: "forced" }),
	500: (reason) => ({ kind: "internal", reason }),
};

/**
 * The reply a document gives for an operation nobody implemented: its example, else one made from the schema.
 *
 * @param wanted the status, which the document has by itself or in a range such as 2XX; default: the first good one
 */
export async function exampleReply(
	document: ApiDocument,
	operation: ApiOperation,
	wanted?: number,
): Promise<Reply> {
	const { responses } = operation;
	const [first = "200"] = [...responses.keys()].filter((each) =>
		each.startsWith("2"),
	);
	const key = wanted === undefined ? first : String(wanted);
	const response = responses.get(key) ?? responses.get(`${key.charAt(0)}XX`);
	const media = response?.media.get("application/json");
	const code = /^\d{3}$/.test(key) ? Number(key) : 200;
	const required = response?.requiredHeaders ?? [];
	const headers = required.map(({ name, example }) => [name, example]);
	return {
		status: code,
		...(required.length > 0 && { headers: Object.fromEntries(headers) }),
		...(media !== undefined && { body: await exampleOf(document, media) }),
	};
}

async function exampleOf(
	document: ApiDocument,
	media: Media,
): Promise<unknown> {
	const { example, examples, schema } = media.value;
	if (example !== undefined) return example;
	const first = isObject(examples) ? Object.values(examples)[0] : undefined;
	if (isObject(first)) {
		const target =
			typeof first.$ref === "string"
				? lookUp(document, first.$ref, media.schema ?? "#")
				: first;
		if (isObject(target) && "value" in target) return target.value;
	}
	const sampler = await import("openapi-sampler");
	return sampler.sample(
		schema as Parameters<typeof sampler.sample>[0],
		{},
		document,
	);
}
