import type { Request } from "express";
import type { Failure, Violation } from "../../contract/failure.ts";
import { LocalhookError, quoted } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import type { ApiOperation } from "../../openapi/operations.ts";

/** Why a control call cannot be read, in localhook's own voice. */
export function refusal(
	operation: ApiOperation,
	failure: Failure,
): LocalhookError {
	const doing = failedTo(operation);
	if (failure.kind === "unsupported-media-type") {
		return new LocalhookError(
			"unsupported-media-type",
			`${doing}: the content type ${quoted(failure.given)} is not supported. Send ${failure.supported.join(" or ")}.`,
		);
	}
	if (failure.kind === "invalid") {
		const { violations } = failure;
		const reasons = violations.map(
			({ in: place, field, message, unknown }) =>
				`${[place, field].filter(Boolean).join(".")} ${unknown === undefined ? message : `has no field ${quoted(unknown.name)}`}`,
		);
		const hints = violations.map(({ unknown }) => unknown && hintOf(unknown));
		return new LocalhookError(
			"invalid-request",
			`${doing}: ${reasons.join("; ")}.${hints.join("")}`,
			{
				details: {
					violations: violations.map(({ unknown, ...each }) => each),
				},
			},
		);
	}
	const reason = "reason" in failure ? failure.reason : failure.kind;
	return new LocalhookError("malformed-request", `${doing}: ${reason}.`);
}

function hintOf({ name, known }: Required<Violation>["unknown"]): string {
	return didYouMean(name, known) || ` It takes ${known.join(", ")}.`;
}

/**
 * A mistyped parameter that went unnoticed would ask for everything.
 *
 * @throws LocalhookError `invalid-request`
 */
export function refuseUnknown(
	operation: ApiOperation,
	query: Readonly<Record<string, unknown>>,
): void {
	const names = operation.parameters
		.filter((each) => each.in === "query")
		.map(({ name }) => name);
	const unknown = Object.keys(query).find((name) => !names.includes(name));
	if (unknown === undefined) return;
	const known =
		names.length === 0 ? "It takes none." : `It takes ${names.join(", ")}.`;
	throw new LocalhookError(
		"invalid-request",
		`${failedTo(operation)}: there is no parameter ${JSON.stringify(unknown.slice(0, 100))}.${didYouMean(unknown, names)} ${known}`,
	);
}

/** A summary says what a call does. */
function failedTo({ summary }: ApiOperation): string {
	return `Failed to ${summary.charAt(0).toLowerCase()}${summary.slice(1)}`;
}

/** A path that takes other methods. */
export function wrongMethod(
	request: Request,
	known: readonly string[],
): LocalhookError {
	return new LocalhookError(
		"method-not-allowed",
		`Failed to ${request.method} ${nameOf(request)}: it takes ${known.join(" or ")}.`,
	);
}

/** A path that takes none. */
export function notFound(
	request: Request,
	known: readonly string[],
): LocalhookError {
	const { path } = request;
	return new LocalhookError(
		"not-found",
		`Failed to find ${nameOf(request)}: there is nothing there.${didYouMean(path, known)} Below /_localhook there is ${known.join(", ")}.`,
	);
}

function nameOf({ baseUrl, path }: Request): string {
	return JSON.stringify(`${baseUrl}${path}`.slice(0, 200));
}
