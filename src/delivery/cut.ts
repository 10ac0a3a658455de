import { validateHeaderName, validateHeaderValue } from "node:http";
import {
	connect as connectPlainly,
	type LookupFunction,
	type Socket,
} from "node:net";
import { connect as connectSecurely } from "node:tls";
import type { AttemptError } from "../contract/records.ts";
import type { Clock } from "./clock.ts";
import type { Done, Outgoing } from "./exchange.ts";
import { RefusedAddress } from "./lookup.ts";

/**
 * Sends a request that breaks off: its head, and with `share` so much of its body. By hand, since no client would
 * send half of what it promised. `done` is told of the end once, and never before this returns.
 *
 * @param share from 0 to 1
 */
export function sendInPart(
	{ target, headers, body, timeout }: Outgoing,
	share: number,
	clock: Clock,
	lookup: LookupFunction,
	done: Done,
): () => void {
	const problem = unsendable(headers);
	if (problem !== undefined) {
		queueMicrotask(() =>
			done({ error: { code: "connection", message: problem } }),
		);
		return () => {};
	}
	const { hostname, port, protocol, host } = new URL(target.href);
	const at = hostname.replace(/^\[|\]$/g, "");
	const socket: Socket =
		protocol === "https:"
			? connectSecurely({
					host: at,
					port: Number(port || 443),
					servername: at,
					lookup,
				})
			: connectPlainly({ host: at, port: Number(port || 80), lookup });
	let code: AttemptError["code"] = "connection";
	let message = `the connection was cut on purpose, ${share === 0 ? "before" : "in the middle of"} the body`;

	const cancelDeadline = clock.after(timeout, () => {
		message = `no connection within ${timeout} ms`;
		socket.destroy();
	});
	socket.on("error", (error) => {
		if (error instanceof RefusedAddress) code = "refused-target";
		message = error.message;
	});
	socket.on("close", () => {
		cancelDeadline();
		done({ error: { code, message } });
	});
	socket.on(protocol === "https:" ? "secureConnect" : "connect", () => {
		const lines = Object.entries({
			host,
			...headers,
			"content-length": String(body.length),
		}).map(([name, value]) => `${name}: ${value}\r\n`);
		socket.write(`POST ${target.path} HTTP/1.1\r\n${lines.join("")}\r\n`);
		const part = body.subarray(0, Math.floor(body.length * share));
		socket.write(part, () => socket.destroy());
	});
	return () => socket.destroy();
}

/** A line break in a header would begin another one, or another request. */
function unsendable(headers: Outgoing["headers"]): string | undefined {
	try {
		for (const [name, value] of Object.entries(headers)) {
			validateHeaderName(name);
			validateHeaderValue(name, value);
		}
		return undefined;
	} catch (error) {
		return (error as Error).message;
	}
}

/** A body a bit at a time, in so many milliseconds. */
export async function* dribble(
	body: Uint8Array,
	over: number,
	clock: Clock,
): AsyncGenerator<Uint8Array> {
	const bits = Math.min(body.length, 10);
	for (let i = 0; i < bits; i++) {
		await new Promise<void>((resolve) => clock.after(over / bits, resolve));
		const start = Math.floor((body.length * i) / bits);
		yield body.subarray(start, Math.floor((body.length * (i + 1)) / bits));
	}
}
