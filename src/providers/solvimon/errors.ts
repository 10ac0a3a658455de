import type { Failure, Violation } from "../../contract/failure.ts";
import type { Reply } from "../../contract/operation.ts";
import type { Idempotency } from "../../provider.ts";
import type { Context, Solvimon } from "./shape.ts";

/** The codes that this double answers with, out of the provider's longer list. */
type Code =
	| "BAD_REQUEST"
	| "IDEMPOTENCY_CHECK_FAILED"
	| "INTERNAL_ERROR"
	| "INVALID_FIELD"
	| "INVALID_ID"
	| "INVALID_OPERATION"
	| "MISSING_FIELD"
	| "MISSING_REFERENCE"
	| "RESOURCE_ALREADY_EXISTS"
	| "RESOURCE_NOT_FOUND"
	| "UNAUTHORISED"
	| "UNSUPPORTED_MEDIA_TYPE"
	| "UNSUPPORTED_VERSION"
	| "USER_NOT_ALLOWED";

interface About {
	readonly field?: string;
	readonly resource_id?: string;
	readonly resource_type?: "WEBHOOK" | "WEBHOOK_EVENT";
}

/** Solvimon's error object, which is not RFC 7807: https://docs.solvimon.com/platform-guides/for-developers/errors */
export function problem(
	status: number,
	code: Code,
	message: string,
	about: About = {},
): Reply {
	const type = status >= 500 ? "API_ERROR" : "INVALID_REQUEST";
	return { status, body: { type, code, message, ...about } };
}

/** A failure of the engine in Solvimon's words. */
export function refuse(
	failure: Failure,
	{ options }: Pick<Context, "options">,
): Reply {
	switch (failure.kind) {
		case "unauthenticated":
			return problem(401, "UNAUTHORISED", failure.reason);
		case "forbidden":
			return problem(403, "USER_NOT_ALLOWED", failure.reason);
		case "malformed":
			return problem(
				400,
				"BAD_REQUEST",
				`The request cannot be read: ${failure.reason}.`,
			);
		case "unsupported-media-type":
			return problem(
				415,
				"UNSUPPORTED_MEDIA_TYPE",
				`The body is "${failure.given}". Send ${failure.supported.join(" or ")}.`,
			);
		case "method-not-allowed":
			return problem(
				405,
				"BAD_REQUEST",
				`${failure.method} is not known here. Use ${failure.allowed.join(" or ")}.`,
			);
		case "invalid":
			return invalid(failure.violations, options);
		case "not-found":
			return problem(
				404,
				"RESOURCE_NOT_FOUND",
				`No ${failure.resource} has the id "${failure.id}".`,
				{
					resource_id: failure.id,
				},
			);
		case "status":
			return problem(
				failure.status,
				failure.status >= 500 ? "INTERNAL_ERROR" : "BAD_REQUEST",
				failure.reason,
			);
		case "internal":
			return problem(500, "INTERNAL_ERROR", failure.reason);
	}
}

/** One error for all: the version first, then what is missing, then what is wrong. */
function invalid(
	violations: readonly Violation[],
	{ unknownVersion }: Context["options"],
): Reply {
	if (
		violations.some(
			({ in: place, field }) => place === "path" && field === "version",
		)
	) {
		return problem(
			Number(unknownVersion),
			"UNSUPPORTED_VERSION",
			"This version of the API is not known. Use /v1.",
		);
	}
	const missing = violations.find(({ keyword }) => keyword === "required");
	const { field, message } = missing ?? (violations[0] as Violation);
	if (field === "")
		return problem(
			400,
			"BAD_REQUEST",
			`The body is not usable: it ${message}.`,
		);
	if (missing === undefined)
		return problem(400, "INVALID_FIELD", `The value of ${field} ${message}.`, {
			field,
		});
	return unset(field);
}

/** The one error text that Solvimon documents. */
export function unset(field: string): Reply {
	const code = field === "reference" ? "MISSING_REFERENCE" : "MISSING_FIELD";
	return problem(400, code, "value required, but not set", { field });
}

const hour = 60 * 60 * 1000;

/** Every operation takes a key: https://docs.solvimon.com/platform-guides/for-developers/idempotency */
export const idempotency: Idempotency<Solvimon> = {
	header: "Idempotency-Key",
	retention: 48 * hour,
	replayed: { "Idempotent-Replayed": "true" },
	retryable: { "Idempotency-Retryable": "true" },
	refuse: (reason) =>
		reason === "changed"
			? problem(
					409,
					"IDEMPOTENCY_CHECK_FAILED",
					"The Idempotency-Key was used for another request. Send that one again, or use a new key.",
				)
			: problem(
					422,
					"IDEMPOTENCY_CHECK_FAILED",
					"The first request with this Idempotency-Key is still running. Send it again later.",
				),
};
