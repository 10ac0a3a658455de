import { errorCodes } from "./generated/tables.ts";
import { printable, shortened } from "./printing.ts";

/** What tells the errors of localhook apart: the `code` of a `LocalhookError`. */
export type ErrorCode = keyof typeof errorCodes;

/**
 * An error of localhook's own, never a provider's.
 *
 * @example
 * throw new LocalhookError("unknown-provider", 'Failed to start provider "acme": there is no such provider.')
 */
export class LocalhookError extends Error {
	override readonly name = "LocalhookError";
	readonly code: ErrorCode;
	/** Facts for machines, shown beside the message. */
	readonly details: Readonly<Record<string, unknown>>;

	constructor(
		code: ErrorCode,
		message: string,
		options: {
			readonly cause?: unknown;
			readonly details?: Readonly<Record<string, unknown>>;
		} = {},
	) {
		super(
			printable(shortened(message, longestMessage)),
			options.cause === undefined ? undefined : { cause: options.cause },
		);
		this.code = code;
		this.details = options.details ?? {};
	}
}

/** Far above any that is written here: one that is longer repeats what somebody sent. */
const longestMessage = 10_000;

/** A value as an error quotes it, whatever it is: on one line, and no longer than a person reads. */
export function quoted(value: unknown): string {
	if (typeof value === "string") return JSON.stringify(cut(value));
	if (typeof value === "function") return "a function";
	if (typeof value !== "object" || value === null || value instanceof Date)
		return cut(String(value));
	return cut(jsonOf(value) ?? "an object");
}

function cut(text: string): string {
	return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}

export function jsonOf(value: unknown): string | undefined {
	try {
		return JSON.stringify(value);
	} catch {
		return undefined;
	}
}

/** RFC 9457 problem details with a stable `code`: the voice of localhook itself. */
export function toProblem(error: LocalhookError) {
	return {
		...error.details,
		type: "about:blank",
		title: error.code.replaceAll("-", " "),
		status: errorCodes[error.code],
		detail: error.message,
		code: error.code,
	};
}

type Options = ConstructorParameters<typeof LocalhookError>[2];

export function invalidOption(message: string, options?: Options) {
	return new LocalhookError("invalid-option", message, options);
}

export function invalidRequest(message: string, options?: Options) {
	return new LocalhookError("invalid-request", message, options);
}

export function notFound(message: string, options?: Options) {
	return new LocalhookError("not-found", message, options);
}
