import type { Context, Endpoint } from "../contract/operation.ts";
import type { RandomState } from "../contract/random.ts";
import type { Delivery, EventRecord } from "../contract/records.ts";
import type { Signer } from "../contract/signing.ts";
import type { SignedBefore } from "../delivery/bad-signature.ts";
import type { Clock } from "../delivery/clock.ts";
import type { Dispatcher, DispatcherSnapshot } from "../delivery/dispatcher.ts";
import type { Transport, Within } from "../delivery/exchange.ts";
import type { Faults } from "../delivery/faults.ts";
import type { Journal } from "../delivery/journal.ts";
import type { Targets } from "../delivery/targets.ts";
import type { ApiDocument } from "../openapi/document.ts";
import type { ApiDelivery, ApiOperation } from "../openapi/operations.ts";
import type { Router } from "../openapi/router.ts";
import type { Validators } from "../openapi/validators.ts";
import type { Provider } from "../provider.ts";
import type { Breach } from "./conformance.ts";
import type { EventRequest } from "./event-request.ts";

/** What the sessions of one engine share. */
export interface Surroundings {
	readonly seed: string;
	readonly clock: Clock;
	readonly journal: Journal;
	readonly targets: Targets;
	readonly faults: Faults;
	/** What lasts an hour at a provider lasts an hour divided by this. */
	readonly speed: number;
	/** How another provider than this one would sign. */
	readonly otherSigner: (provider: string) => Pick<Signer, "sign">;
	/** A session has connections of its own, so that it can break off what it has under way. */
	readonly createTransport: () => Transport;
	/** The context that a delivery is made in. */
	readonly capture?: (() => Within) | undefined;
	/** Told when a reply or a delivery breaks the provider's document; absent: not checked. */
	readonly onBreach?: ((breach: Breach) => void) | undefined;
}

export interface SessionSettings {
	readonly options: Readonly<Record<string, string>>;
	readonly credentials: readonly string[];
	/** A receiver that is registered for everything from the start. */
	readonly target?: ((provider: string) => string | undefined) | undefined;
}

export interface Published {
	readonly event: EventRecord;
	/** One for each endpoint that matched; none: the event reached nobody. */
	readonly deliveries: readonly Delivery[];
}

/** Where a provider stands. */
export interface SavedSession {
	readonly random: RandomState;
	/** By collection. */
	readonly records: Readonly<Record<string, readonly object[]>>;
	/** Each secret with the one that it took the place of. */
	readonly previous: readonly (readonly [secret: string, before: string])[];
	readonly dispatcher: DispatcherSnapshot;
}

/** One running provider: its state, its deliveries, and what its document says. */
export interface Session {
	readonly provider: Provider;
	readonly document: ApiDocument;
	readonly operations: readonly ApiOperation[];
	readonly router: Router;
	readonly signer: Signer;
	readonly settings: SessionSettings;
	readonly context: Context;
	readonly targets: Targets;
	/** Counts the runs; one ends as soon as a reset, a restore or the end begins. */
	readonly run: number;
	/** Of the run since the last reset. */
	readonly dispatcher: Dispatcher;
	/** Digests of the requests with a key that have no answer yet, by the id of their keys. */
	readonly running: Map<string, string>;
	/** The deliveries by event type, as the document describes them. */
	readonly specs: ReadonlyMap<string, ApiDelivery>;
	/** Registers the target, before the first call or event. */
	ready(): Validators;
	/** @throws LocalhookError `unknown-event`, `invalid-request` */
	send(type: string, request?: EventRequest): Published;
	/**
	 * An event that is about to happen, or would happen now.
	 *
	 * @param as where its id is drawn and its effects are kept; default: the session's own context
	 * @throws LocalhookError `unknown-event`, `invalid-request`
	 */
	compose(type: string, request: EventRequest, as?: Context): EventRecord;
	/** What is known of how an endpoint's deliveries were signed before. */
	signedBefore(endpoint: Endpoint | undefined): SignedBefore;
	idle(): Promise<void>;
	/** Everything but the deliveries, in plain data; to be asked for while nothing is under way. */
	save(): SavedSession;
	/**
	 * Makes ready to stand where another session stood.
	 * @returns what does it, with no deliveries left
	 * @throws LocalhookError `invalid-snapshot`; nothing has changed
	 */
	prepare(saved: SavedSession): () => Promise<void>;
	/** Ends every delivery, those under way included, with a reason. */
	stop(reason: string): Promise<void>;
	/** Back to the seed state: no deliveries, no records but those of the target. */
	reset(): Promise<void>;
	/** Looks for a breach of the document, where somebody wants to know. */
	check(find: () => Omit<Breach, "provider"> | undefined): void;
}
