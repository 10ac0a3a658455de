import { builtInIds } from "../catalog.ts";
import type { VirtualClock } from "../delivery/clock.ts";
import { parseDuration } from "../duration.ts";
import type { Engine } from "../engine/engine.ts";
import { matching, showEntry } from "../engine/entry-view.ts";
import { unknownProvider } from "../engine/options.ts";
import { providerVariables } from "../engine/secrets.ts";
import {
	checkArgument,
	checkShape,
	either,
	type Kind,
	kinds,
	type Shape,
	whole,
} from "../engine/shape.ts";
import type { Snapshot as EngineSnapshot } from "../engine/snapshot.ts";
import { invalidOption, LocalhookError, quoted } from "../errors.ts";
import { bordered } from "./border.ts";
import { createOwed } from "./call-operation.ts";
import { handleOf, originOf } from "./deliveries.ts";
import type { ProviderId } from "./document-types.ts";
import type { Hooks, HooksWaitOptions, Localhook } from "./hooks.ts";
import { beginningOf, checkOptions, type HooksOptions } from "./options.ts";
import { playFile } from "./play-file.ts";
import type { ProviderHooks } from "./provider-hooks.ts";
import { providerHooksOf } from "./provider-hooks-of.ts";

const engines = new WeakMap<object, Engine>();

/** For the ways in and for tests: what users need of it, `hooks` has in words of its own. */
export function engineOf(hooks: object): Engine {
	return engines.get(hooks) as Engine;
}

/** Milliseconds: below the five seconds after which Vitest and Jest end a test without a reason. */
const defaultWait = 4000;

export interface Foundation<Id extends ProviderId, More extends object> {
	readonly engine: Engine;
	readonly options: HooksOptions<Id>;
	readonly more: More;
	/** The base URL of a provider's API, in place of the provider's own, without a slash at the end. */
	urlOf(provider: string): string;
	/** Resolves once the events that replies owe are published. Absent: they are before the caller can have read it. */
	settled?(): Promise<void>;
	reset?(): void;
	/** Ends the way in. The engine goes on. */
	close(): Promise<void>;
	/** Another engine and another way in, which share nothing with these. */
	openScope(options: HooksOptions<Id>): Promise<Foundation<Id, More>>;
}

