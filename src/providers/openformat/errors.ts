import type { Failure, Violation } from "../../contract/failure.ts";
import type { Reply } from "../../contract/operation.ts";

/**
 * The one shape that OpenFormat publishes for a failure; all statuses but 500 are assumed.
 * https://docs.openformat.tech/api-reference/endpoint/webhook/post-webhooksecret
 */
export function failed(status: number, error: string): Reply {
	return { status, body: { status: "failed", error } };
}

export function refuse(failure: Failure): Reply {
	switch (failure.kind) {
		case "unauthenticated":
			return failed(401, failure.reason);
		case "forbidden":
			return failed(403, failure.reason);
		case "malformed":
			return failed(400, `The request cannot be read: ${failure.reason}.`);
		case "unsupported-media-type":
			return failed(
				415,
				`The body is ${failure.given}. Send ${failure.supported.join(" or ")}.`,
			);
		case "method-not-allowed":
			return failed(
				405,
				`${failure.method} is not possible here. Use ${failure.allowed.join(" or ")}.`,
			);
		case "invalid":
			return failed(400, failure.violations.map(sentence).join("; "));
		case "not-found":
			return failed(404, `There is no ${failure.resource} "${failure.id}".`);
		case "status":
			return failed(failure.status, failure.reason);
		case "internal":
			// The only error text that is published, so it is kept free of our own reasons.
			return failed(500, "Database operation failed");
	}
}

function sentence({ field, message }: Violation): string {
	return field === "" ? `Body: ${message}` : `"${field}" ${message}`;
}
