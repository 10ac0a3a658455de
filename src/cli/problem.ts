import type { IncomingMessage } from "node:http";
import { type ErrorCode, errorCodes, LocalhookError } from "../errors.ts";

/** What is said of a problem in every answer, and not of this one in particular. */
const ownFields = new Set(["type", "title", "status", "detail", "code"]);

/** The error that a server's answer stands for; an answer that is no problem of localhook's is someone else's. */
export function readProblem(
	url: string,
	{ statusCode = 0, headers }: Pick<IncomingMessage, "statusCode" | "headers">,
	bytes: Buffer,
): LocalhookError {
	const problem = parse(bytes);
	const { code, detail } = problem;
	if (typeof code !== "string" || typeof detail !== "string") {
		const { "content-type": type = "no content type" } = headers;
		return new LocalhookError(
			"server-unreachable",
			`Failed to reach localhook at ${url}: what answers there is not localhook (${statusCode}, ${type}). Start it with "localhook start", or give --url.`,
		);
	}
	const details = Object.entries(problem).filter(
		([name]) => !ownFields.has(name),
	);
	return new LocalhookError(known(code, statusCode), detail, {
		details: Object.fromEntries(details),
	});
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> {
	try {
		return Object(JSON.parse(bytes.toString()));
	} catch {
		return {};
	}
}

/** A newer server may know more codes than this command does. */
function known(code: string, status: number): ErrorCode {
	if (Object.hasOwn(errorCodes, code)) return code as ErrorCode;
	return status < 500 ? "invalid-request" : "unexpected";
}
