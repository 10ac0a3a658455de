import type { Endpoint } from "../contract/operation.ts";
import type { Delivery } from "../contract/records.ts";
import type { Cancel } from "./clock.ts";
import type { Within } from "./exchange.ts";
import type { Missigning } from "./missigning.ts";

/** A delivery while it moves; others see it read-only. */
export type Moving = { -readonly [Key in keyof Delivery]: Delivery[Key] };

/** What sets a delivery apart from one that the provider makes of itself. */
export interface How {
	/** The delivery it repeats, whose bytes it has. */
	readonly parent?: Delivery;
	/** Headers that are sent as they are, in place of a signature of its own. */
	readonly frozen?: Readonly<Record<string, string>>;
	/** Bytes in place of the encoded event. */
	readonly body?: Uint8Array;
	readonly signing?: Missigning;
	/** Where it goes though nobody registered it. */
	readonly pinned?: Endpoint;
	/** Whose secrets sign what goes there, looked up at each attempt. */
	readonly owner?: string;
	/** A test: never repeated, and it stands in no line. */
	readonly once?: boolean;
}

export const asUsual: How = {};

/** Where it goes, with the secrets of now; undefined: the endpoint is gone. */
export function endpointNow(
	{ delivery, how: { pinned, owner } }: Flight,
	rules: {
		endpoint(id: string): Endpoint | undefined;
		secretsOf(owner: string): readonly string[] | undefined;
	},
): Endpoint | undefined {
	if (pinned === undefined) return rules.endpoint(delivery.endpoint);
	if (owner === undefined) return pinned;
	return { ...pinned, secrets: rules.secretsOf(owner) ?? pinned.secrets };
}

/** What the dispatcher knows of a delivery that has not ended. */
export interface Flight {
	readonly delivery: Moving;
	readonly how: How;
	/** The context of whoever caused it. */
	readonly within: Within | undefined;
	cancelTimer: Cancel | undefined;
	/** An attempt is under way. */
	running: boolean;
	/** Told when the attempt under way has been recorded. */
	watchers: (() => void)[] | undefined;
}

export function createFlight(
	delivery: Moving,
	how: How,
	capture?: () => Within,
): Flight {
	return {
		delivery,
		how,
		within: capture?.(),
		cancelTimer: undefined,
		running: false,
		watchers: undefined,
	};
}

/** Resolves once the attempt under way has been recorded; at once when there is none. */
export async function landed(flight: Flight): Promise<void> {
	if (!flight.running) return;
	await new Promise<void>((resolve) => {
		flight.watchers ??= [];
		flight.watchers.push(resolve);
	});
}

/** It waits for nothing any more, and shows nothing that it waits for. */
export function stopWaiting(flight: Flight): void {
	const { delivery } = flight;
	flight.cancelTimer?.();
	flight.cancelTimer = undefined;
	if (delivery.nextAt !== undefined) delete delivery.nextAt;
	if (delivery.held !== undefined) delete delivery.held;
}

/** The attempt under way has been recorded. */
export function touchDown(flight: Flight): void {
	flight.running = false;
	const told = flight.watchers;
	flight.watchers = undefined;
	for (const tell of told ?? []) tell();
}
