import type { Call, Reply } from "../../../contract/operation.ts";
import { sameText } from "../../../signing/same-text.ts";
import { refusal } from "../errors.ts";
import type { Prolific } from "../shape.ts";
import {
	addSubscription,
	fieldErrors,
	present,
	switchOn,
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

/** Enables a subscription for a caller that has its token; the token works once, repeating it changes nothing. */
export function confirmSubscription(
	call: Call<Prolific, "confirm-subscription">,
): Reply {
	const { subscription_id } = call.params;
	const subscription = call.state.subscriptions.get(subscription_id);
	if (subscription === undefined)
		return unknownSubscription(subscription_id, call);
	if (!sameText(call.body.secret, subscription.token)) {
		return refusal(400, {
			secret: [
				`"${call.body.secret}" is not the token of this subscription; give the value of the X-Hook-Secret header ` +
					"that came with the reply of create-subscription, not the workspace's secret.",
			],
		});
	}
	const confirmed = subscription.confirmed
		? subscription
		: switchOn(subscription, call);
	return { status: 200, body: present(confirmed) };
}

export function updateSubscription(
	call: Call<Prolific, "update-subscription">,
): Reply {
	const { subscription_id } = call.params;
	const before = call.state.subscriptions.get(subscription_id);
	if (before === undefined) return unknownSubscription(subscription_id, call);
	const {
		event_type = before.event_type,
		target_url = before.target_url,
		is_enabled = before.is_enabled,
	} = call.body;
	const errors = fieldErrors(call.body, call.options);
	if (errors !== undefined) return refusal(400, errors);
	if (is_enabled && !before.confirmed && call.options.patchConfirms === "no") {
		return refusal(400, {
			is_enabled: [
				"This subscription was never confirmed; POST its X-Hook-Secret token to this path instead.",
			],
		});
	}
	const switched =
		is_enabled && !before.is_enabled ? switchOn(before, call) : before;
	const updated = call.state.subscriptions.put({
		...switched,
		event_type,
		target_url,
		is_enabled,
	});
	return { status: 200, body: present(updated) };
}
