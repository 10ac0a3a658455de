import type { ProviderRequest } from "../contract/operation.ts";
import {
	type Clock,
	createSystemClock,
	type VirtualClock,
} from "../delivery/clock.ts";
import { createJournal, type Journal } from "../delivery/journal.ts";
import { createTargets, type TargetRules } from "../delivery/targets.ts";
import { createTransport, type Transport } from "../delivery/transport.ts";
import { LocalhookError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import { answer, type Recorded } from "./answer.ts";
import type { Breach } from "./conformance.ts";
import type { Installed } from "./installed.ts";
import { checkedCredentials, resolveOptions } from "./options.ts";
import type { PayloadRequest } from "./payload.ts";
import { type EngineReply, problemReply, toEngineReply } from "./reply.ts";
import {
	createSession,
	type Published,
	type Session,
	type Surroundings,
} from "./session.ts";

export { type EngineReply, problemReply } from "./reply.ts";

export interface EngineOptions {
	readonly providers: readonly Installed[];
	/** The same seed gives the same ids, secrets and jitter. Default: `"localhook"`. */
	readonly seed?: string | undefined;
	/** Default: the system's. */
	readonly clock?: Clock;
	/** Enforce what is relaxed on a laptop, such as `https://` receivers. */
	readonly strict?: boolean;
	/** By provider id: option to value. */
	readonly options?: Readonly<Record<string, Readonly<Record<string, string>>>>;
	/** By provider id: the credentials that are accepted; none: every well-formed one. */
	readonly credentials?: Readonly<Record<string, readonly string[]>>;
	/** A receiver's URL, or one for each provider: registered for everything, from the start and after a reset. */
	readonly target?: string | ((provider: string) => string) | undefined;
	/** Where deliveries may go, beside loopback. */
	readonly targets?: TargetRules;
	/** Told of every reply or delivery that breaks its provider's document. */
	readonly onBreach?: (breach: Breach) => void;
	/** In place of HTTP. */
	readonly transport?: Transport;
}

export interface EngineRequest extends ProviderRequest {
	readonly provider: string;
}

/** One running set of providers: request in, reply out, events published. Knows no HTTP library. */
export interface Engine {
	readonly seed: string;
	readonly clock: Clock;
	readonly journal: Journal;
	readonly sessions: ReadonlyMap<string, Session>;
	/** @throws LocalhookError `unknown-provider` */
	session(provider: string): Session;
	/** Answers a request to a provider's API; never rejects. */
	handle(request: EngineRequest): Promise<EngineReply>;
	/** Whether the operation behind a reply recorded events that wait for `sent`. */
	owesEvents(reply: EngineReply): boolean;
	/** Publishes what the operation behind a reply recorded; to be called once the caller has the reply. */
	sent(reply: EngineReply): Promise<void>;
	/**
	 * Makes something happen at a provider.
	 * @throws LocalhookError `unknown-provider`, `unknown-event`
	 */
	emit(
		provider: string,
		type: string,
		request?: PayloadRequest,
	): Promise<Published>;
	/** Resolves once no delivery attempt is under way; retries may still be waiting for their time. */
	idle(): Promise<void>;
	/** Moves a virtual clock, making every attempt that falls due on the way. */
	advance(milliseconds: number): Promise<void>;
	/** Back to the seed state: one provider's, or everything. */
	reset(provider?: string): Promise<void>;
	close(): Promise<void>;
}

/**
 * Starts an engine of its own; two engines share nothing.
 *
 * @throws LocalhookError for options, credentials or providers that do not fit.
 * @example
 * const engine = createEngine({ providers: [await install("prolific")] })
 * await engine.emit("prolific", "study.status.change", { set: { status: "PAUSED" } })
 */
export function createEngine(options: EngineOptions): Engine {
	const { seed = "localhook", target } = options;
	const clock = options.clock ?? createSystemClock();
	const journal = createJournal();
	const around: Surroundings = {
		seed,
		clock,
		journal,
		createTransport: () => options.transport ?? createTransport(clock),
		targets: createTargets(options.targets),
		onBreach: options.onBreach,
	};
	const sessions = new Map<string, Session>();
	for (const installed of options.providers) {
		const { id } = installed.provider;
		const settings = {
			options: resolveOptions(
				installed.provider,
				options.options?.[id] ?? {},
				options.strict ?? false,
			),
			credentials: checkedCredentials(
				installed.provider,
				options.credentials?.[id] ?? [],
			),
			target: typeof target === "string" ? () => target : target,
		};
		sessions.set(id, createSession(installed, settings, around));
	}
	const recordedBy = new WeakMap<
		EngineReply,
		{ session: Session; recorded: readonly Recorded[] }
	>();

	const engine: Engine = {
		seed,
		clock,
		journal,
		sessions,
		session(provider) {
			const session = sessions.get(provider);
			if (session === undefined)
				throw unknownProvider(provider, sessions.keys());
			return session;
		},
		async handle(request) {
			const { provider, method, path } = request;
			const at = clock.now();
			const started = clock.stopwatch();
			let reply: EngineReply;
			let operation: string | undefined;
			try {
				const session = engine.session(provider);
				const validators = session.validators ?? (await session.ready());
				const answered = await answer(session, validators, request);
				operation = answered.operation;
				reply = toEngineReply(answered.reply);
				if (answered.recorded.length > 0)
					recordedBy.set(reply, { session, recorded: answered.recorded });
			} catch (error) {
				reply = problemReply(error);
			}
			const { status } = reply;
			const duration = clock.stopwatch() - started;
			const call = { provider, operation, method, path, status, at, duration };
			journal.tell({ kind: "call", call });
			return reply;
		},
		owesEvents: (reply) => recordedBy.has(reply),
		async sent(reply) {
			const owed = recordedBy.get(reply);
			recordedBy.delete(reply);
			for (const { type, payload } of owed?.recorded ?? [])
				await owed?.session.emit(type, { payload });
		},
		emit: async (provider, type, request) =>
			engine.session(provider).emit(type, request),
		async idle() {
			await Promise.all(
				[...sessions.values()].map((session) => session.idle()),
			);
		},
		async advance(milliseconds) {
			if (!("step" in clock))
				throw new LocalhookError(
					"invalid-request",
					"Failed to advance the clock: it shows real time.",
				);
			const virtual = clock as VirtualClock;
			const until = virtual.now() + milliseconds;
			await engine.idle();
			while (virtual.step(until)) await engine.idle();
			virtual.set(until);
		},
		async reset(provider) {
			const wanted =
				provider === undefined
					? [...sessions.values()]
					: [engine.session(provider)];
			for (const session of wanted) await session.reset();
		},
		async close() {
			await Promise.all(
				[...sessions.values()].map((session) =>
					session.stop("localhook was stopped"),
				),
			);
			clock.close();
		},
	};
	return engine;
}

/** `alsoMeant`: other words the user may have mistyped. */
export function unknownProvider(
	id: string,
	known: Iterable<string>,
	alsoMeant: readonly string[] = [],
): LocalhookError {
	const ids = [...known];
	return new LocalhookError(
		"unknown-provider",
		`Failed to find the provider "${id}": there is no such provider.${didYouMean(id, [...ids, ...alsoMeant])} ` +
			`Choose one of ${ids.join(", ")}.`,
		{ details: { providers: ids } },
	);
}
