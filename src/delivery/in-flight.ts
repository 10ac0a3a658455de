import type { Endpoint } from "../contract/operation.ts";
import type { DeliveryPolicy, Health } from "../contract/policy.ts";
import type {
	Attempt,
	Delivery,
	DeliveryState,
	EventRecord,
} from "../contract/records.ts";
import type { Encoded } from "../provider.ts";
import type { BadSignature } from "./bad-signature.ts";
import type { Cancel } from "./clock.ts";
import type { RunInContext } from "./exchange.ts";

/** What the dispatcher asks of the provider it works for. */
export interface Rules {
	readonly policy: DeliveryPolicy;
	/** `body`: bytes in place of the encoded event. */
	encode(event: EventRecord, endpoint: Endpoint, body?: Uint8Array): Encoded;
	/** As it is now; undefined: what waits for it is cancelled. */
	endpoint(id: string): Endpoint | undefined;
	/** What signs for an owner now; undefined: there is no such owner. */
	secretsOf(owner: string): readonly string[] | undefined;
	healthKey(endpoint: Endpoint, event: EventRecord): string;
	attempted(delivery: Delivery, attempt: Attempt, health: Health): void;
}

/** A delivery that may still change; others see it read-only. */
export type MutableDelivery = {
	-readonly [Key in keyof Delivery]: Delivery[Key];
};

/** What sets a delivery apart from one that the provider makes of itself. */
export interface How {
	/** The delivery it repeats, whose bytes it has. */
	readonly parent?: Delivery;
	/** Headers that are sent as they are, in place of a signature of its own. */
	readonly frozen?: Readonly<Record<string, string>>;
	/** Bytes in place of the encoded event. */
	readonly body?: Uint8Array;
	readonly signing?: BadSignature;
	/** Where it goes though nobody registered it. */
	readonly pinned?: Endpoint;
	/** Whose secrets sign what goes there, looked up at each attempt. */
	readonly owner?: string;
	/** A test: never repeated, and it stands in no line. */
	readonly once?: boolean;
}

export const asUsual: How = {};

/** The states are explained in `dispatcher.ts`. */
export type State =
	| "created"
	| "delayed"
	| "queued"
	| "paused"
	| "waiting"
	| "running"
	| "ended";

/** How a delivery ends. */
export type EndState = Exclude<DeliveryState, "pending">;

/** A delivery that has not ended, and where it stands. */
export interface InFlight {
	readonly delivery: MutableDelivery;
	readonly how: How;
	/** The context of the code that caused it. */
	readonly runInContext: RunInContext | undefined;
	state: State;
	/** Of the time that it waits for. */
	cancelTimer: Cancel | undefined;
	/** Called when the running attempt has been recorded. */
	watchers: (() => void)[] | undefined;
}

export function createInFlight(
	delivery: MutableDelivery,
	how: How,
	runInContext: RunInContext | undefined,
): InFlight {
	return {
		delivery,
		how,
		runInContext,
		state: "created",
		cancelTimer: undefined,
		watchers: undefined,
	};
}

/** Enters a state, and no longer waits for what the state before waited for. */
export function enter(inFlight: InFlight, state: State): void {
	const { delivery } = inFlight;
	inFlight.state = state;
	inFlight.cancelTimer?.();
	inFlight.cancelTimer = undefined;
	if (delivery.nextAt !== undefined) delete delivery.nextAt;
	if (delivery.held !== undefined) delete delivery.held;
}

/** The delivery, once its running attempt has been recorded; at once when none runs. */
export async function attemptRecorded(inFlight: InFlight): Promise<Delivery> {
	if (inFlight.state === "running")
		await new Promise<void>((resolve) => {
			inFlight.watchers ??= [];
			inFlight.watchers.push(resolve);
		});
	return inFlight.delivery;
}

/**
 * Resolves once a delivery has been attempted, has ended, or waits for what does not come at once.
 *
 * @param inFlight undefined: it has ended
 * @param head whose turn it is at an ordered endpoint
 */
export async function firstAttempt(
	inFlight: InFlight | undefined,
	head: (inFlight: InFlight) => InFlight | undefined,
): Promise<void> {
	while (inFlight?.delivery.attempts.length === 0) {
		const next = inFlight.state === "queued" ? head(inFlight) : inFlight;
		if (next?.state !== "running") return;
		await attemptRecorded(next);
	}
}

/** The running attempt has been recorded. */
export function tellWatchers(inFlight: InFlight): void {
	const told = inFlight.watchers;
	inFlight.watchers = undefined;
	for (const tell of told ?? []) tell();
}

/** Why a failed attempt is the last one, whatever the schedule says. */
export function fatalReason(made: Attempt, { once }: How): string | undefined {
	if (made.error?.code === "refused-receiver") return made.error.message;
	return once ? "a test is attempted once" : undefined;
}

/** Where it goes, with the secrets of now; undefined: the endpoint is gone. */
export function endpointNow(
	{ delivery, how: { pinned, owner } }: InFlight,
	rules: Pick<Rules, "endpoint" | "secretsOf">,
): Endpoint | undefined {
	if (pinned === undefined) return rules.endpoint(delivery.endpoint);
	if (owner === undefined) return pinned;
	return { ...pinned, secrets: rules.secretsOf(owner) ?? pinned.secrets };
}
