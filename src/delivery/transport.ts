import { AsyncLocalStorage } from "node:async_hooks";
import type { LookupFunction } from "node:net";
import type { Duplex } from "node:stream";
import type { SecureContext } from "node:tls";
import Queue from "yocto-queue";
import type { Clock } from "./clock.ts";
import { Connection } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import {
	type Done,
	type Exchange,
	type Outgoing,
	stopped,
	type Transport,
} from "./exchange.ts";
import { queueMicrotask } from "./real-timers.ts";
import { createLookup, readCertificates, trusting } from "./trust.ts";

const mostConnections = 64;

/** @param receiverCa certificate authorities of receivers beside those that Node knows: PEM, or the path of a PEM file */
export function transportsTrusting(
	receiverCa: string | undefined,
): (clock: Clock) => Transport {
	const certificates =
		receiverCa === undefined ? undefined : readCertificates(receiverCa);
	return (clock) => createTransport(clock, createLookup(), certificates);
}

/** Pooled POSTs over undici, which is loaded for the first of them. Redirects are not followed. */
export function createTransport(
	clock: Clock,
	lookup: LookupFunction = createLookup(),
	certificates?: readonly string[],
): Transport {
	const lanes = new Map<string, Lane>();
	let secureContext: SecureContext | undefined;
	let closed = false;

	async function laneOf(origin: string): Promise<Lane> {
		const { Client, buildConnector } = await import("undici");
		const existing = lanes.get(origin);
		if (existing !== undefined) return existing;
		// Made for the first receiver that has TLS: it takes a while.
		if (certificates !== undefined && origin.startsWith("https:"))
			secureContext ??= trusting(certificates);
		// Without a timeout of its own: how long a connection may take is the request's.
		const connect = buildConnector({ lookup, secureContext, timeout: 0 });
		const receiver = { closesUnasked: false };
		const open = () =>
			new Connection(
				Client,
				origin,
				// It returns the socket, which its types do not say.
				(to, opened) => outside(() => connect(to, opened) as unknown as Duplex),
				receiver,
			);
		const lane = createLane(open);
		lanes.set(origin, lane);
		return lane;
	}
	function postTo(lane: Lane, request: Outgoing, done: Done): void {
		lane.lend((connection) => {
			const ended = (exchange: Exchange) => {
				lane.giveBack(connection);
				done(exchange);
			};
			// Whatever was still on its way here when the end came would hold the process open.
			if (closed) queueMicrotask(() => ended(stopped));
			else new Conversation(connection, request, clock, ended).begin();
		});
	}

	return {
		post(request, done) {
			const { origin } = request.receiver;
			const lane = lanes.get(origin);
			if (lane !== undefined) postTo(lane, request, done);
			else void laneOf(origin).then((made) => postTo(made, request, done));
		},
		async close() {
			closed = true;
			const all = [...lanes.values()].flatMap((lane) => lane.connections);
			await Promise.all(all.map(({ client }) => client.destroy()));
		},
	};
}

type Lane = ReturnType<typeof createLane>;

/** One origin: its connections, and the requests that wait for one. Waiting does not use up a request's time. */
function createLane(open: () => Connection) {
	const connections: Connection[] = [];
	/** A pool would look for one that is free among all of them at every request. */
	const free: Connection[] = [];
	/** Connections that have had their first answer, and may be closed by the receiver right behind it. */
	let onTrial = 0;
	const waiting = new Queue<(connection: Connection) => void>();

	/** A new connection is opened only where none may be free in a moment: some receivers serve one at a time. */
	function take(): Connection | undefined {
		const known = free.pop();
		const isFull = onTrial > 0 || connections.length === mostConnections;
		if (known !== undefined || isFull) return known;
		const opened = open();
		connections.push(opened);
		return opened;
	}
	function serve(connection: Connection): void {
		let next: Connection | undefined = connection;
		while (next !== undefined) {
			const borrow = waiting.dequeue();
			if (borrow === undefined) {
				free.push(next);
				return;
			}
			borrow(next);
			// Those that have waited for a trial to end need more than the one connection that was on trial.
			next = waiting.size === 0 ? undefined : take();
		}
	}
	return {
		connections,
		lend(borrow: (connection: Connection) => void): void {
			const connection = take();
			if (connection !== undefined) borrow(connection);
			// undici takes no request while it tells of the end of another.
			else waiting.enqueue((next) => queueMicrotask(() => borrow(next)));
		},
		giveBack(connection: Connection): void {
			const isOnTrial = connection.onTrial(() => {
				onTrial--;
				serve(connection);
			});
			if (isOnTrial) onTrial++;
			else serve(connection);
		},
	};
}

/**
 * Runs something in no caller's async context. What a connection does is nobody's: in the context of a call that was
 * intercepted, msw 3 takes everything that goes over a socket for a part of that call.
 */
const outside: <T>(run: () => T) => T = AsyncLocalStorage.snapshot();
