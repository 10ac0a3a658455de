import type { Exchanger } from "./exchanger.ts";
import type { NodeHandler } from "./receiver.ts";

/** Calls a Node handler; what that takes is loaded for the first delivery, since few receivers are one. */
export function exchangeWithNode(handler: NodeHandler): Exchanger {
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
