export const subscriptions = {
	create: "create-subscription",
	confirm: "confirm-subscription",
	list: "get-subscriptions",
	remove: "delete-subscription",
} as const;
