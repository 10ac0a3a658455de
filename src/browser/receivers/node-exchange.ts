import type { Clock } from "../../delivery/clock.ts";
import { type Done, failed, type Outgoing } from "../../delivery/exchange.ts";
import { queueMicrotask } from "../../delivery/real-timers.ts";
import type { NodeHandler } from "../../receivers/receiver.ts";

/** A page cannot call one. */
export function converse(
	_handler: NodeHandler,
	_request: Outgoing,
	_clock: Clock,
	done: Done,
): () => void {
	const message =
		"the receiver is a Node handler, which needs Node; give a function (request) => Response or a URL";
	queueMicrotask(() => done(failed(message)));
	return () => {};
}
