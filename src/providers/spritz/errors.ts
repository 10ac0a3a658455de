import type { Failure, Violation } from "../../contract/failure.ts";
import type { Reply } from "../../contract/operation.ts";
import type { Context } from "./shape.ts";

interface Problem {
	readonly type: string;
	readonly title: string;
	readonly status: number;
	readonly detail: string;
	readonly [more: string]: unknown;
}

/** Problem details. https://docs.sandbox.spritz.finance/guides/error-handling */
function problem(
	{ type, title, status, detail, ...more }: Problem,
	context: Context,
): Reply {
	return {
		status,
		headers: { "content-type": "application/problem+json" },
		body: {
			type,
			title,
			status,
			detail,
			instance: `/errors/${context.now()}`,
			...more,
		},
	};
}

/** The provider's words for what went wrong before an operation could answer, or inside one. */
export function refuse(failure: Failure, context: Context): Reply {
	return problem(problemOf(failure), context);
}

/** A cursor that leads nowhere; the later shape of a 400, with the cause as a code. */
export function refuseCursor(context: Context): Reply {
	const detail =
		"The cursor cannot be read. Give a nextCursor as it came, or leave it out to start with the newest.";
	const cause = { code: "INVALID_INPUT", field: "cursor", retryable: false };
	return problem(
		{
			type: urn("validation:invalid-request"),
			title: "Invalid Request",
			status: 400,
			detail,
			...cause,
		},
		context,
	);
}

function problemOf(failure: Failure): Problem {
	switch (failure.kind) {
		case "unauthenticated":
			return {
				type: urn("auth:unauthorized"),
				title: "Unauthorized",
				status: 401,
				detail: failure.reason,
				realm: "API",
			};
		case "forbidden":
			return {
				type: urn("auth:forbidden"),
				title: "Forbidden",
				status: 403,
				detail: failure.reason,
			};
		case "malformed":
			return {
				type: urn("validation:invalid-request"),
				title: "Invalid Request",
				status: 400,
				detail: failure.reason,
				errors: [],
			};
		case "invalid":
			return {
				type: urn("validation:invalid-fields"),
				title: "Validation Error",
				status: 400,
				detail: "One or more validation errors occurred.",
				errors: failure.violations.map(fieldError),
			};
		case "not-found":
			return {
				type: urn("resource:not-found"),
				title: "Not Found",
				status: 404,
				detail: `There is no ${failure.resource} "${failure.id}".`,
				resourceType: failure.resource,
				resourceId: failure.id,
			};
		case "method-not-allowed":
			return {
				type: "about:blank",
				title: "Method Not Allowed",
				status: 405,
				detail: `${failure.method} is not possible here. Use ${failure.allowed.join(" or ")}.`,
			};
		case "unsupported-media-type":
			return {
				type: "about:blank",
				title: "Unsupported Media Type",
				status: 415,
				detail: `"${failure.given}" cannot be read. Send ${failure.supported.join(", ")}.`,
			};
		case "status":
			return {
				type: "about:blank",
				title: failure.title,
				status: failure.status,
				detail: failure.reason,
			};
		case "internal":
			return {
				type: urn("system:internal-error"),
				title: "Internal Server Error",
				status: 500,
				detail: failure.reason,
			};
	}
}

function fieldError({ field, message }: Violation): object {
	const name = field === "" ? "body" : field;
	return { field: name, message: `${name} ${message}`, code: "INVALID_INPUT" };
}

function urn(name: string): string {
	return `urn:problem-type:${name}`;
}
