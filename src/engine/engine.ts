import { foreignSigner } from "../delivery/bad-signature.ts";
import { type Clock, createSystemClock, keepAlive } from "../delivery/clock.ts";
import { createFaults } from "../delivery/faults.ts";
import { createJournal } from "../delivery/journal.ts";
import {
	checkedReceiverHeaders,
	refuseSignatureHeaders,
} from "../delivery/receiver-headers.ts";
import { createTargets } from "../delivery/targets.ts";
import { transportsTrusting } from "../delivery/transport.ts";
import { parseQuery } from "../query/parse.ts";
import { createRandom, defaultSeed, seedOf } from "../random.ts";
import { answer } from "./answer.ts";
import { bodyLimit, bodyTooLarge } from "./body.ts";
import {
	type Engine,
	type EngineOptions,
	engineOptions,
	type Handled,
	limitNames,
} from "./engine-contract.ts";
import { createFaultPlan } from "./fault-plan.ts";
import { scopeOf } from "./fault-rules.ts";
import {
	checkedCredentials,
	checkedSpeed,
	refuseUnstarted,
	resolveOptions,
} from "./options.ts";
import { refuseStopped, unknownProvider } from "./refusals.ts";
import { type EngineReply, problemReply, toEngineReply } from "./reply.ts";
import type { Shared } from "./run.ts";
import { createSession } from "./session.ts";
import type { Session } from "./session-contract.ts";
import { checkShape } from "./shape.ts";
import { restoreSnapshot, takeSnapshot } from "./snapshot.ts";
import { createSteering } from "./steering.ts";
import { createTime } from "./time.ts";
import { wait } from "./wait.ts";

export type {
	Engine,
	EngineOptions,
	EngineRequest,
} from "./engine-contract.ts";
export { type EngineReply, problemReply } from "./reply.ts";

/**
 * Starts an engine of its own; two engines share nothing.
 *
 * @throws LocalhookError for options, credentials or providers that do not fit.
 * @example
 * const engine = createEngine({ providers: [await install("prolific")] })
 * engine.send("prolific", "study.status.change", { merge: { status: "PAUSED" } })
 */
export function createEngine(options: EngineOptions): Engine {
	checkShape(options, engineOptions, "createEngine");
	checkShape(options.limits ?? {}, limitNames, "limits");
	const { target, faults: planned = [] } = options;
	const seed = seedOf(options.seed ?? defaultSeed);
	const receiverHeaders = checkedReceiverHeaders(options.receiverHeaders ?? {});
	const transport = options.transport ?? transportsTrusting(options.receiverCa);
	const clock = options.clock ?? createSystemClock();
	const journal = createJournal(options.limits);
	const faults = createFaults(createRandom(seed).fork("faults"), clock.now);
	const shared: Shared = {
		seed,
		clock,
		journal,
		createTransport: () => transport(clock),
		capture: options.capture,
		targets: createTargets({ ...options.targets, headers: receiverHeaders }),
		faults,
		speed: checkedSpeed(options.speed),
		otherSigner: (provider) => {
			const other = [...sessions.values()].find(
				(session) => session.provider.id !== provider,
			);
			return other?.signer ?? foreignSigner;
		},
		onBreach: options.onBreach,
	};
	refuseUnstarted(
		Object.keys({ ...options.options, ...options.credentials }),
		options.providers.map(({ provider }) => provider.id),
	);
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
		sessions.set(id, createSession(installed, settings, shared));
	}
	refuseSignatureHeaders(
		receiverHeaders,
		[...sessions.values()].map(({ provider: { id }, signer }) => ({
			provider: id,
			header: signer.header,
			timestampHeader: signer.timestampHeader,
		})),
	);
	const plan = createFaultPlan(faults, () => scopeOf(options.providers));
	plan.set(planned);
	let calls = 0;
	/** One after the other: halves of two snapshots are none. */
	let loading: Promise<void> = Promise.resolve();
	const closing = new AbortController();

	const engine: Engine = {
		seed,
		clock,
		time: createTime(clock, shared.speed, sessions, journal),
		closing: closing.signal,
		journal,
		faults: plan,
		sessions,
		session(provider) {
			const session = sessions.get(provider);
			if (session === undefined)
				throw unknownProvider(provider, sessions.keys());
			return session;
		},
		async handle(request) {
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
				const session = engine.session(provider);
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
				if (answered.fault?.kind === "latency")
					await pause(clock, answered.fault.by);
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
		send(provider, type, request) {
			refuseStopped(engine, "send");
			return engine.session(provider).send(type, request);
		},
		async idle() {
			await Promise.all(
				[...sessions.values()].map((session) => session.run.idle()),
			);
		},
		advance: (milliseconds) => engine.time.advance(milliseconds),
		query: (text) =>
			parseQuery(text, {
				provider: [...sessions.keys()],
				type: [...sessions.values()].flatMap(({ provider }) =>
					Object.keys(provider.events),
				),
			}),
		wait: async (query, options = {}) =>
			wait(engine.query(query), options, {
				journal,
				clock,
				closing: closing.signal,
			}),
		snapshot: () => takeSnapshot({ seed, clock, journal, sessions }),
		load(snapshot) {
			const loaded = loading.then(() =>
				restoreSnapshot({ seed, clock, journal, sessions }, snapshot),
			);
			loading = loaded.catch(() => {});
			return loaded;
		},
		async reset(provider) {
			const wanted =
				provider === undefined
					? [...sessions.values()]
					: [engine.session(provider)];
			for (const session of wanted) await session.reset();
		},
		async close() {
			closing.abort();
			await Promise.all(
				[...sessions.values()].map((session) =>
					session.run.stop("localhook was stopped"),
				),
			);
			clock.close();
		},
		...createSteering(sessions, (id) => engine.session(id), journal, clock),
	};
	return engine;
}

async function pause(clock: Clock, milliseconds: number): Promise<void> {
	const letGo = keepAlive();
	await new Promise<void>((resolve) => clock.after(milliseconds, resolve));
	letGo();
}
