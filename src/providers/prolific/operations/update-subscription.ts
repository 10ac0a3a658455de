import type { Call, Reply } from "../../../contract/operation.ts";
import { refusal } from "../errors.ts";
import type { Prolific } from "../shape.ts";
import {
	fieldErrors,
	present,
	switchOn,
	unknownSubscription,
} from "../subscription.ts";

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
