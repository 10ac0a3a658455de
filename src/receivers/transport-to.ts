import { createRepeating } from "../delivery/answer.ts";
import { type Clock, keepAlive } from "../delivery/clock.ts";
import type { Exchange, Transport } from "../delivery/exchange.ts";
import { queueMicrotask } from "../delivery/real-timers.ts";
import type { Exchanger } from "./exchanger.ts";
import { exchangeWithFetch } from "./fetch-exchange.ts";
import { calledAs, type NodeHandler, type Receiver } from "./receiver.ts";

const stopped: Exchange = {
	error: { code: "connection", message: "localhook was stopped" },
};

/**
 * Delivers to code in this process, whatever URL it is registered under.
 *
 * @returns a transport for each clock, as `EngineOptions.transport` wants it
 * @throws LocalhookError `invalid-receiver` for what is no receiver
 * @example
 * createEngine({
 *   providers,
 *   transport: transportTo((request) => new Response()),
 *   targets: { inProcess: true },
 *   target: "http://receiver.localhost/webhooks",
 * })
 */
export function transportTo(
	receiver: Exclude<Receiver, string | URL>,
): (clock: Clock) => Transport {
	const called = calledAs(receiver);
	const exchanger =
		called.as === "fetch"
			? exchangeWithFetch(called.handler)
			: exchangeWithNode(called.handler);
	return (clock) => createTransport(exchanger, clock);
}

function createTransport(exchanger: Exchanger, clock: Clock): Transport {
	const repeating = createRepeating();
	/** How each exchange under way is ended before its time. */
	const stops = new Set<() => void>();
	let closed = false;

	return {
		post(request, done) {
			const letGo = keepAlive();
			let breakOff: (() => void) | undefined;
			const end = (exchange: Exchange) => {
				if (!stops.delete(stop)) return;
				letGo();
				done(exchange);
			};
			const stop = () => {
				end(stopped);
				breakOff?.();
			};
			stops.add(stop);
			const begin = () => {
				breakOff = exchanger(request, { clock, repeating }, end);
			};
			// The code that caused the delivery goes on first.
			queueMicrotask(() => {
				if (closed) stop();
				else if (request.runInContext === undefined) begin();
				else request.runInContext(begin);
			});
		},
		async close() {
			closed = true;
			for (const stop of stops) stop();
		},
	};
}

/** Calls a Node handler; what that takes is loaded for the first delivery, since few receivers are one. */
function exchangeWithNode(handler: NodeHandler): Exchanger {
	return (request, by, done) => {
		let broken = false;
		let breakOff: (() => void) | undefined;
		import("./node-exchange.ts").then(
			({ converse }) => {
				if (!broken) breakOff = converse(handler, request, by, done);
			},
			({ message }: Error) => done({ error: { code: "connection", message } }),
		);
		return () => {
			broken = true;
			breakOff?.();
		};
	};
}
