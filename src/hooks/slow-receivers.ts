import { type Clock, soon } from "../delivery/clock.ts";
import type { Transport } from "../delivery/exchange.ts";
import { formatDuration } from "../duration.ts";
import { warnOnConsole } from "../printing.ts";

/** Milliseconds. Test runners end a test after five seconds, and do not say what it waited for. */
const usualPatience = 3000;

/**
 * Says on the console which receiver a test waits for. A provider waits longer for an answer than a test runner for a
 * test, which would end without a word. What is late on purpose, by a fault, is not told.
 */
export function tellingOfSlowReceivers(
	create: (clock: Clock) => Transport,
	patience = usualPatience,
	tell = warnOnConsole,
): (clock: Clock) => Transport {
	return (clock) => {
		const transport = create(clock);
		return {
			close: () => transport.close(),
			post(request, done) {
				const { target, timeout, fault } = request;
				if (fault !== undefined || timeout <= patience)
					return transport.post(request, done);
				const cancel = soon(patience, () =>
					tell(
						`The receiver ${target.href} has not answered for ${formatDuration(patience)}. The attempt fails after ${formatDuration(timeout)}. ` +
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
