import type { Context, Deliveries, Endpoint } from "../contract/operation.ts";
import type { DeliveryPolicy } from "../contract/policy.ts";
import type { Delivery } from "../contract/records.ts";
import type { Signer } from "../contract/signing.ts";
import type {
	AllowedReceivers,
	ReceiverRules,
} from "../delivery/allowed-receivers.ts";
import type { SignedBefore } from "../delivery/bad-signature.ts";
import type { Clock } from "../delivery/clock.ts";
import { createDispatcher } from "../delivery/dispatcher.ts";
import type { RunInContext, Transport } from "../delivery/exchange.ts";
import type { Faults } from "../delivery/faults.ts";
import type { Journal, JournalLimits } from "../delivery/journal.ts";
import type { components } from "../generated/snapshot.ts";
import type { Validators } from "../openapi/validators.ts";
import type { Provider } from "../provider.ts";
import { createRandom } from "../random.ts";
import { createState, fillState, recordsOf } from "./collections.ts";
import type { Composer } from "./composer.ts";
import type { FaultSpec } from "./fault-plan.ts";
import type { Installed } from "./options.ts";
import { secretsOf } from "./secrets.ts";

/** What an engine and every way in take alike. */
export interface SharedOptions {
	/**
	 * Added to every delivery, for a gateway in front of the receiver. They replace none of the provider's own.
	 *
	 * @example { "x-gateway-key": "abc" }
	 */
	readonly receiverHeaders?: Readonly<Record<string, string>> | undefined;
	/** A certificate authority of https receivers, trusted beside those that Node trusts: PEM, or the path of a PEM file. */
	readonly receiverCa?: string | undefined;
	/** By provider id: option to value. */
	readonly options?:
		| Readonly<Record<string, Readonly<Record<string, string>>>>
		| undefined;
	/** By provider id: the credentials that are accepted; none: every well-formed one. */
	readonly credentials?:
		| Readonly<Record<string, readonly string[]>>
		| undefined;
	readonly faults?: readonly FaultSpec[] | undefined;
	/** Enforce what is relaxed on a laptop, such as `https://` receivers. */
	readonly strict?: boolean;
	/** What lasts an hour at the provider lasts an hour divided by this. Default: 1. */
	readonly speed?: number | undefined;
	readonly limits?: Partial<JournalLimits> | undefined;
}

export interface EngineOptions extends SharedOptions {
	readonly providers: readonly Installed[];
	/** The same seed gives the same ids, secrets and jitter; `"auto"` draws one. Default: `"localhook"`. */
	readonly seed?: string | undefined;
	/** Default: the system's. */
	readonly clock?: Clock;
	/** A receiver's URL, or one for each provider: registered for everything, from the start and after a reset. */
	readonly receiver?:
		| string
		| ((provider: string) => string | undefined)
		| undefined;
	readonly receiverRules?: ReceiverRules;
	/** In place of HTTP: a transport for each session, and another one after each reset. */
	readonly transport?: (clock: Clock) => Transport;
	/** Asked for the context of each delivery as it is made: a receiver in this process is then called within it. */
	readonly capture?: (() => RunInContext) | undefined;
}

export interface Shared {
	readonly seed: string;
	readonly clock: Clock;
	readonly journal: Journal;
	readonly allowedReceivers: AllowedReceivers;
	readonly faults: Faults;
	readonly speed: number;
	readonly otherProvider: (than: string) => SignedBefore["otherProvider"];
	/** A run has connections of its own, so that it can break off those it still uses when it ends. */
	readonly createTransport: () => Transport;
	readonly capture?: (() => RunInContext) | undefined;
}

export interface SessionSettings {
	readonly options: Readonly<Record<string, string>>;
	readonly credentials: readonly string[];
	readonly receiver?: ((provider: string) => string | undefined) | undefined;
}

export interface Played {
	readonly provider: Provider;
	readonly settings: SessionSettings;
	readonly signer: Signer;
	readonly policy: DeliveryPolicy;
	validators(): Validators;
	readonly composer: Composer;
}

export type SavedSession = components["schemas"]["SavedProvider"];

export type Run = ReturnType<typeof createRun>;

