import { validateHeaderName, validateHeaderValue } from "node:http";
import { connect as connectPlainly, isIP, type LookupFunction } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectSecurely, type SecureContext } from "node:tls";
import type { AttemptError } from "../contract/records.ts";
import { formatDuration } from "../duration.ts";
import type { Clock } from "./clock.ts";
import { connectionError } from "./connection-error.ts";
import { bytesBeforeCut, cutMessage } from "./cut-share.ts";
import type { Done, Outgoing } from "./exchange.ts";
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
	let outcome: AttemptError = {
		code: "connection",
		message: cutMessage(share),
	};

	const cancelDeadline = clock.after(timeout, () => {
		const message = `no connection within ${formatDuration(timeout)}`;
		outcome = { code: "connection", message };
		stream.destroy();
	});
	stream.on("error", (error) => {
		const fresh = { reused: false, heard: false };
		outcome = connectionError(error, target.href, fresh);
	});
	stream.on("close", () => {
		cancelDeadline();
		done({ error: outcome });
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
	secureContext: SecureContext | undefined,
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
			// An address is no server name: https://www.rfc-editor.org/rfc/rfc6066#section-3
			servername: isIP(host) === 0 ? host : "",
			lookup,
			secureContext,
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
