import type { DeliveryPolicy } from "../../contract/policy.ts";

const minute = 60 * 1000;
const hour = 60 * minute;

/** Later deliveries of a webhook wait behind a failing one: https://docs.solvimon.com/docs/webhooks-1 */
export const policy: DeliveryPolicy = {
	timeout: 10 * 1000,
	ordered: true,
	retry: {
		delays: [
			2 * minute,
			4 * minute,
			8 * minute,
			16 * minute,
			32 * minute,
			hour,
			2 * hour,
			4 * hour,
			8 * hour,
		],
		onwards: 8 * hour,
		jitter: "none",
		within: 7 * 24 * hour,
	},
};
