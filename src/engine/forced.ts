import type { Failure } from "../contract/failure.ts";
import type { Reply } from "../contract/operation.ts";
import { LocalhookError } from "../errors.ts";
import { exampleReply } from "../openapi/example.ts";
import type { ApiOperation } from "../openapi/operations.ts";
import type { Session } from "./session-contract.ts";

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
	session: Session,
	operation: ApiOperation,
	status: number,
): Promise<Reply> {
	const codes = [...operation.responses.keys()];
	const documented = [String(status), `${Math.floor(status / 100)}XX`];
	const isError = status >= 400 && status < 600;
	if (codes.some((code) => documented.includes(code)) || isError) {
		const headers = { "preference-applied": `code=${status}` };
		const reply: Reply = isError
			? forcedReply(session, status, "the request prefers it")
			: await exampleReply(session.document, operation, status);
		return { ...reply, headers: { ...reply.headers, ...headers } };
	}
	throw new LocalhookError(
		"invalid-request",
		`Failed to answer ${operation.id} with ${status}: the document has no such answer. It has ${codes.join(", ")}, and any error from 400 to 599 can be had.`,
	);
}

/** An error of some status in the provider's own shape. */
export function forcedReply(
	{ provider, context }: Session,
	status: number,
	reason: string,
): Reply {
	const likely = usual[status]?.(reason);
	const reply = likely && provider.refuse(likely, context);
	return reply?.status === status
		? reply
		: provider.refuse(
				{ kind: "status", status, title: titles[status] ?? "Error", reason },
				context,
			);
}

const titles: Readonly<Record<number, string>> = {
	402: "Payment Required",
	403: "Forbidden",
	409: "Conflict",
	410: "Gone",
	413: "Content Too Large",
	415: "Unsupported Media Type",
	422: "Unprocessable Content",
	429: "Too Many Requests",
	500: "Internal Server Error",
	501: "Not Implemented",
	502: "Bad Gateway",
	503: "Service Unavailable",
	504: "Gateway Timeout",
};

const usual: Readonly<
	Record<number, ((reason: string) => Failure) | undefined>
> = {
	400: (reason) => ({ kind: "malformed", reason }),
	401: (reason) => ({ kind: "unauthenticated", reason }),
	403: (reason) => ({ kind: "forbidden", reason }),
	404: () => ({ kind: "not-found", resource: "resource", id: "forced" }),
	500: (reason) => ({ kind: "internal", reason }),
};
