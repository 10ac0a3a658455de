import type { ProviderRequest } from "../contract/operation.ts";
import type { Delivery } from "../contract/records.ts";
import type { Clock } from "../delivery/clock.ts";
import type { RunInContext, Transport } from "../delivery/exchange.ts";
import type { Journal, JournalLimits } from "../delivery/journal.ts";
import type { TargetRules } from "../delivery/targets.ts";
import type { Query } from "../query/parse.ts";
import type { Breach } from "./conformance.ts";
import type { EventRequest } from "./event-request.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { FaultSpec } from "./fault-spec.ts";
import type { Installed } from "./installed.ts";
import type { EngineReply } from "./reply.ts";
import type { Published, Session } from "./session-contract.ts";
import { kinds, recordOf, type Shape } from "./shape.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Steering } from "./steering.ts";
import type { Time, Turned } from "./time.ts";
import type { WaitOptions } from "./wait.ts";

export interface EngineOptions {
	readonly providers: readonly Installed[];
	/** The same seed gives the same ids, secrets and jitter; `"auto"` draws one. Default: `"localhook"`. */
	readonly seed?: string | undefined;
	/** Default: the system's. */
	readonly clock?: Clock;
	/** What lasts an hour at the provider lasts an hour divided by this. Default: 1. */
	readonly speed?: number | undefined;
	/** The faults that are planned from the start. */
	readonly faults?: readonly FaultSpec[] | undefined;
	readonly limits?: Partial<JournalLimits> | undefined;
	/** Enforce what is relaxed on a laptop, such as `https://` receivers. */
	readonly strict?: boolean;
	/** By provider id: option to value. */
	readonly options?: Readonly<Record<string, Readonly<Record<string, string>>>>;
	/** By provider id: the credentials that are accepted; none: every well-formed one. */
	readonly credentials?: Readonly<Record<string, readonly string[]>>;
	/** A receiver's URL, or one for each provider: registered for everything, from the start and after a reset. */
	readonly target?:
		| string
		| ((provider: string) => string | undefined)
		| undefined;
	/** Where deliveries may go, beside loopback. */
	readonly targets?: TargetRules;
	/** Added to every delivery, for a gateway in front of a receiver. They replace none of the provider's own. */
	readonly receiverHeaders?: Readonly<Record<string, string>> | undefined;
	/** Certificate authorities of receivers beside those that Node trusts: PEM, or the path of a PEM file. */
	readonly receiverCa?: string | undefined;
	/** Told of every reply or delivery that breaks its provider's document. */
	readonly onBreach?: (breach: Breach) => void;
	/** In place of HTTP: a transport for each session, and another one after each reset. */
	readonly transport?: (clock: Clock) => Transport;
	/** Asked for the context of each delivery as it is made: a receiver in this process is then called within it. */
	readonly capture?: () => RunInContext;
}

/** What the options are, for callers whom no compiler checks. */
export const engineOptions = {
	providers: kinds.list,
	seed: kinds.text,
	clock: kinds.anything,
	speed: kinds.number,
	faults: kinds.anything,
	limits: kinds.record,
	strict: kinds.flag,
	options: recordOf(
		kinds.record,
		"an object by provider id, each with an object of options",
	),
	credentials: {
		...recordOf(
			kinds.texts,
			"an object by provider id, each with a list of texts",
		),
		isSecret: true,
	},
	target: kinds.anything,
	targets: kinds.record,
	onBreach: kinds.anything,
	transport: kinds.anything,
	capture: kinds.anything,
	receiverHeaders: { ...kinds.record, isSecret: true },
	receiverCa: kinds.text,
} satisfies Shape<EngineOptions>;

export const limitNames = {
	deliveries: kinds.size,
	bytes: kinds.size,
	calls: kinds.size,
} satisfies Shape<JournalLimits>;

export interface EngineRequest extends ProviderRequest {
	readonly provider: string;
}

export interface Handled {
	readonly reply: EngineReply;
	/**
	 * Publishes the events that the operation recorded: call it once the caller has the reply, since a provider does not
	 * call before it answers. Undefined: there are none. After a reset it does nothing.
	 */
	readonly publish?: (() => void) | undefined;
}

/** One running set of providers: request in, reply out, events published. Knows no HTTP library. */
export interface Engine extends Steering {
	readonly seed: string;
	readonly clock: Clock;
	readonly time: Time;
	/** Aborted once it is closed. */
	readonly closing: AbortSignal;
	readonly journal: Journal;
	/** The plan of faults. */
	readonly faults: FaultPlan;
	readonly sessions: ReadonlyMap<string, Session>;
	/** @throws LocalhookError `unknown-provider` */
	session(provider: string): Session;
	/** Answers a request to a provider's API; never rejects. */
	handle(request: EngineRequest): Promise<Handled>;
	/**
	 * Makes something happen at a provider; its deliveries are then on their way.
	 * @throws LocalhookError `unknown-provider`, `unknown-event`, `invalid-request`
	 */
	send(provider: string, type: string, request?: EventRequest): Published;
	/**
	 * Reads a query. A provider or an event type that is not here is refused.
	 *
	 * @throws LocalhookError `invalid-query`
	 */
	query(text: string): Query;
	/**
	 * Waits until deliveries match a query, in real time, and keeps the process alive meanwhile.
	 * @throws LocalhookError `invalid-query`, `wait-timed-out`, `stopped` when the engine is closed
	 */
	wait(query: string, options?: WaitOptions): Promise<readonly Delivery[]>;
	/** Resolves once no delivery attempt is under way; retries may still be waiting for their time. */
	idle(): Promise<void>;
	/** Moves a virtual clock, making every attempt that falls due on the way. */
	advance(milliseconds: number): Promise<Turned>;
	/** Everything the engine knows, once nothing is under way. */
	snapshot(): Promise<Snapshot>;
	/**
	 * Stands where the engine of a snapshot stood. Providers that it does not name stay as they are.
	 * @throws LocalhookError `invalid-snapshot`; nothing has changed then
	 */
	load(snapshot: Snapshot): Promise<void>;
	/** Back to the seed state: one provider's, or everything. */
	reset(provider?: string): Promise<void>;
	close(): Promise<void>;
}
