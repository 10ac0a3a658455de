import type { Exchange, Transport } from "../delivery/exchange.ts";
import type { Headers } from "./mistake.ts";

/** Milliseconds. */
const patience = 5000;

/** What a receiver says to a delivery; `silent`: it does not answer at all. */
export type Opinion = "accepted" | "rejected" | "silent";

/** @param href where the delivery went */
export function createAsk(
	send: Pick<Transport, "post">,
	href: string,
	body: Uint8Array,
): (headers: Headers) => Promise<Opinion> {
	const { origin, pathname, search } = new URL(href);
	const target = { href, origin, path: pathname + search };
	return async (headers) => {
		const exchange = await new Promise<Exchange>((resolve) =>
			send.post({ target, headers, body, timeout: patience }, resolve),
		);
		if ("error" in exchange)
			return exchange.error.code === "timeout" ? "silent" : "rejected";
		const { status } = exchange.response;
		return status >= 200 && status < 300 ? "accepted" : "rejected";
	};
}
