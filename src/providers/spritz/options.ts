/** Behaviours that Spritz does not state, or states in two ways. */
export const options = {
	authentication: {
		summary:
			"What a caller must send: a signed request, or also the older X-INTEGRATION-KEY alone",
		values: ["hmac", "key-only"],
		default: "hmac",
	},
	retry: {
		summary:
			"Whether failed deliveries are tried again: after 1 min, 5 min, 30 min, 2 h and 12 h, or never",
		values: ["assumed", "none"],
		default: "assumed",
	},
	disableAfter: {
		summary: "Consecutive failed attempts after which a webhook is disabled",
		values: ["never", "10"],
		default: "never",
	},
} as const;