export function createHooks<Id extends ProviderId, More extends object>(
	foundation: Foundation<Id, More>,
): Localhook<Id, More> {
	const { engine, options, more } = foundation;
	const { clock, journal, time } = engine;
	const owed = createOwed(engine);
	const providers = new Map(
		[...engine.sessions.keys()].map((id) => [
			id,
			providerHooksOf(engine, foundation.urlOf, owed, id),
		]),
	);
	const scopes = new Set<Localhook<Id, More>>();
	let closing: Promise<void> | undefined;

	async function caughtUp(): Promise<void> {
		owed.publish();
		await foundation.settled?.();
	}
	async function close(): Promise<void> {
		await Promise.all([...scopes].map((scope) => scope.close()));
		await foundation.close();
		await engine.close();
	}

	const hooks: Hooks<Id, More> = bordered(engine, {
		seed: engine.seed,
		faults: bordered(engine, {
			list: engine.faults.list,
			set: engine.faults.set,
		}),
		clock: bordered(engine, {
			now: () => new Date(clock.now()),
			async advance(by) {
				const milliseconds = inMilliseconds(by);
				await caughtUp();
				return time.advance(milliseconds);
			},
			async next() {
				await caughtUp();
				return time.next();
			},
			async drain(options = {}) {
				checkShape(options, { attempts: whole(1) }, "drain");
				await caughtUp();
				return time.drain(options.attempts);
			},
			due() {
				owed.publish();
				const due = time.due();
				return due && handleOf(engine, due.delivery);
			},
		}),
		journal: bordered(engine, {
			entries(query) {
				owed.publish();
				return journal.after(0).filter(matching(engine, query)).map(showEntry);
			},
			follow(listener, query) {
				checkArgument(listener, kinds.func, "listener");
				const wants = matching(engine, query);
				return journal.subscribe((entry) => {
					if (wants(entry)) listener(showEntry(entry));
				});
			},
		}),
		get env() {
			const variables = [...engine.sessions].flatMap(([id, session]) =>
				providerVariables(session, foundation.urlOf(id)),
			);
			return Object.fromEntries(
				variables.map(({ name, value }) => [name, value]),
			);
		},
		deliveries(query = "") {
			owed.publish();
			const wanted = engine.query(query);
			return [...journal.newest()]
				.filter((delivery) => wanted.matches(delivery, clock.now()))
				.reverse()
				.map((delivery) => handleOf(engine, delivery));
		},
		async wait(query, options = {}) {
			checkShape(options, waitOptions, "wait");
			const { count, timeout, signal } = options;
			owed.publish();
			const found = await engine.wait(query, {
				count,
				signal,
				timeout: inMilliseconds(timeout ?? defaultWait),
			});
			return found.map((delivery) => handleOf(engine, delivery));
		},
		async idle() {
			await caughtUp();
			await engine.idle();
		},
		async explain(delivery) {
			checkArgument(delivery, aDelivery, "delivery");
			return delivery.explain();
		},
		async play(file) {
			await caughtUp();
			await playFile(engine, options, file);
		},
		async snapshot() {
			await caughtUp();
			return engine.snapshot();
		},
		async load(snapshot) {
			await caughtUp();
			// The engine checks it, whatever it is.
			await engine.load(snapshot as EngineSnapshot);
		},
		async reset() {
			owed.forget();
			foundation.reset?.();
			if (time.mode === "virtual")
				(clock as VirtualClock).restore(beginningOf(options.clock));
			engine.faults.set(options.faults ?? []);
			await engine.reset();
		},
		close: () => {
			closing ??= close();
			return closing;
		},
		[Symbol.asyncDispose]: () => hooks.close(),
		async scope(changes = {}) {
			checkOptions(changes, {}, "scope");
			if ("providers" in changes)
				throw invalidOption(
					'Invalid option "providers" of scope: a scope has the providers of the one that opens it. Start another localhook for others.',
				);
			const opened = await foundation.openScope({ ...options, ...changes });
			const scope = createHooks(opened);
			scopes.add(scope);
			whenClosed(scope, () => scopes.delete(scope));
			return scope;
		},
		provider: <P extends string>(id: P) => {
			const found: unknown = providers.get(id);
			if (found === undefined) throw notStarted(engine, id);
			return found as ProviderHooks<P>;
		},
	});
	// A member of the surface is never hidden by a provider of its name: that one is found by `provider`.
	const surface: object = Object.fromEntries(providers);
	for (const id of builtInIds)
		if (!providers.has(id))
			Object.defineProperty(surface, id, {
				get: () => hooks.provider(id),
				configurable: true,
			});
	Object.defineProperties(surface, Object.getOwnPropertyDescriptors(more));
	Object.defineProperties(surface, Object.getOwnPropertyDescriptors(hooks));
	engines.set(surface, engine);
	return surface as Localhook<Id, More>;
}

const waitOptions = {
	count: whole(1),
	timeout: either(
		"milliseconds that are not negative, or a text such as 10s",
		{
			...kinds.size,
			fits: (value) => Number.isFinite(value) && Number(value) >= 0,
		},
		kinds.text,
	),
	signal: {
		must: "an AbortSignal",
		fits: (value) =>
			Object.prototype.toString.call(value) === "[object AbortSignal]",
	},
} satisfies Shape<HooksWaitOptions>;

const aDelivery: Kind = {
	must: 'one of localhook, such as hooks.deliveries()[0] or the "delivery" of what send gives',
	fits: (value) => originOf(value) !== undefined && "explain" in Object(value),
};

function notStarted(engine: Engine, id: string): LocalhookError {
	if (!builtInIds.includes(id))
		return unknownProvider(id, engine.sessions.keys());
	return new LocalhookError(
		"unknown-provider",
		`Failed to find the provider ${quoted(id)}: this localhook was started with ${[...engine.sessions.keys()].join(", ") || "none"}. Add ${quoted(id)} to the option "providers".`,
	);
}

function inMilliseconds(time: number | string): number {
	return typeof time === "number" ? time : parseDuration(time);
}

/** Calls back before what still waits is cancelled. */
export function whenClosed(hooks: object, ended: () => void): void {
	engineOf(hooks).closing.addEventListener("abort", ended, { once: true });
}

/** Tells of a localhook, and of each scope that is opened from it. @param begun gives what is called once it is closed */
export function watched<Id extends ProviderId, More extends object>(
	hooks: Localhook<Id, More>,
	begun: (hooks: Localhook<Id, More>) => () => void,
): Localhook<Id, More> {
	const { scope } = hooks;
	whenClosed(hooks, begun(hooks));
	return Object.assign(hooks, {
		scope: async (...changes: Parameters<typeof scope>) =>
			watched(await scope(...changes), begun),
	});
}
