import type { JournalLimits } from "../delivery/journal.ts";
import { engineOptions } from "../engine/engine-contract.ts";
import type { FaultSpec } from "../engine/fault-spec.ts";
import type { Installed } from "../engine/installed.ts";
import {
	checkShape,
	either,
	type Kind,
	kinds,
	type Shape,
} from "../engine/shape.ts";
import type { Receiver } from "../receivers/receiver.ts";
import type { ProviderId } from "./document-types.ts";

const { anything, flag, text, record } = kinds;

/** The options of every way in, as they are at run time. */
export const hooksOptions = {
	providers: { ...kinds.list, must: 'a list, such as ["prolific"]' },
	receiver: anything,
	receiverHeaders: { ...record, isSecret: true },
	receiverCa: text,
	path: either('a text such as "/hooks", or a function', text, kinds.func),
	register: flag,
	clock: {
		must: '"virtual", "real" or a valid Date',
		words: ["virtual", "real"],
		fits: (clock) =>
			clock instanceof Date
				? !Number.isNaN(clock.getTime())
				: clock === "virtual" || clock === "real",
	},
	seed: either("text or a finite number", text, kinds.number),
	options: engineOptions.options,
	credentials: engineOptions.credentials,
	faults: anything,
	strict: flag,
	speed: kinds.number,
	limits: record,
} satisfies Shape<HooksOptions>;

/**
 * Refuses what the compiler would refuse too, for callers without one.
 *
 * @param more the options of this way in alone
 * @param taker what takes them: `startLocalhook`
 * @throws LocalhookError `invalid-option`
 */
export function checkOptions(
	given: HooksOptions,
	more: Readonly<Record<string, Kind>>,
	taker: string,
): void {
	checkShape(given, { ...hooksOptions, ...more }, taker);
}

/** The options of `startLocalhook`, `setupLocalhook` and the fixtures. */
export interface HooksOptions<Id extends ProviderId = ProviderId> {
	/** Ids, or the user's own providers whole. Default: all that come with localhook. */
	readonly providers?: readonly (Id | Installed)[];
	/** Gets the deliveries: registered with every provider for everything, unless `register` is false. */
	readonly receiver?: Receiver;
	/** Where a receiver that is not a URL is registered. Default: `/webhooks/<provider>`. */
	readonly path?: string | ((provider: string) => string);
	/**
	 * Added to every delivery, for a gateway in front of the receiver. They replace none of the provider's own.
	 *
	 * @example { "x-gateway-key": "abc" }
	 */
	readonly receiverHeaders?: Readonly<Record<string, string>>;
	/** A certificate authority of https receivers, trusted beside those that Node trusts: PEM, or the path of a PEM file. */
	readonly receiverCa?: string;
	/** Default: true. False: the application under test registers its receiver itself, under whatever URL it likes. */
	readonly register?: boolean;
	/** Default: `virtual`, which stands still until it is turned and begins now; a date: virtual from then on. */
	readonly clock?: "virtual" | "real" | Date;
	/**
	 * The same seed gives the same ids, secrets and jitter. `auto` draws one, so that a receiver that remembers event ids
	 * takes no event of this run for one of the last. Default: `localhook`.
	 */
	readonly seed?: string | number;
	/** By provider id: option to value. */
	readonly options?: Readonly<Record<string, Readonly<Record<string, string>>>>;
	/** By provider id: the credentials that are accepted; none: every well-formed one. */
	readonly credentials?: Readonly<Record<string, readonly string[]>>;
	/** The faults that are planned from the start. */
	readonly faults?: readonly FaultSpec[];
	/** Enforce what is relaxed on a laptop, such as `https://` receivers. */
	readonly strict?: boolean;
	/** What lasts an hour at the provider lasts an hour divided by this. */
	readonly speed?: number;
	readonly limits?: Partial<JournalLimits>;
}
