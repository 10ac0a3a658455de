import type { Context } from "../../contract/operation.ts";
import type { Outcome } from "../../provider.ts";
import type { Prolific } from "./shape.ts";

const limit = 5 * 24 * 60 * 60 * 1000;

/** What failures are counted over. */
export function pairOf(url: string, type: string): string {
	return `${type} ${url}`;
}

/**
 * Five days of nothing but failures switch off every subscription to one event type at one URL.
 *
 * https://docs.prolific.com/api-reference/webhooks/persistent-failures-and-disabling-logic
 */
export function disablePersistentFailures(
	{ delivery, attempt, health }: Outcome,
	{ state, lasting }: Context<Prolific>,
): void {
	const { failingSince } = health;
	if (failingSince === undefined || attempt.at - failingSince < lasting(limit))
		return;
	const failing = state.subscriptions.get(delivery.endpoint);
	if (failing === undefined) return;
	for (const subscription of state.subscriptions.by(
		"pair",
		pairOf(failing.target_url, delivery.event.type),
	)) {
		if (subscription.is_enabled)
			state.subscriptions.put({ ...subscription, is_enabled: false });
	}
}
