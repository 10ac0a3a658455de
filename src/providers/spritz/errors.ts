import type { Failure, Violation } from "../../contract/failure.ts";
import type { Reply } from "../../contract/operation.ts";
import { failures } from "../../generated/constants-spritz.ts";
import { detailOf, statusOf } from "../../provider-helpers.ts";
import type { Context } from "./shape.ts";

export function refuse(failure: Failure, context: Context): Reply {
	const words =
		failure.kind === "status"
			? (["", failure.title] as const)
			: failures[failure.kind];
	const [status, detail] = [statusOf(failure), detailOf(failure)];
	return problem(status, words, detail, moreOn(failure), context);
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
	const detail =
		"The cursor cannot be read. Give a nextCursor as it came, or leave it out to start with the newest.";
	const cause = { code: "INVALID_INPUT", field: "cursor", retryable: false };
	return problem(400, failures.malformed, detail, cause, context);
}

/** Problem details. https://docs.sandbox.spritz.finance/guides/error-handling */
function problem(
	status: number,
	[type, title]: readonly [type: string, title: string],
	detail: string,
	more: object,
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
