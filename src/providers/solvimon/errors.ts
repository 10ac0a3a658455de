import type { Failure, Violation } from "../../contract/failure.ts";
import type { Reply } from "../../contract/operation.ts";
import {
	failures,
	idempotency as keys,
} from "../../generated/constants-solvimon.ts";
import type { components } from "../../generated/solvimon.ts";
import type { Idempotency } from "../../provider.ts";
import { detailOf, statusOf } from "../../provider-helpers.ts";
import type { Context, Solvimon } from "./shape.ts";

type ApiError = components["schemas"]["ApiError"];

/** Solvimon's error object, which is not RFC 7807: https://docs.solvimon.com/platform-guides/for-developers/errors */
export function problem(
	status: number,
	code: ApiError["code"],
	message: string,
	about: Partial<ApiError> = {},
): Reply {
	const type = status >= 500 ? "API_ERROR" : "INVALID_REQUEST";
	return { status, body: { type, code, message, ...about } };
}

export function refuse(
	failure: Failure,
	{ options }: Pick<Context, "options">,
): Reply {
	if (failure.kind === "invalid") return invalid(failure.violations, options);
	const status = statusOf(failure);
	const code = status >= 500 ? "INTERNAL_ERROR" : failures[failure.kind];
	const about = failure.kind === "not-found" ? { resource_id: failure.id } : {};
	return problem(status, code, detailOf(failure), about);
}

/** One error for all: the version first, then what is missing, then what is wrong. */
function invalid(
	violations: readonly Violation[],
	{ unknownVersion }: Context["options"],
): Reply {
	const isVersion = ({ in: place, field }: Violation) =>
		place === "path" && field === "version";
	if (violations.some(isVersion)) {
		const message = "This version of the API is not known. Use /v1.";
		return problem(Number(unknownVersion), "UNSUPPORTED_VERSION", message);
	}
	const missing = violations.find(({ keyword }) => keyword === "required");
	const { field, message } = missing ?? (violations[0] as Violation);
	if (field === "")
		return problem(
			400,
			"BAD_REQUEST",
			`The body is not usable: it ${message}.`,
		);
	if (missing !== undefined) return unset(field);
	const what = `The value of ${field} ${message}.`;
	return problem(400, "INVALID_FIELD", what, { field });
}

/** The one error text that Solvimon documents. */
export function unset(field: string): Reply {
	const code = field === "reference" ? "MISSING_REFERENCE" : "MISSING_FIELD";
	return problem(400, code, "value required, but not set", { field });
}

export const idempotency: Idempotency<Solvimon> = {
	...keys,
	refuse(reason) {
		const { status, message } = keys.refused[reason];
		return problem(status, "IDEMPOTENCY_CHECK_FAILED", message);
	},
};
