import type { Call, Reply } from "../../../contract/operation.ts";
import { refusal } from "../errors.ts";
import type { Prolific } from "../shape.ts";
import {
	addSubscription,
	fieldErrors,
	present,
	unknownSubscription,
} from "../subscription.ts";

export function getSubscriptions({
	query,
	state,
}: Call<Prolific, "get-subscriptions">): Reply {
	const { is_enabled, workspace_id, limit, offset } = query;
	const { subscriptions } = state;
	const listed =
		workspace_id === undefined
			? [...subscriptions.values()]
			: subscriptions.by("workspace", workspace_id);
	const matching = listed.filter(
		(subscription) => subscription.is_enabled === is_enabled,
	);
	const results = matching.slice(offset, offset + limit).map(present);
	return { status: 200, body: { results, meta: { count: matching.length } } };
}

export function createSubscription(
	call: Call<Prolific, "create-subscription">,
): Reply {
	const errors = fieldErrors(call.body, call.options);
	if (errors !== undefined) return refusal(400, errors);
	const subscription = addSubscription(call.body, call);
	if (subscription === undefined) {
		// Prolific's own words: https://github.com/prolific-oss/prolific-mcp, src/prolific_mcp/tools/webhooks.py
		return refusal(
			400,
			"Subscriptions can only be created for workspaces with a secret.",
		);
	}
	const shown = present(subscription);
	return {
		status: 201,
		headers: { "X-Hook-Secret": subscription.token },
		body: call.options.createReply === "flat" ? shown : { results: [shown] },
	};
}

export function getSubscription(
	call: Call<Prolific, "get-subscription">,
): Reply {
	const { subscription_id } = call.params;
	const subscription = call.state.subscriptions.get(subscription_id);
	if (subscription === undefined)
		return unknownSubscription(subscription_id, call);
	return { status: 200, body: present(subscription) };
}

export function deleteSubscription(
	call: Call<Prolific, "delete-subscription">,
): Reply {
	const { subscription_id } = call.params;
	if (!call.state.subscriptions.delete(subscription_id))
		return unknownSubscription(subscription_id, call);
	return { status: 204 };
}
