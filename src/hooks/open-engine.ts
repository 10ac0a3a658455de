import {
	type Clock,
	createSystemClock,
	createVirtualClock,
} from "../delivery/clock.ts";
import type { RunInContext } from "../delivery/exchange.ts";
import { apparentNow } from "../delivery/real-timers.ts";
import { parseReceiver } from "../delivery/targets.ts";
import { transportsTrusting } from "../delivery/transport.ts";
import {
	createEngine,
	type Engine,
	type EngineOptions,
} from "../engine/engine.ts";
import type { Installed } from "../engine/installed.ts";
import { isUrl } from "../receivers/receiver.ts";
import { transportTo } from "../receivers/transport-to.ts";
import { rememberReceiver } from "./explain-delivery.ts";
import type { HooksOptions } from "./options.ts";
import { tellingOfSlowReceivers } from "./slow-receivers.ts";

/**
 * An engine as the options want it.
 *
 * @param installed the providers that the options name
 * @param capture gives the context that a delivery's receiver is to be called in, if it is in this process
 * @throws LocalhookError for options, credentials or providers that do not fit
 */
export function openEngine(
	options: HooksOptions,
	installed: readonly Installed[],
	capture?: () => RunInContext,
): Engine {
	const { clock, seed, credentials } = options;
	const receiving = receivingBy(options);
	const engine = createEngine({
		...receiving,
		transport: tellingOfSlowReceivers(
			receiving.transport ?? transportsTrusting(options.receiverCa),
		),
		providers: installed,
		clock: clockOf(clock),
		seed: seed === undefined ? undefined : String(seed),
		faults: options.faults,
		strict: options.strict ?? false,
		speed: options.speed,
		limits: options.limits,
		receiverHeaders: options.receiverHeaders,
		receiverCa: options.receiverCa,
		options: options.options ?? {},
		credentials: credentials ?? {},
		...(capture && { capture }),
	});
	if (options.receiver !== undefined)
		rememberReceiver(engine, options.receiver);
	return engine;
}

/** When a virtual clock begins: by default now, since a receiver judges a timestamp's age by its own clock. */
export function beginningOf(clock: HooksOptions["clock"]): number {
	return clock instanceof Date ? clock.getTime() : apparentNow();
}

function clockOf(clock: HooksOptions["clock"]): Clock {
	return clock === "real"
		? createSystemClock()
		: createVirtualClock(beginningOf(clock));
}

/**
 * How an engine gets its deliveries to the receiver, and whether it registers it by itself.
 *
 * @throws LocalhookError `invalid-receiver`
 */
function receivingBy(
	options: HooksOptions,
): Pick<EngineOptions, "target" | "targets" | "transport"> {
	const { receiver, register = true } = options;
	if (receiver === undefined) return {};
	if (isUrl(receiver)) {
		const { href, host } = parsed(receiver);
		// Naming a receiver is permission enough to send there.
		return { target: register ? href : undefined, targets: { allow: [host] } };
	}
	return {
		target: register ? (provider) => receiverUrl(options, provider) : undefined,
		targets: { inProcess: true },
		transport: transportTo(receiver),
	};
}

/** The URL of the receiver that the options have. */
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
