import { events, testEvent } from "../events.ts";
import { permitted } from "./guards.ts";

/** All of them at once: the reply has no fields for pages, though the request has parameters for them. */
export const listWebhookActions = permitted<"list-webhook-actions">(
	"WEBHOOK.VIEW",
	() => {
		const actions = new Map<string, string[]>();
		for (const event of Object.keys(events)) {
			if (event === testEvent) continue;
			const [resource, action] = event.split(".") as [string, string];
			actions.set(resource, [...(actions.get(resource) ?? []), action]);
		}
		return {
			status: 200,
			body: {
				data: [...actions].map(([object_type, names]) => ({
					object_type,
					actions: names,
				})),
			},
		};
	},
);
