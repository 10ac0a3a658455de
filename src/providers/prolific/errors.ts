import type { Failure, Violation } from "../../contract/failure.ts";
import type { Reply } from "../../contract/operation.ts";
import { failures } from "../../generated/constants-prolific.ts";
import { detailOf, statusOf } from "../../provider-helpers.ts";

const titles: Readonly<Record<number, string>> = failures;

export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/**
 * Prolific's error envelope. Its own numbers for errors of this API are not published, so `error_code` repeats the
 * status.
 *
 * https://docs.prolific.com/openapi.yaml, schema `Error`
 */
export function refusal(
	status: number,
	detail: string | FieldErrors,
	title = "Error",
): Reply {
	const known = titles[status] ?? title;
	const error = { status, error_code: status, title: known, detail };
	return { status, body: { error } };
}

export function refuse(failure: Failure): Reply {
	// Prolific answers 404, not 403, for what you may not see:
	// https://docs.prolific.com/documentation/get-started/api-fundamentals
	const status = failure.kind === "forbidden" ? 404 : statusOf(failure);
	const title = failure.kind === "status" ? failure.title : undefined;
	return refusal(status, detailFor(failure), title);
}

function detailFor(failure: Failure): string | FieldErrors {
	if (failure.kind === "invalid") return byField(failure.violations);
	return "reason" in failure ? toSentence(failure.reason) : detailOf(failure);
}

function byField(violations: readonly Violation[]): FieldErrors {
	const fields: Record<string, string[]> = {};
	for (const { in: place, field, keyword, message } of violations) {
		const name = field === "" ? place : field;
		const rule = keyword === "required" ? "is required" : message;
		fields[name] ??= [];
		fields[name].push(`"${name}" ${rule}.`);
	}
	return fields;
}

function toSentence(reason: string): string {
	const end = reason.endsWith(".") ? "" : ".";
	return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${end}`;
}
