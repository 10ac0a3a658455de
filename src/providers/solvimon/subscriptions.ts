export const subscriptions = {
	create: "create-webhook",
	list: "list-webhooks",
	remove: "delete-webhook",
} as const;
