import type { DeliveryPolicy } from "../../src/contract/policy.ts";
import { parseDuration } from "../../src/duration.ts";
import type { Preset } from "../../src/presets.ts";

/** The policy that the delivery rules of a preset say. */
export function policyOf(rules: Preset["delivery"]): DeliveryPolicy {
	const { timeout, connectTimeout, retries, order, disableAfter } = rules;
	const { success, stop, retryAfter } = rules;
	const { deliveries, failingFor, for: until } = disableAfter ?? {};
	return {
		timeout: parseDuration(timeout),
		retry: { delays: retries.map(parseDuration), jitter: "none" },
		ordered: order === "endpoint",
		...(connectTimeout !== undefined && {
			connectTimeout: parseDuration(connectTimeout),
		}),
		...(success && { success }),
		...(stop && { stop }),
		...(retryAfter !== undefined && { retryAfter }),
		...(disableAfter && {
			disableAfter: {
				...(deliveries !== undefined && { deliveries }),
				...(failingFor !== undefined && {
					failingFor: parseDuration(failingFor),
				}),
				...(until !== undefined && { for: parseDuration(until) }),
			},
		}),
	};
}
