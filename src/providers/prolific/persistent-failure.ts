import type { Context } from "../../contract/operation.ts";
import type { Outcome } from "../../provider.ts";
import type { Prolific, Subscription } from "./shape.ts";

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
	outcome: Outcome,
	context: Context<Prolific>,
): void {
	const { delivery, attempt, health } = outcome;
	const { subscriptions } = context.state;
	const failing = subscriptions.get(delivery.endpoint);
	if (failing === undefined || health.failingSince === undefined) return;
	const pair = subscriptions.by(
		"pair",
		pairOf(failing.target_url, delivery.event.type),
	);
	const switchedOn = Math.max(...pair.map(({ enabled_at = 0 }) => enabled_at));
	if (attempt.at - Math.max(health.failingSince, switchedOn) < limit) return;
	if (
		switchedOn > health.failingSince &&
		attempt.at - firstAttemptAfter(switchedOn, pair, context) < limit
	)
		return;
	for (const subscription of pair) {
		if (subscription.is_enabled)
			subscriptions.put({ ...subscription, is_enabled: false });
	}
}

/**
 * A row of failures may be older than the moment a subscription was switched on again, which starts the count anew.
 * An attempt of that very millisecond is taken for one before it: most likely it is the one that disabled the pair.
 */
function firstAttemptAfter(
	time: number,
	pair: readonly Subscription[],
	{ deliveries }: Context<Prolific>,
): number {
	let first = Number.POSITIVE_INFINITY;
	for (const { id, event_type } of pair) {
		for (const { event, attempts } of deliveries.of(id)) {
			for (const { at } of attempts)
				if (event.type === event_type && at > time && at < first) first = at;
		}
	}
	return first;
}