export function createRun(played: Played, shared: Shared) {
	const { provider, settings, policy, signer } = played;
	const { clock, journal } = shared;
	const { options, credentials } = settings;
	const random = createRandom(shared.seed).fork(provider.id);
	const transport = shared.createTransport();
	const state = createState(provider, played.validators);
	/** By secret, the one that it took the place of. */
	const previous = new Map<string, string>();
	let isOver = false;
	let isSeeded = false;

	function signedBefore(endpoint: Endpoint | undefined): SignedBefore {
		const [current, older] = endpoint?.secrets ?? [];
		return {
			previous:
				older ?? (current === undefined ? undefined : previous.get(current)),
			otherProvider: shared.otherProvider(provider.id),
		};
	}
	const dispatcher = createDispatcher(
		{
			policy,
			encode(event, endpoint, body) {
				const encoded = provider.encode(event, endpoint, options);
				return body === undefined ? encoded : { ...encoded, body };
			},
			endpoint: (id) => provider.endpoint(id, context),
			secretsOf: (owner) => secretsOf(provider, owner, context),
			healthKey: (endpoint, event) =>
				provider.healthKey?.(endpoint, event) ?? endpoint.id,
			attempted: (delivery, attempt, health) =>
				provider.attempted?.({ delivery, attempt, health }, context),
		},
		{ ...shared, signer, policy, transport, signedBefore },
		journal,
		random.fork("deliveries"),
	);
	const isOwn = ({ event }: Delivery) => event.provider === provider.id;
	function own(id: string): Delivery | undefined {
		const delivery = journal.get(id);
		return delivery && isOwn(delivery) ? delivery : undefined;
	}
	const deliveries: Deliveries = {
		newest: () => [...journal.newest()].filter(isOwn),
		of: (endpoint) => journal.of(provider.id, endpoint),
		get: own,
		health: dispatcher.health,
		resetFailures: dispatcher.resetFailures,
		attempt: dispatcher.attempt,
		resend(id) {
			const parent = own(id);
			const endpoint = parent && provider.endpoint(parent.endpoint, context);
			return endpoint && dispatcher.deliver(parent.event, endpoint, { parent });
		},
		async probe(endpoint, type, payload) {
			const merge = payload as Record<string, unknown>;
			const event = played.composer.compose(type, { merge }, context);
			journal.happened(event, 1);
			return dispatcher.probe(event, endpoint);
		},
	};
	const context: Context = {
		options,
		credentials,
		now: clock.now,
		lasting: (milliseconds) => Math.round(milliseconds / shared.speed),
		replaced(secret, by) {
			if (secret !== undefined) previous.set(by, secret);
		},
		state,
		random,
		deliveries,
	};

	return {
		context,
		dispatcher,
		/** What deliveries go over: to a URL, or to a receiver in this process. */
		transport,
		replaced: (): readonly string[] => [...new Set(previous.values())],
		/** Digests of the requests with a key that have no answer yet, by the id of their keys. */
		running: new Map<string, string>(),
		/** A reset, a load or the end has begun: nothing of this run may happen any more. */
		get isOver() {
			return isOver;
		},
		signedBefore,
		seed(): void {
			if (isSeeded) return;
			const receiver = settings.receiver?.(provider.id);
			if (receiver !== undefined) provider.subscribe(receiver, context);
			isSeeded = true;
		},
		idle: dispatcher.idle,
		/** Ends every delivery, even those whose attempt is running, with a reason. */
		async stop(reason: string): Promise<void> {
			isOver = true;
			dispatcher.cancelAll(reason);
			await transport.close();
			await dispatcher.idle();
		},
		/** Everything but the deliveries; to be asked for while it is idle. */
		save: (): SavedSession => ({
			random: random.save(),
			records: recordsOf(state),
			previous: [...previous],
			dispatcher: dispatcher.save(),
		}),
		/** Of a new run. @throws LocalhookError `invalid-snapshot` */
		load(saved: SavedSession): void {
			fillState(provider, state, saved.records);
			random.load(saved.random);
			dispatcher.load(saved.dispatcher);
			for (const [by, secret] of saved.previous) previous.set(by, secret);
			isSeeded = true;
		},
	};
}
