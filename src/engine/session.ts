import type { Context, Endpoint } from "../contract/operation.ts";
import type { Random } from "../contract/random.ts";
import type { EventRecord } from "../contract/records.ts";
import type { SignedBefore } from "../delivery/bad-signature.ts";
import type { Dispatcher } from "../delivery/dispatcher.ts";
import { createDispatcher } from "../delivery/dispatcher.ts";
import type { Transport } from "../delivery/exchange.ts";
import { hastened } from "../delivery/schedule.ts";
import { readingOf } from "../openapi/reading.ts";
import { createRouter } from "../openapi/router.ts";
import type { Validators } from "../openapi/validators.ts";
import type { Encoded } from "../provider.ts";
import { createRandom } from "../random.ts";
import { recipientsOf, secretsOf, workspaceOf } from "./addressing.ts";
import { createState, fillState, recordsOf } from "./collections.ts";
import { createComposer } from "./composer.ts";
import { checkDelivery } from "./conformance.ts";
import { createDeliveries } from "./deliveries.ts";
import type { EventRequest } from "./event-request.ts";
import type { Installed } from "./installed.ts";
import { refuseStrays, refuseUnknownEvent } from "./refusals.ts";
import { howOf } from "./sending.ts";
import type {
	Published,
	Session,
	SessionSettings,
	Surroundings,
} from "./session-contract.ts";

/** Starts one provider; a reset begins it anew. */
export function createSession(
	installed: Installed,
	settings: SessionSettings,
	around: Surroundings,
): Session {
	const { provider, document } = installed;
	const { clock, journal, onBreach } = around;
	const reading = readingOf(document);
	const { operations, validators } = reading;
	refuseStrays(provider, operations);
	const signer = provider.signer(settings.options);
	const asDocumented = provider.delivery(settings.options);
	const policy = {
		...asDocumented,
		retry: hastened(asDocumented.retry, around.speed),
	};
	/** By secret, the one that it took the place of. */
	const previous = new Map<string, string>();
	let run = 0;
	let seeded = false;
	let random: Random;
	let state: Context["state"];
	let dispatcher: Dispatcher;
	let transport: Transport;
	let running: Map<string, string>;

	const context: Context = {
		options: settings.options,
		credentials: settings.credentials,
		now: clock.now,
		lasting: (milliseconds) => Math.round(milliseconds / around.speed),
		replaced(secret, by) {
			if (secret !== undefined) previous.set(by, secret);
		},
		get state() {
			return state;
		},
		get random() {
			return random;
		},
		deliveries: createDeliveries(provider, journal, {
			dispatcher: () => dispatcher,
			context: () => context,
			compose: (type, request) => session.compose(type, request),
		}),
	};

	const composer = createComposer(installed, clock, (type) =>
		session.specs.get(type),
	);

	async function stop(reason: string): Promise<void> {
		run++;
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
				encode(event, endpoint, body) {
					const encoded = provider.encode(event, endpoint, settings.options);
					if (body !== undefined) return { ...encoded, body };
					if (onBreach !== undefined) checkEncoded(event, endpoint, encoded);
					return encoded;
				},
				endpoint: (id) => provider.endpoint(id, context),
				secretsOf: (owner) => secretsOf(provider, owner, context),
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
				faults: around.faults,
				capture: around.capture,
				signedBefore,
			},
			journal,
			random.fork("deliveries"),
		);
		previous.clear();
		running = new Map();
		seeded = false;
	}
	function signedBefore(endpoint: Endpoint | undefined): SignedBefore {
		const [current, older] = endpoint?.secrets ?? [];
		return {
			previous:
				older ?? (current === undefined ? undefined : previous.get(current)),
			otherProvider: around.otherSigner(provider.id),
		};
	}
	function checkEncoded(
		event: EventRecord,
		endpoint: Endpoint,
		encoded: Encoded,
	): void {
		session.check(() => {
			const spec = session.specs.get(event.type);
			return checkDelivery(
				validators,
				spec,
				event,
				encoded,
				endpoint,
				signer.sign,
			);
		});
	}
	function ready(): Validators {
		if (seeded) return validators;
		state = createState(provider, validators);
		const receiver = settings.target?.(provider.id);
		if (receiver !== undefined) provider.subscribe(receiver, context);
		seeded = true;
		return validators;
	}

	function publish(event: EventRecord, request: EventRequest): Published {
		const recipients = recipientsOf(session, event, request, context);
		const { endpoints } = recipients;
		const how = howOf(request, session, recipients);
		journal.happened(event, endpoints.length);
		return {
			event,
			deliveries: endpoints.map((endpoint) =>
				dispatcher.deliver(event, endpoint, how),
			),
		};
	}

	const session: Session = {
		provider,
		document,
		operations,
		router: createRouter(document, operations, provider.trailingSlash),
		signer,
		settings,
		context,
		targets: around.targets,
		ready,
		get run() {
			return run;
		},
		get dispatcher() {
			return dispatcher;
		},
		get running() {
			return running;
		},
		get specs() {
			return reading.deliveries;
		},
		compose(type, request, as = context) {
			refuseUnknownEvent(provider, type);
			ready();
			const workspace = workspaceOf(session, request);
			return composer.compose(type, { ...request, workspace }, as);
		},
		signedBefore,
		send(type, request = {}) {
			const event = session.compose(type, request);
			const published = publish(event, request);
			if (!around.faults.any) return published;
			const burst = around.faults.onEvent(event, published.deliveries);
			if (burst === undefined) return published;
			const more = Array.from({ length: burst.copies }, () =>
				publish(session.compose(type, request), request),
			).flatMap(({ deliveries }) => deliveries);
			for (const delivery of more) journal.struck(delivery, "burst");
			return { event, deliveries: [...published.deliveries, ...more] };
		},
		idle: () => dispatcher.idle(),
		stop,
		save: () => ({
			random: random.save(),
			records: recordsOf(state),
			previous: [...previous],
			dispatcher: dispatcher.save(),
		}),
		prepare(saved) {
			const records = createState(provider, validators);
			fillState(provider, records, saved.records);
			return async () => {
				await stop("another state was loaded");
				journal.clear(provider.id);
				begin();
				random.load(saved.random);
				dispatcher.load(saved.dispatcher);
				for (const [by, secret] of saved.previous) previous.set(by, secret);
				state = records;
				seeded = true;
			};
		},
		async reset() {
			await stop("the provider was reset");
			journal.clear(provider.id);
			begin();
			ready();
		},
		check(find) {
			const breach = onBreach && find();
			if (breach) onBreach({ provider: provider.id, ...breach });
		},
	};
	begin();
	return session;
}
