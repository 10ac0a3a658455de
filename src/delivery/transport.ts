import { AsyncLocalStorage } from "node:async_hooks";
import type { LookupFunction } from "node:net";
import type { SecureContext } from "node:tls";
import Queue from "yocto-queue";
import { createRepeating, type Repeating } from "./answer.ts";
import { readCertificates, trusting } from "./certificates.ts";
import type { Clock } from "./clock.ts";
import { Connection } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import { openSocket, sendInPart } from "./cut.ts";
import { cutShare } from "./cut-share.ts";
import type { Done, Exchange, Outgoing, Transport } from "./exchange.ts";
import { createLookup } from "./lookup.ts";
import { queueMicrotask } from "./real-timers.ts";

const stopped: Exchange = {
	error: { code: "connection", message: "localhook was stopped" },
};

const mostConnections = 64;

/** One origin: its connections, and the requests that wait for one. Waiting does not use up a request's time. */
interface Lane extends Repeating {
	/** A pool would look for one that is free among all of them at every request. */
	readonly connections: Connection[];
	readonly free: Connection[];
	open(): Connection;
	/** Connections that have had their first answer, and may be closed by the receiver right behind it. */
	onTrial: number;
	readonly waiting: Queue<(connection: Connection) => void>;
}

/**
 * What an engine makes its transports by.
 *
 * @param receiverCa certificate authorities of receivers beside those that Node knows: PEM, or the path of a PEM file
 * @throws LocalhookError `invalid-option` for one that cannot be read
 */
export function transportsTrusting(
	receiverCa: string | undefined,
): (clock: Clock) => Transport {
	const certificates =
		receiverCa === undefined ? undefined : readCertificates(receiverCa);
	return (clock) => createTransport(clock, createLookup(), certificates);
}

/**
 * Pooled POSTs over undici, which is loaded for the first of them. Redirects are not followed.
 *
 * @param certificates trusted beside those that Node trusts
 */
export function createTransport(
	clock: Clock,
	lookup: LookupFunction = createLookup(),
	certificates?: readonly string[],
): Transport {
	const lanes = new Map<string, Lane>();
	let loading: Promise<typeof import("undici")> | undefined;
	let secureContext: SecureContext | undefined;
	const beingCut = new Set<() => void>();
	let closed = false;

	/** Made for the first receiver that has TLS: it takes a while. */
	function secureContextFor(url: string): SecureContext | undefined {
		if (certificates === undefined || !url.startsWith("https:"))
			return undefined;
		secureContext ??= trusting(certificates);
		return secureContext;
	}
	async function laneOf(origin: string): Promise<Lane> {
		loading ??= import("undici");
		const { Client, buildConnector } = await loading;
		let lane = lanes.get(origin);
		if (lane === undefined) {
			const connect = buildConnector({
				lookup,
				secureContext: secureContextFor(origin),
			});
			const habits = { closesUnasked: false };
			lane = {
				connections: [],
				free: [],
				open: () =>
					new Connection(
						Client,
						origin,
						(to, opened) => outside(() => connect(to, opened)),
						habits,
					),
				...createRepeating(),
				onTrial: 0,
				waiting: new Queue(),
			};
			lanes.set(origin, lane);
		}
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

	/** Waits for the first use of an origin, and while it is busy. */
	async function postLater(request: Outgoing, done: Done): Promise<void> {
		const lane = await laneOf(request.target.origin);
		const connection =
			take(lane) ??
			(await new Promise<Connection>((resolve) =>
				lane.waiting.enqueue(resolve),
			));
		send(lane, connection, request, done);
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
		const share = cutShare(request.fault);
		if (closed) queueMicrotask(() => ended(stopped));
		else if (share !== undefined) cut(request, share, ended);
		else new Conversation(connection, lane, request, clock, ended).begin();
	}

	function cut(request: Outgoing, share: number, done: Done): void {
		const open = (url: URL) =>
			openSocket(url, lookup, secureContextFor(url.href));
		const ended = (exchange: Exchange) => {
			beingCut.delete(destroy);
			done(closed ? stopped : exchange);
		};
		const destroy = outside(() =>
			sendInPart(request, share, clock, open, ended),
		);
		beingCut.add(destroy);
	}

	return {
		post(request, done) {
			const lane = lanes.get(request.target.origin);
			const connection = lane && take(lane);
			if (lane === undefined || connection === undefined)
				void postLater(request, done);
			else send(lane, connection, request, done);
		},
		async close() {
			closed = true;
			for (const destroy of beingCut) destroy();
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
