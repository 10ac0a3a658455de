import type { Failure, Violation } from "../../contract/failure.ts";
import type { Reply } from "../../contract/operation.ts";
import { detailOf, statusOf } from "../../provider-helpers.ts";
import type { Context } from "./shape.ts";

const kinds: Readonly<
	Record<Exclude<Failure["kind"], "status">, readonly [string, string]>
> = {
	unauthenticated: ["auth:unauthorized", "Unauthorized"],
	forbidden: ["auth:forbidden", "Forbidden"],
	malformed: ["validation:invalid-request", "Invalid Request"],
	invalid: ["validation:invalid-fields", "Validation Error"],
	"not-found": ["resource:not-found", "Not Found"],
	"method-not-allowed": ["", "Method Not Allowed"],
	"unsupported-media-type": ["", "Unsupported Media Type"],
	internal: ["system:internal-error", "Internal Server Error"],
};

export function refuse(failure: Failure, context: Context): Reply {
	const [type, title] =
		failure.kind === "status" ? ["", failure.title] : kinds[failure.kind];
	const [status, detail] = [statusOf(failure), detailOf(failure)];
	return problem({ type, title, status, detail, ...moreOn(failure) }, context);
}

function moreOn(failure: Failure): object {
	switch (failure.kind) {
		case "unauthenticated":
			return { realm: "API" };
		case "malformed":
			return { errors: [] };
		case "invalid":
			return { errors: failure.violations.map(fieldError) };
		case "not-found":
			return { resourceType: failure.resource, resourceId: failure.id };
		default:
			return {};
	}
}

function fieldError({ field, message }: Violation): object {
	const name = field === "" ? "body" : field;
	return { field: name, message: `${name} ${message}`, code: "INVALID_INPUT" };
}

/** A cursor that leads nowhere; the later shape of a 400, with the cause as a code. */
export function refuseCursor(context: Context): Reply {
	const [type, title] = kinds.malformed;
	const detail =
		"The cursor cannot be read. Give a nextCursor as it came, or leave it out to start with the newest.";
	const cause = { code: "INVALID_INPUT", field: "cursor", retryable: false };
	return problem({ type, title, status: 400, detail, ...cause }, context);
}

interface Problem {
	/** Empty: the problem has no type of its own. */
	readonly type: string;
	readonly title: string;
	readonly status: number;
	readonly detail: string;
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
			type: type === "" ? "about:blank" : `urn:problem-type:${type}`,
			title,
			status,
			detail,
			instance: `/errors/${context.now()}`,
			...more,
		},
	};
}
