import type { Context } from "../../contract/operation.ts";
import { eventTypes } from "./events.ts";
import { firstWorkspace, issueSecret } from "./secret.ts";
import type { Prolific } from "./shape.ts";
import { addSubscription, switchOn } from "./subscription.ts";

/** One workspace with a secret, and a confirmed subscription for each event type. */
export function subscribe(url: string, context: Context<Prolific>): void {
	const workspace_id = firstWorkspace(context);
	issueSecret(workspace_id, context);
	for (const event_type of eventTypes) {
		const subscription = addSubscription(
			{ event_type, target_url: url, workspace_id },
			context,
		);
		if (subscription !== undefined) switchOn(subscription, context);
	}
}
