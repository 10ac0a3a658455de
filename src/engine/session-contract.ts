import type { Fidelity } from "../contract/fidelity.ts";
import type { Context } from "../contract/operation.ts";
import type { Delivery, EventRecord } from "../contract/records.ts";
import type { Signer } from "../contract/signing.ts";
import type { Dispatcher } from "../delivery/dispatcher.ts";
import type { Targets } from "../delivery/targets.ts";
import type { ApiDocument } from "../openapi/document.ts";
import type { ApiOperation } from "../openapi/operations.ts";
import type { Router } from "../openapi/router.ts";
import type { Validators } from "../openapi/validators.ts";
import type { Provider } from "../provider.ts";
import type { Breach } from "./conformance.ts";
import type { EventRequest } from "./event-request.ts";
import type { Run, SavedSession, SessionSettings } from "./run.ts";

export interface Published {
	readonly event: EventRecord;
	/** One for each endpoint that matched; none: the event reached nobody. */
	readonly deliveries: readonly Delivery[];
}

/** One running provider: its state, its deliveries, and what its document says. */
export interface Session {
	readonly provider: Provider;
	readonly document: ApiDocument;
	readonly fidelity: Fidelity | undefined;
	readonly operations: readonly ApiOperation[];
	readonly router: Router;
	readonly signer: Signer;
	readonly settings: SessionSettings;
	readonly targets: Targets;
	/** Since the last reset. */
	readonly run: Run;
	/** Of that run. */
	readonly context: Context;
	readonly dispatcher: Dispatcher;
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
	/**
	 * Prepares to load what another session saved.
	 * @returns what does it, with no deliveries left
	 * @throws LocalhookError `invalid-snapshot`; nothing has changed
	 */
	prepare(saved: SavedSession): () => Promise<void>;
	/** Back to the seed state: no deliveries, no records but those of the target. */
	reset(): Promise<void>;
	/** Looks for a breach of the document, where somebody wants to know. */
	check(find: () => Omit<Breach, "provider"> | undefined): void;
}
