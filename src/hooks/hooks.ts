import type { JournalEntry } from "../engine/entry-view.ts";
import type { FaultSpec } from "../engine/fault-plan.ts";
import type { Turned } from "../engine/time.ts";
import type { Explanation } from "../explain/explain.ts";
import type { ProviderId } from "./document-types.ts";
import type { HooksOptions } from "./options.ts";
import type { DeliveryHandle, ProviderHooks } from "./provider-hooks.ts";

/** A running localhook: what its providers share, and each of them under its id. */
export type Localhook<
	Id extends ProviderId = ProviderId,
	More extends object = object,
> = Hooks<Id, More> & { readonly [P in Id]: ProviderHooks<P> } & More;

/**
 * What the providers of a running localhook share.
 *
 * @typeParam More what a way in adds, such as msw's handlers
 */
export interface Hooks<
	Id extends ProviderId = ProviderId,
	More extends object = object,
> extends AsyncDisposable {
	/** Gives the same ids, secrets and jitter again. */
	readonly seed: string;
	/** The plan of faults. */
	readonly faults: HooksFaults;
	readonly clock: HooksClock;
	readonly journal: HooksJournal;
	/** What the application under test needs in its environment: URLs, credentials, secrets. */
	readonly env: Readonly<Record<string, string>>;
	/**
	 * Deliveries that match a query, oldest first; without one, all of them.
	 *
	 * @throws LocalhookError `invalid-query`
	 * @example
	 * hooks.deliveries("type:study.* state:delivered")
	 */
	deliveries(query?: string): readonly DeliveryHandle[];
	/**
	 * Waits until deliveries match a query, in real time.
	 *
	 * @throws LocalhookError `invalid-query`; `wait-timed-out`, with what came nearest
	 * @example
	 * await hooks.wait("provider:prolific state:delivered", { signal })
	 */
	wait(
		query: string,
		options?: HooksWaitOptions,
	): Promise<readonly DeliveryHandle[]>;
	/** Resolves once every reply is out and no attempt under way; retries may still be waiting for their time. */
	idle(): Promise<void>;
	/** The same as the delivery's own `explain`. */
	explain(delivery: DeliveryHandle): Promise<Explanation>;
	/**
	 * Plays a scenario file, as `localhook play` does, with the receiver and the settings of this localhook. In Node alone:
	 * a page cannot read files.
	 *
	 * @param file its path or `file:` URL
	 * @throws LocalhookError `invalid-config` with every mistake of the file, before the first step; `scenario-failed`
	 * with the line of the step that did not end as expected
	 * @example
	 * await hooks.play("test/pause.yaml")
	 */
	play(file: string | URL): Promise<void>;
	/** Everything that is known, as JSON. Holds secrets. */
	snapshot(): Promise<Snapshot>;
	/** @throws LocalhookError `invalid-snapshot`; nothing has changed then */
	load(snapshot: Snapshot): Promise<void>;
	/** Back to the start: no deliveries, the first secrets, the first faults, a virtual clock at its beginning. */
	reset(): Promise<void>;
	/** Ends it and every scope that it opened. Every other method is then refused: LocalhookError `stopped`. */
	close(): Promise<void>;
	/**
	 * Another one of the same settings, and thus the same secrets; what happens in one does not show in the other.
	 *
	 * @param changes settings that differ, such as a receiver of its own
	 */
	scope(changes?: ScopeOptions): Promise<Localhook<Id, More>>;
	/**
	 * A provider by its id: for the user's own ones, and for ids in variables.
	 *
	 * @throws LocalhookError `unknown-provider`
	 */
	provider<P extends string>(id: P): ProviderHooks<P>;
}

/** What a scope may have of its own. */
export type ScopeOptions = Omit<HooksOptions, "providers">;

/** What to wait for, and for how long. */
export interface HooksWaitOptions {
	/** How many must match; default 1. */
	readonly count?: number;
	/** Real time, as milliseconds or as `10s`; default 4 seconds, since Vitest and Jest end a test after 5. */
	readonly timeout?: number | string;
	readonly signal?: AbortSignal;
}

/** The time at the providers. Turning it needs a virtual clock. */
export interface HooksClock {
	now(): Date;
	/**
	 * Makes every attempt that falls due in the time given.
	 *
	 * @param time milliseconds, or a text such as `3d`
	 * @throws LocalhookError `clock-is-real`, `invalid-duration`
	 */
	advance(time: number | string): Promise<Turned>;
	/** Goes to the next due attempt and makes it. @throws LocalhookError `clock-is-real` */
	next(): Promise<Turned>;
	/**
	 * Goes on until nothing is due, or until so many attempts were made; default 100,000.
	 *
	 * @throws LocalhookError `clock-is-real`
	 */
	drain(options?: { readonly attempts?: number }): Promise<Turned>;
	/** The delivery whose attempt comes next, at its `nextAt`; undefined: nothing is due. */
	due(): DeliveryHandle | undefined;
}

/** What happened, in order. */
export interface HooksJournal {
	/**
	 * What is kept, oldest first; with a query, only the events and deliveries that match.
	 *
	 * @throws LocalhookError `invalid-query`
	 * @example
	 * hooks.journal.entries("provider:prolific state:failed")
	 */
	entries(query?: string): readonly JournalEntry[];
	/**
	 * Calls back with each entry as it happens; a query is asked at that moment. Returns what ends it.
	 *
	 * @throws LocalhookError `invalid-query`
	 * @example
	 * const stop = hooks.journal.follow((entry) => console.log(entry.kind))
	 */
	follow(listener: (entry: JournalEntry) => void, query?: string): () => void;
}

/** The plan of faults. */
export interface HooksFaults {
	/** The plan with how often each fault was drawn for, and how often it was applied. */
	list(): readonly (FaultSpec & {
		readonly drawn: number;
		readonly applied: number;
	})[];
	/**
	 * A new plan in place of the one before; an empty one ends it.
	 *
	 * @throws LocalhookError `invalid-request`, `invalid-query`, `invalid-duration`; the plan before stays
	 */
	set(specs: readonly FaultSpec[]): void;
}

/** Everything that a localhook knows, as JSON. Its parts are localhook's own and may change. */
export interface Snapshot {
	/** The version of the format. */
	readonly localhook: 2;
	readonly seed: string;
	/** Epoch milliseconds on the clock of the providers. */
	readonly now: number;
	readonly providers: Readonly<Record<string, unknown>>;
	readonly deliveries: readonly unknown[];
}
