import { validateHeaderName, validateHeaderValue } from "node:http";
import { connect as connectPlainly, type LookupFunction } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectSecurely } from "node:tls";
import type { AttemptError } from "../contract/records.ts";
import type { Clock } from "./clock.ts";
import { bytesBeforeCut, cutMessage } from "./cut-share.ts";
import type { Done, Outgoing } from "./exchange.ts";
import { RefusedAddress } from "./lookup.ts";
import { queueMicrotask } from "./real-timers.ts";

/** A connection, and the event that tells of its being open; none: it is open already. */
export interface Opening {
	readonly stream: Duplex;
	readonly opens: "connect" | "secureConnect" | undefined;
}

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
	open: (url: URL) => Opening,
	done: Done,
): () => void {
	const problem = unsendable(headers);
	if (problem !== undefined) {
		queueMicrotask(() =>
			done({ error: { code: "connection", message: problem } }),
		);
		return () => {};
	}
	const url = new URL(target.href);
	const { stream, opens } = open(url);
	let code: AttemptError["code"] = "connection";
	let message = cutMessage(share);

	const cancelDeadline = clock.after(timeout, () => {
		message = `no connection within ${timeout} ms`;
		stream.destroy();
	});
	stream.on("error", (error) => {
		if (error instanceof RefusedAddress) code = "refused-target";
		message = error.message;
	});
	stream.on("close", () => {
		cancelDeadline();
		done({ error: { code, message } });
	});
	function send(): void {
		const lines = Object.entries({
			host: url.host,
			...headers,
			"content-length": String(body.length),
		}).map(([name, value]) => `${name}: ${value}\r\n`);
		stream.write(`POST ${target.path} HTTP/1.1\r\n${lines.join("")}\r\n`);
		stream.write(bytesBeforeCut(body, share), () => stream.destroy());
	}
	if (opens === undefined) send();
	else stream.on(opens, send);
	return () => stream.destroy();
}

/** A connection to where a URL points. */
export function openSocket(
	{ hostname, port, protocol }: URL,
	lookup: LookupFunction,
): Opening {
	const host = hostname.replace(/^\[|\]$/g, "");
	if (protocol !== "https:")
		return {
			stream: connectPlainly({ host, port: Number(port || 80), lookup }),
			opens: "connect",
		};
	return {
		stream: connectSecurely({
			host,
			port: Number(port || 443),
			servername: host,
			lookup,
		}),
		opens: "secureConnect",
	};
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
