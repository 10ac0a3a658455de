import type { Clock } from "../../delivery/clock.ts";
import { type Done, failed, type Outgoing } from "../../delivery/exchange.ts";
import { queueMicrotask } from "../../delivery/real-timers.ts";
import type { Called } from "../../receivers/node-exchange.ts";

/** A page cannot call one. */
export function converse(
	_called: Called,
	_request: Outgoing,
	_clock: Clock,
	done: Done,
): () => void {
	const message =
		"the receiver is a Node handler, which needs Node; give a function (request) => Response or a URL";
	queueMicrotask(() => done(failed(message)));
	return () => {};
}
