import type { Call, Reply } from "../../../contract/operation.ts";
import { sameText } from "../../../signing/same-text.ts";
import { refusal } from "../errors.ts";
import type { Prolific } from "../shape.ts";
import { present, switchOn, unknownSubscription } from "../subscription.ts";

/** Enables a subscription for whoever has its token; the token works once, repeating it changes nothing. */
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
