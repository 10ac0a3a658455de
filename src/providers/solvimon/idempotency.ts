import type { Idempotency } from "../../provider.ts";
import { problem } from "./errors.ts";
import type { Solvimon } from "./shape.ts";

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
