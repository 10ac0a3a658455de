import type { Failure, Violation } from "../../contract/failure.ts";
import type { Reply } from "../../contract/operation.ts";
import { apiKey, detailOf, statusOf } from "../../provider-helpers.ts";
import type { OpenFormat } from "./shape.ts";

const wellFormed = /^[\x21-\x7e]{8,256}$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const form =
	"an API key of 8 to 256 visible ASCII characters (OpenFormat's own are UUIDs)";

/** Every key is one of the same account, so a receiver of `--receiver` is verified with the secret any caller sees. */
export const authentication = apiKey<OpenFormat>({
	header: "X-API-KEY",
	credential: { form, example: "3f0c9c1e-5b7a-4d62-9a41-8c2f7e6d1b05" },
	checkCredential: (key) =>
		wellFormed.test(key) ? undefined : `it is not ${form}`,
	problemOf(key, { keys }) {
		if (keys === "uuid" && !uuid.test(key))
			return "The API key in X-API-KEY is not a UUID.";
		return wellFormed.test(key)
			? undefined
			: `The value of X-API-KEY is not ${form}.`;
	},
});

/**
 * The one shape that OpenFormat publishes for a failure; all statuses but 500 are assumed.
 * https://docs.openformat.tech/api-reference/endpoint/webhook/post-webhooksecret
 */
export function failed(status: number, error: string): Reply {
	return { status, body: { status: "failed", error } };
}

export function refuse(failure: Failure): Reply {
	return failed(statusOf(failure), wordsFor(failure));
}

function wordsFor(failure: Failure): string {
	if (failure.kind === "invalid")
		return failure.violations.map(sentence).join("; ");
	// The only error text that is published, so it is kept free of our own reasons.
	if (failure.kind === "internal") return "Database operation failed";
	return detailOf(failure);
}

function sentence({ field, message }: Violation): string {
	return field === "" ? `Body: ${message}` : `"${field}" ${message}`;
}
