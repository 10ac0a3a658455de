import type { ProviderRequest } from "../contract/operation.ts";
import { createAllowedReceivers } from "../delivery/allowed-receivers.ts";
import {
	inventedProvider,
	waysToSignBadly,
} from "../delivery/bad-signature.ts";
import { createSystemClock, pause } from "../delivery/clock.ts";
import { createFaults } from "../delivery/faults.ts";
import { createJournal } from "../delivery/journal.ts";
import {
	checkedReceiverHeaders,
	refuseSignatureHeaders,
} from "../delivery/receiver-headers.ts";
import { transportsTrusting } from "../delivery/transport.ts";
import { LocalhookError } from "../errors.ts";
import { parseQuery } from "../query/parse.ts";
import { createRandom, defaultSeed, seedOf } from "../random.ts";
import { answer } from "./answer.ts";
import { bodyLimit, bodyTooLarge } from "./body.ts";
import type { EventRequest } from "./composer.ts";
import { createFaultPlan, scopeOf } from "./fault-plan.ts";
import {
	checkedCredentials,
	checkedSpeed,
	refuseUnstarted,
	resolveOptions,
	unknownProvider,
} from "./options.ts";
import { type EngineReply, problemReply, toEngineReply } from "./reply.ts";
import type { EngineOptions, Shared } from "./run.ts";
import { createSession, type Published, type Session } from "./session.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "./snapshot.ts";
import { createSteering } from "./steering.ts";
import { createTime } from "./time.ts";
import { type WaitOptions, wait } from "./wait.ts";

export { type EngineReply, problemReply } from "./reply.ts";
export type { EngineOptions } from "./run.ts";

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
export type Engine = ReturnType<typeof createEngine>;

/**
 * Starts an engine of its own; two engines share nothing.
 *
 * @throws LocalhookError for options, credentials or providers that do not fit.
 * @example
 * const engine = createEngine({ providers: [await install("prolific")] })
 * engine.send("prolific", "study.status.change", { merge: { status: "PAUSED" } })
 */
