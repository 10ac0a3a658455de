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

/** One origin: its connections, and the requests that wait for one. Waiting does not use up a request's time. */
interface Lane {
	/** A pool would look for one that is free among all of them at every request. */
	readonly connections: Connection[];
	readonly free: Connection[];
	open(): Connection;
	/** Connections that have had their first answer, and may be closed by the receiver right behind it. */
	onTrial: number;
	readonly waiting: Queue<(connection: Connection) => void>;
}

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
		const lane = {
			connections: [],
			free: [],
			open,
			onTrial: 0,
			waiting: new Queue<(connection: Connection) => void>(),
		};
		lanes.set(origin, lane);
		return lane;
	}
	/** A new connection is opened only where none may be free in a moment: some receivers serve one at a time. */
	function take(lane: Lane): Connection | undefined {
		const free = lane.free.pop();
		if (
			free !== undefined ||
			lane.onTrial > 0 ||
			lane.connections.length === mostConnections
		)
			return free;
		const opened = lane.open();
		lane.connections.push(opened);
		return opened;
	}
	function release(lane: Lane, connection: Connection): void {
		const isOnTrial = connection.onTrial(() => {
			lane.onTrial--;
			serve(lane, connection);
		});
		if (isOnTrial) lane.onTrial++;
		else serve(lane, connection);
	}
	function serve(lane: Lane, connection: Connection): void {
		let next: Connection | undefined = connection;
		while (next !== undefined) {
			const waiting = lane.waiting.dequeue();
			if (waiting === undefined) {
				lane.free.push(next);
				return;
			}
			waiting(next);
			// Those that have waited for a trial to end need more than the one connection that was on trial.
			next = lane.waiting.size === 0 ? undefined : take(lane);
		}
	}
	function postTo(lane: Lane, request: Outgoing, done: Done): void {
		const connection = take(lane);
		if (connection !== undefined) send(lane, connection, request, done);
		else
			lane.waiting.enqueue((free) =>
				// undici takes no request while it tells of the end of another.
				queueMicrotask(() => send(lane, free, request, done)),
			);
	}
	function send(
		lane: Lane,
		connection: Connection,
		request: Outgoing,
		done: Done,
	): void {
		const ended = (exchange: Exchange) => {
			release(lane, connection);
			done(exchange);
		};
		// Whatever was still on its way here when the end came would hold the process open.
		if (closed) queueMicrotask(() => ended(stopped));
		else new Conversation(connection, request, clock, ended).begin();
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

/**
 * Runs something in no caller's async context. What a connection does is nobody's: in the context of a call that was
 * intercepted, msw 3 takes everything that goes over a socket for a part of that call.
 */
const outside: <T>(run: () => T) => T = AsyncLocalStorage.snapshot();
