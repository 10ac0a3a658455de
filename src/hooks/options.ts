import { parseReceiver } from "../delivery/allowed-receivers.ts";
import {
	type Clock,
	createSystemClock,
	createVirtualClock,
	soon,
} from "../delivery/clock.ts";
import type { RunInContext, Transport } from "../delivery/exchange.ts";
import type { JournalLimits } from "../delivery/journal.ts";
import { apparentNow } from "../delivery/real-timers.ts";
import { transportsTrusting } from "../delivery/transport.ts";
import { formatDuration } from "../duration.ts";
import {
	createEngine,
	type Engine,
	type EngineOptions,
} from "../engine/engine.ts";
import type { Installed } from "../engine/options.ts";
import type { SharedOptions } from "../engine/run.ts";
import {
	checkShape,
	either,
	type Kind,
	kinds,
	recordOf,
	type Shape,
} from "../engine/shape.ts";
import { warnOnConsole } from "../printing.ts";
import { isUrl, type Receiver } from "../receivers/receiver.ts";
import { transportTo } from "../receivers/transport-to.ts";
import type { ProviderId } from "./document-types.ts";

/** The options of `startLocalhook`, `setupLocalhook` and the fixtures. */
export interface HooksOptions<Id extends ProviderId = ProviderId>
	extends SharedOptions {
	/** Ids, or the user's own providers whole. Default: all that come with localhook. */
	readonly providers?: readonly (Id | Installed)[];
	/** Gets the deliveries: registered with every provider for everything, unless `register` is false. */
	readonly receiver?: Receiver;
	/** Where a receiver that is not a URL is registered. Default: `/webhooks/<provider>`. */
	readonly path?: string | ((provider: string) => string);
	/** Default: true. False: the application under test registers its receiver itself, under whatever URL it likes. */
	readonly register?: boolean;
	/** Default: `virtual`, which stands still until it is turned and begins now; a date: virtual from then on. */
	readonly clock?: "virtual" | "real" | Date;
	/**
	 * The same seed gives the same ids, secrets and jitter. `auto` draws one, so that a receiver that remembers event ids
	 * takes no event of this run for one of the last. Default: `localhook`.
	 */
	readonly seed?: string | number;
}

const { anything, flag, text, record, size } = kinds;

const hooksOptions = {
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
	options: recordOf(
		record,
		"an object by provider id, each with an object of options",
	),
	credentials: {
		...recordOf(
			kinds.texts,
			"an object by provider id, each with a list of texts",
		),
		isSecret: true,
	},
	faults: anything,
	strict: flag,
	speed: kinds.number,
	limits: record,
} satisfies Shape<HooksOptions>;

const limits = {
	deliveries: size,
	bytes: size,
	calls: size,
} satisfies Shape<JournalLimits>;

/** Refuses what the compiler would refuse too, for callers without one. @param more the options of this way in alone */
export function checkOptions(
	given: HooksOptions,
	more: Readonly<Record<string, Kind>>,
	taker: string,
): void {
	checkShape(given, { ...hooksOptions, ...more }, taker);
	checkShape(given.limits ?? {}, limits, "limits");
}

/** @param capture gives the context that a delivery's receiver is to be called in, if it is in this process */
export function openEngine(
	options: HooksOptions,
	installed: readonly Installed[],
	capture?: () => RunInContext,
): Engine {
	const { clock, seed, receiver: _, ...shared } = options;
	const { transport = transportsTrusting(shared.receiverCa), ...receiving } =
		receivingBy(options);
	return createEngine({
		...shared,
		...receiving,
		transport: tellingOfSlowReceivers(transport),
		providers: installed,
		clock:
			clock === "real"
				? createSystemClock()
				: createVirtualClock(beginningOf(clock)),
		seed: seed === undefined ? undefined : String(seed),
		capture,
	});
}

/** When a virtual clock begins: by default now, since a receiver judges a timestamp's age by its own clock. */
export function beginningOf(clock: HooksOptions["clock"]): number {
	return clock instanceof Date ? clock.getTime() : apparentNow();
}

function receivingBy(
	options: HooksOptions,
): Pick<EngineOptions, "receiver" | "receiverRules" | "transport"> {
	const { receiver, register = true } = options;
	if (receiver === undefined) return {};
	const registered = register
		? (provider: string) => receiverUrl(options, provider)
		: undefined;
	// Naming a receiver is permission enough to send there.
	return isUrl(receiver)
		? {
				receiver: registered,
				receiverRules: { allow: [parsed(receiver).host] },
			}
		: {
				receiver: registered,
				receiverRules: { inProcess: true },
				transport: transportTo(receiver),
			};
}

export function receiverUrl(
	{ receiver, path = (id) => `/webhooks/${id}` }: HooksOptions,
	provider: string,
): string | undefined {
	if (receiver === undefined) return undefined;
	if (isUrl(receiver)) return parsed(receiver).href;
	const pathname = typeof path === "string" ? path : path(provider);
	return new URL(pathname, "http://receiver.localhost").href;
}

function parsed(receiver: string | URL): URL {
	return parseReceiver(
		String(receiver),
		"the receiver itself: a Fetch handler, a Node listener, an application",
	);
}

/** Milliseconds. Test runners end a test after five seconds, and do not say what it waited for. */
const defaultPatience = 3000;

/** Says on the console which receiver a test waits for: the provider waits longer for an answer than the test runner. */
export function tellingOfSlowReceivers(
	create: (clock: Clock) => Transport,
	patience = defaultPatience,
	tell = warnOnConsole,
): (clock: Clock) => Transport {
	return (clock) => {
		const transport = create(clock);
		return {
			close: () => transport.close(),
			post(request, done) {
				const { receiver, timeout, fault } = request;
				if (fault !== undefined || timeout <= patience)
					return transport.post(request, done);
				const cancel = soon(patience, () =>
					tell(
						`The receiver ${receiver.href} has not answered for ${formatDuration(patience)}. The attempt fails after ${formatDuration(timeout)}. ` +
							"Look for a route that sends no answer, or a promise that does not resolve.",
					),
				);
				transport.post(request, (exchange) => {
					cancel();
					done(exchange);
				});
			},
		};
	};
}
