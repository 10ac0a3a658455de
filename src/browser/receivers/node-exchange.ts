import type { Done, Outgoing } from "../../delivery/exchange.ts";
import { queueMicrotask } from "../../delivery/real-timers.ts";
import type { Exchanger } from "../../receivers/exchanger.ts";
import type { NodeHandler } from "../../receivers/receiver.ts";

/** A page cannot call one. */
export function converse(
	_handler: NodeHandler,
	_request: Outgoing,
	_by: Parameters<Exchanger>[1],
	done: Done,
): () => void {
	const message =
		"the receiver is a Node handler, which needs Node; give a function (request) => Response or a URL";
	queueMicrotask(() => done({ error: { code: "connection", message } }));
	return () => {};
}
