import type { Context, Endpoint } from "../contract/operation.ts";
import type { Random } from "../contract/random.ts";
import type { Delivery, EventRecord } from "../contract/records.ts";
import type { Signer } from "../contract/signing.ts";
import type { Clock } from "../delivery/clock.ts";
import { createDispatcher, type Dispatcher } from "../delivery/dispatcher.ts";
import type { Journal } from "../delivery/journal.ts";
import type { Targets } from "../delivery/targets.ts";
import type { Transport } from "../delivery/transport.ts";
import type { ApiDocument } from "../openapi/document.ts";
import {
	type ApiDelivery,
	type ApiOperation,
	deliveriesOf,
	operationsOf,
} from "../openapi/operations.ts";
import { createRouter, type Router } from "../openapi/router.ts";
import { createValidators, type Validators } from "../openapi/validators.ts";
import type { Encoded, Provider } from "../provider.ts";
import { createRandom } from "../random.ts";
import { createState } from "./collections.ts";
import { type Breach, checkDelivery } from "./conformance.ts";
import { createDeliveries } from "./deliveries.ts";
import type { Installed } from "./installed.ts";
import { composePayload, type PayloadRequest } from "./payload.ts";
import { refuseStrays, refuseUnknownEvent } from "./refusals.ts";

/** What the sessions of one engine share. */
export interface Surroundings {
	readonly seed: string;
	readonly clock: Clock;
	readonly journal: Journal;
	readonly targets: Targets;
	/** A session has connections of its own, so that it can break off what it has under way. */
	readonly createTransport: () => Transport;
	/** Told when a reply or a delivery breaks the provider's document; absent: not checked. */
	readonly onBreach?: ((breach: Breach) => void) | undefined;
}

export interface SessionSettings {
	readonly options: Readonly<Record<string, string>>;
	readonly credentials: readonly string[];
	/** A receiver that is registered for everything from the start. */
	readonly target?: ((provider: string) => string) | undefined;
}

export interface Published {
	readonly event: EventRecord;
	/** One for each endpoint that matched; none: the event reached nobody. */
	readonly deliveries: readonly Delivery[];
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
	/** Once the session is ready. */
	readonly validators: Validators | undefined;
	/** Loads what validation needs and registers the target; the first call or event waits for it. */
	ready(): Promise<Validators>;
	emit(type: string, request?: PayloadRequest): Promise<Published>;
	idle(): Promise<void>;
	/** Ends every delivery, those under way included, with a reason. */
	stop(reason: string): Promise<void>;
	/** Back to the seed state: no deliveries, no records but those of the target. */
	reset(): Promise<void>;
	/** Looks for a breach of the document, where somebody wants to know. */
	check(find: () => Omit<Breach, "provider"> | undefined): void;
}

export function createSession(
	installed: Installed,
	settings: SessionSettings,
	around: Surroundings,
): Session {
	const { provider, document } = installed;
	const { clock, journal, onBreach } = around;
	const operations = operationsOf(document);
	refuseStrays(provider, operations);
	const validators = createValidators(document);
	const signer = provider.signer(settings.options);
	const policy = provider.delivery(settings.options);
	const fixtures = new Map<string, Readonly<Record<string, unknown>>>();
	let specs: Map<string, ApiDelivery> | undefined;
	let seeded: Promise<Validators> | undefined;
	let loaded: Validators | undefined;
	let random: Random;
	let state: Context["state"];
	let dispatcher: Dispatcher;
	let transport: Transport;

	const context: Context = {
		options: settings.options,
		credentials: settings.credentials,
		now: clock.now,
		get state() {
			return state;
		},
		get random() {
			return random;
		},
		deliveries: createDeliveries(provider, journal, {
			dispatcher: () => dispatcher,
			context: () => context,
			compose,
		}),
	};

	async function stop(reason: string): Promise<void> {
		dispatcher.cancelAll(reason);
		await transport.close();
		await dispatcher.idle();
	}
	function begin(): void {
		random = createRandom(around.seed).fork(provider.id);
		transport = around.createTransport();
		dispatcher = createDispatcher(
			{
				policy,
				encode(event, endpoint) {
					const encoded = provider.encode(event, endpoint, settings.options);
					if (onBreach !== undefined) checkEncoded(event, endpoint, encoded);
					return encoded;
				},
				endpoint: (id) => provider.endpoint(id, context),
				healthKey: (endpoint, event) =>
					provider.healthKey?.(endpoint, event) ?? endpoint.id,
				attempted: (delivery, attempt, health) =>
					provider.attempted?.({ delivery, attempt, health }, context),
			},
			{
				signer,
				timeout: policy.timeout,
				clock,
				targets: around.targets,
				transport,
			},
			journal,
			random.fork("deliveries"),
		);
		seeded = undefined;
		loaded = undefined;
	}
	function checkEncoded(
		event: EventRecord,
		endpoint: Endpoint,
		encoded: Encoded,
	): void {
		session.check(() => {
			specs ??= deliveriesOf(document);
			const spec = specs.get(event.type);
			return (
				loaded &&
				checkDelivery(loaded, spec, event, encoded, endpoint, signer.sign)
			);
		});
	}
	async function seed(): Promise<Validators> {
		state = createState(provider, validators);
		if (settings.target !== undefined)
			provider.subscribe(settings.target(provider.id), context);
		loaded = validators;
		return validators;
	}

	/** Whether nothing has to be loaded first. */
	function isAtHand(type: string, { payload }: PayloadRequest): boolean {
		return (
			loaded !== undefined && (payload !== undefined || fixtures.has(type))
		);
	}
	async function compose(
		type: string,
		request: PayloadRequest,
	): Promise<EventRecord> {
		if (!isAtHand(type, request)) {
			await session.ready();
			if (request.payload === undefined)
				fixtures.set(type, await installed.fixture(type));
		}
		return composeNow(type, request);
	}
	function composeNow(type: string, request: PayloadRequest): EventRecord {
		const id = provider.eventId(context);
		const time = clock.now();
		const head = { id, provider: provider.id, type, time };
		const payload = composePayload(fixtures.get(type) ?? {}, request, (given) =>
			provider.stamp(head, given, context),
		);
		return { id, provider: provider.id, type, time, payload };
	}

	const session: Session = {
		provider,
		document,
		operations,
		router: createRouter(document, operations, provider.trailingSlash),
		signer,
		settings,
		context,
		get validators() {
			return loaded;
		},
		ready: () => {
			seeded ??= seed();
			return seeded;
		},
		async emit(type, request = {}) {
			refuseUnknownEvent(provider, type);
			const event = isAtHand(type, request)
				? composeNow(type, request)
				: await compose(type, request);
			const endpoints = provider.endpoints(event, context);
			journal.tell({ kind: "event", event, matched: endpoints.length });
			return {
				event,
				deliveries: endpoints.map((endpoint) =>
					dispatcher.deliver(event, endpoint),
				),
			};
		},
		idle: () => dispatcher.idle(),
		stop,
		async reset() {
			await stop("the provider was reset");
			journal.clear(provider.id);
			begin();
			await session.ready();
		},
		check(find) {
			const breach = onBreach && find();
			if (breach) onBreach({ provider: provider.id, ...breach });
		},
	};
	begin();
	return session;
}
