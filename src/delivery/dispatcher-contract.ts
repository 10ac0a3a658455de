import type { Endpoint } from "../contract/operation.ts";
import type { DeliveryPolicy, Health } from "../contract/policy.ts";
import type { RandomState } from "../contract/random.ts";
import type { Attempt, Delivery, EventRecord } from "../contract/records.ts";
import type { Encoded } from "../provider.ts";
import type { How } from "./flight.ts";
import type { Outage } from "./outages.ts";
import type { Due } from "./schedule.ts";

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

/** Where a dispatcher stands, in plain data. */
export interface Standing {
	readonly random: RandomState;
	/** By what failures are counted over. */
	readonly failing: readonly (readonly [key: string, health: Health])[];
	/** By endpoint. */
	readonly outages: readonly (readonly [endpoint: string, outage: Outage])[];
}

/** Deliveries of one provider on their way: first attempts, retries, order, and the end of each. */
export interface Dispatcher {
	/** Deliveries that have not ended. */
	readonly pending: number;
	deliver(event: EventRecord, endpoint: Endpoint, how?: How): Delivery;
	/** One attempt, never repeated, at an endpoint that need not be registered. */
	probe(event: EventRecord, endpoint: Endpoint): Promise<Delivery>;
	/** Attempts a waiting delivery before its time; one whose endpoint is paused goes on waiting. */
	attemptNow(id: string): Promise<Delivery | undefined>;
	/** When a delivery will be attempted, if every attempt fails at once. */
	planned(delivery: Delivery): readonly number[];
	due(): Due | undefined;
	health(key: string): Health;
	/** Counts failures anew. */
	forgive(key: string): void;
	outage(endpoint: string): Outage;
	setOutage(endpoint: string, outage: Outage): void;
	/** Everything it knows beside the deliveries themselves; to be asked for while it is idle. */
	save(): Standing;
	load(standing: Standing): void;
	/** Goes on with a delivery that another dispatcher began, or keeps one that has ended. */
	take(delivery: Delivery, how: How): void;
	/** How a delivery that has not ended is made; undefined: it has ended. */
	howOf(id: string): How | undefined;
	/** Ends everything that waits, and whatever still comes, with a reason. */
	cancelAll(reason: string): void;
	/** Resolves once no attempt is under way. */
	idle(): Promise<void>;
}
