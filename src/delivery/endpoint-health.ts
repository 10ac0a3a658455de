import type { Endpoint } from "../contract/operation.ts";
import type { DeliveryPolicy, Health } from "../contract/policy.ts";
import type { Attempt, Delivery } from "../contract/records.ts";
import { formatDuration } from "../duration.ts";
import type { Rules } from "./in-flight.ts";

/** `paused`: deliveries queue until it is over. `down`: every attempt is refused, and repeated by the schedule. */
export type Outage = (typeof outages)[number];

export const outages = ["none", "paused", "down"] as const;

/** Why an endpoint gets nothing, as a sentence without its subject, and until when, where that is known. */
interface Disabled {
	readonly reason: string;
	readonly until?: number;
}

type Entries<Value> = readonly (readonly [key: string, value: Value])[];

export interface HealthSnapshot {
	readonly failing: Entries<Health>;
	readonly disabled: Entries<Disabled>;
	readonly outages: Entries<Outage>;
}

const healthy: Health = { failures: 0 };

/**
 * How the endpoints of one provider stand: their outages, their failures, of which one success ends the count, and
 * which of them the policy's `disableAfter` has turned off.
 */
export function createEndpointHealth(rules: Rules, now: () => number) {
	const { disableAfter } = rules.policy;
	const outOfOrder = new Map<string, Outage>();
	const failing = new Map<string, Health>();
	const disabled = new Map<string, Disabled>();
	const of = (key: string) => failing.get(key) ?? healthy;

	function counted(key: string, made: Attempt, isLast: boolean): Health {
		const { failures, failingSince = made.at, failedDeliveries = 0 } = of(key);
		if (made.ok) failing.delete(key);
		else
			failing.set(key, {
				failures: failures + 1,
				failingSince,
				...(disableAfter && {
					failedDeliveries: failedDeliveries + (isLast ? 1 : 0),
				}),
			});
		return of(key);
	}
	function whyDisabled(endpoint: string): string | undefined {
		const { reason, until = Number.POSITIVE_INFINITY } =
			disabled.get(endpoint) ?? {};
		if (until > now()) return reason;
		disabled.delete(endpoint);
		return undefined;
	}
	/** @returns why, if the policy turns it off now */
	function disable(
		{ id }: Endpoint,
		{ event }: Delivery,
		health: Health,
	): string | undefined {
		const reached = limitReached(disableAfter, health, now());
		if (reached === undefined || whyDisabled(id) !== undefined)
			return undefined;
		const lasts = disableAfter?.for;
		const until = lasts === undefined ? undefined : now() + lasts;
		const end =
			until === undefined ? "" : ` until ${new Date(until).toISOString()}`;
		const reason = `was disabled after ${reached}${end}: enable it with "localhook endpoint resume ${event.provider} ${id}" or setOutage("none")`;
		disabled.set(id, { reason, ...(until !== undefined && { until }) });
		return reason;
	}

	return {
		outage: (endpoint: string): Outage => outOfOrder.get(endpoint) ?? "none",
		/** `none` enables it too. */
		setOutage(endpoint: string, to: Outage): void {
			if (to !== "none") outOfOrder.set(endpoint, to);
			else {
				outOfOrder.delete(endpoint);
				disabled.delete(endpoint);
			}
		},
		of,
		/**
		 * Counts an attempt at a registered endpoint.
		 * @param isLast nothing is tried again after it
		 * @returns why the endpoint is disabled, if that is so from now on
		 */
		count(
			endpoint: Endpoint,
			delivery: Delivery,
			made: Attempt,
			isLast: boolean,
		): string | undefined {
			const key = rules.healthKey(endpoint, delivery.event);
			const health = counted(key, made, isLast);
			rules.attempted(delivery, made, health);
			const reason = disable(endpoint, delivery, health);
			if (reason !== undefined) failing.delete(key);
			return reason;
		},
		whyDisabled,
		reset: (key: string): void => void failing.delete(key),
		save: (): HealthSnapshot => ({
			failing: [...failing],
			disabled: [...disabled],
			outages: [...outOfOrder],
		}),
		load(saved: HealthSnapshot): void {
			for (const each of saved.failing) failing.set(...each);
			for (const each of saved.disabled) disabled.set(...each);
			for (const each of saved.outages) outOfOrder.set(...each);
		},
		clear(): void {
			for (const kept of [failing, disabled, outOfOrder]) kept.clear();
		},
	};
}

function limitReached(
	{ deliveries, failingFor }: NonNullable<DeliveryPolicy["disableAfter"]> = {},
	{ failedDeliveries = 0, failingSince }: Health,
	now: number,
): string | undefined {
	if (deliveries !== undefined && failedDeliveries >= deliveries)
		return `${deliveries} failed ${deliveries === 1 ? "delivery" : "deliveries in a row"}`;
	return failingFor !== undefined && now - (failingSince ?? now) >= failingFor
		? `${formatDuration(failingFor)} of failures`
		: undefined;
}
