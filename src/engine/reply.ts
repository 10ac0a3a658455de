import type { Reply } from "../contract/operation.ts";
import { LocalhookError, toProblem } from "../errors.ts";
import { shown } from "./shown.ts";

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
	const type = mediaTypeOf(headers) === undefined && {
		"content-type": "application/json",
	};
	return {
		status,
		headers: { ...type, ...headers },
		body: JSON.stringify(body),
	};
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
	const known =
		error instanceof LocalhookError
			? error
			: new LocalhookError(
					"unexpected",
					`Failed to answer: ${reasonOf(error)}. This is a bug in localhook.`,
					{ cause: error },
				);
	const problem = toProblem(known);
	return {
		status: problem.status,
		headers: { "content-type": "application/problem+json" },
		body: JSON.stringify(problem),
	};
}

/** Anything can be thrown, also what has no message. */
function reasonOf(error: unknown): string {
	return error instanceof Error ? error.message : `${shown(error)} was thrown`;
}
