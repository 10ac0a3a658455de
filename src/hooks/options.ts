import type { JournalLimits } from "../delivery/journal.ts";
import type { FaultSpec } from "../engine/fault-rules.ts";
import type { Installed } from "../engine/installed.ts";
import type { Receiver } from "../receivers/receiver.ts";
import type { ProviderId } from "./document-types.ts";

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
	/** What goes wrong on purpose, from the start. */
	readonly faults?: readonly FaultSpec[];
	/** Enforce what is relaxed on a laptop, such as `https://` receivers. */
	readonly strict?: boolean;
	/** What lasts an hour at the provider lasts an hour divided by this. */
	readonly speed?: number;
	readonly limits?: Partial<JournalLimits>;
}
