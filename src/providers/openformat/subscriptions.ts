/** A webhook that fails its test stays off, so testing one is what confirms it. */
export const subscriptions = {
	create: "create-webhook",
	confirm: "test-webhook",
} as const;