export function createEngine(options: EngineOptions) {
	const { receiver, faults: planned = [] } = options;
	const seed = seedOf(options.seed ?? defaultSeed);
	const receiverHeaders = checkedReceiverHeaders(options.receiverHeaders ?? {});
	const transport = options.transport ?? transportsTrusting(options.receiverCa);
	const clock = options.clock ?? createSystemClock();
	const journal = createJournal(options.limits);
	const faults = createFaults(createRandom(seed).fork("faults"), clock.now);
	const sessions = new Map<string, Session>();
	const shared: Shared = {
		seed,
		clock,
		journal,
		createTransport: () => transport(clock),
		capture: options.capture,
		allowedReceivers: createAllowedReceivers({
			...options.receiverRules,
			headers: receiverHeaders,
		}),
		faults,
		speed: checkedSpeed(options.speed),
		otherProvider(than) {
			const other = [...sessions.values()].find(
				(session) => session.provider.id !== than,
			);
			if (other === undefined) return inventedProvider;
			const random = createRandom(seed).fork("other-provider");
			const { sign, secretFrom } = other.signer;
			return { sign, secret: secretFrom(random.alphanumeric(32)) };
		},
	};
	refuseUnstarted(
		Object.keys({ ...options.options, ...options.credentials }),
		options.providers.map(({ provider }) => provider.id),
	);
	for (const installed of options.providers) {
		const { provider } = installed;
		const { id } = provider;
		const settings = {
			options: resolveOptions(
				provider,
				options.options?.[id] ?? {},
				options.strict ?? false,
			),
			credentials: checkedCredentials(
				provider,
				options.credentials?.[id] ?? [],
			),
			receiver: typeof receiver === "string" ? () => receiver : receiver,
		};
		sessions.set(id, createSession(installed, settings, shared));
	}
	refuseSignatureHeaders(
		receiverHeaders,
		[...sessions.values()].map(({ provider, signer }) => ({
			provider: provider.id,
			...signer,
		})),
	);
	const plan = createFaultPlan(faults, () => scopeOf(options.providers));
	plan.set(planned);
	const time = createTime(clock, shared.speed, sessions, journal);
	let calls = 0;
	/** One after the other: halves of two snapshots are none. */
	let loading: Promise<void> = Promise.resolve();
	const closing = new AbortController();
	const signal: AbortSignal = closing.signal;
	const all = () => [...sessions.values()];

	function sessionOf(provider: string): Session {
		const session = sessions.get(provider);
		if (session === undefined) throw unknownProvider(provider, sessions.keys());
		return session;
	}
	const query = (text: string) =>
		parseQuery(text, {
			provider: [...sessions.keys()],
			type: all().flatMap(({ provider }) => Object.keys(provider.events)),
			sign: waysToSignBadly,
		});

	return {
		seed,
		clock,
		time,
		inProcess: options.receiverRules?.inProcess ?? false,
		closing: signal,
		journal,
		faults: plan,
		sessions: sessions as ReadonlyMap<string, Session>,
		/** @throws LocalhookError `unknown-provider` */
		session: sessionOf,
		/** Answers a request to a provider's API; never rejects. */
		async handle(request: EngineRequest): Promise<Handled> {
			// A server has not let it in.
			if (request.body.length > bodyLimit)
				return { reply: problemReply(bodyTooLarge(bodyLimit)) };
			const { provider, method, path } = request;
			const at = clock.now();
			const started = clock.stopwatch();
			const id = `call_${++calls}`;
			let reply: EngineReply;
			let publish: Handled["publish"];
			let operation: string | undefined;
			let fault: string | undefined;
			try {
				const session = sessionOf(provider);
				const validators = session.ready();
				const { run } = session;
				const answered = await answer(
					session,
					validators,
					request,
					(operation) =>
						faults.any ? faults.onCall(provider, operation, id) : undefined,
				);
				operation = answered.operation;
				fault = answered.fault?.kind;
				if (answered.fault?.kind === "latency") await pause(answered.fault.by);
				answered.finish?.();
				reply = toEngineReply(answered.reply, fault === "reset");
				const { recorded } = answered;
				if (recorded.length > 0)
					publish = () => {
						// A reset has come in between: nothing of what was before it may happen after it.
						if (run.isOver) return;
						for (const { type, payload } of recorded)
							session.send(type, { payload, call: id });
					};
			} catch (error) {
				reply = problemReply(error);
			}
			const { status } = reply;
			const duration = clock.stopwatch() - started;
			const what = { provider, operation, method, path };
			journal.called({ id, ...what, status, at, duration, fault });
			return { reply, publish };
		},
		/**
		 * Makes something happen at a provider; its deliveries are then on their way.
		 * @throws LocalhookError `unknown-provider`, `unknown-event`, `invalid-request`
		 */
		send(provider: string, type: string, request?: EventRequest): Published {
			refuseStopped({ closing: signal }, "send");
			return sessionOf(provider).send(type, request);
		},
		/** Resolves once no delivery attempt is under way; retries may still be waiting for their time. */
		idle: time.idle,
		advance: time.advance,
		/**
		 * Reads a query. A provider or an event type that is not here is refused.
		 * @throws LocalhookError `invalid-query`
		 */
		query,
		/**
		 * Waits until deliveries match a query, in real time, and keeps the process alive meanwhile.
		 * @throws LocalhookError `invalid-query`, `wait-timed-out`, `stopped` when the engine is closed
		 */
		wait: async (text: string, options: WaitOptions = {}) =>
			wait(query(text), options, { journal, clock, closing: signal }),
		snapshot: () => takeSnapshot({ seed, clock, journal, sessions }),
		/**
		 * Stands where the engine of a snapshot stood. Providers that it does not name stay as they are.
		 * @throws LocalhookError `invalid-snapshot`; nothing has changed then
		 */
		load(snapshot: Snapshot): Promise<void> {
			const parts = { seed, clock, journal, sessions };
			const loaded = loading.then(() => restoreSnapshot(parts, snapshot));
			loading = loaded.catch(() => {});
			return loaded;
		},
		async reset(provider?: string): Promise<void> {
			const wanted = provider === undefined ? all() : [sessionOf(provider)];
			for (const session of wanted) await session.reset();
		},
		async close(): Promise<void> {
			closing.abort();
			const reason = "localhook was stopped";
			await Promise.all(all().map((session) => session.run.stop(reason)));
			clock.close();
		},
		...createSteering(sessions, sessionOf, journal),
	};
}

/** @throws LocalhookError `stopped` */
export function refuseStopped(
	{ closing }: { readonly closing: AbortSignal },
	called: string,
): void {
	if (!closing.aborted) return;
	throw new LocalhookError(
		"stopped",
		`Failed to call "${called}": localhook was stopped. Call it before close(), or start another one.`,
	);
}
