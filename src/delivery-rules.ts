import type { DeliveryPolicy, StatusPattern } from "./contract/policy.ts";
import { parseDuration } from "./duration.ts";

/** How a provider delivers, as its file says it: durations are texts such as `5m`. */
export interface DeliveryRules {
	readonly timeout: string;
	readonly connectTimeout?: string;
	/** What is waited before each retry. */
	readonly retries: readonly string[];
	/** Codes such as 200, and classes such as 4xx. Default: 2xx. */
	readonly success?: readonly StatusPattern[];
	/** Those that end the retries. */
	readonly stop?: readonly StatusPattern[];
	readonly retryAfter?: boolean;
	readonly order?: "endpoint";
	/** Failed deliveries in a row, or how long there were only failures; and for how long it is disabled then. */
	readonly disableAfter?: {
		readonly deliveries?: number;
		readonly failingFor?: string;
		readonly for?: string;
	};
}

/** @throws LocalhookError `invalid-duration` */
export function policyOf(rules: DeliveryRules): DeliveryPolicy {
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
