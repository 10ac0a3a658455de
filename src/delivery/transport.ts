import type { LookupFunction } from "node:net";
import type { Client } from "undici";
import Queue from "yocto-queue";
import { createRepeating, type Repeating } from "./answer.ts";
import type { Clock } from "./clock.ts";
import { Conversation } from "./conversation.ts";
import { openSocket, sendInPart } from "./cut.ts";
import { cutShare } from "./cut-share.ts";
import type { Done, Exchange, Outgoing, Transport } from "./exchange.ts";
import { createLookup } from "./lookup.ts";
import { outside } from "./outside.ts";
import { queueMicrotask } from "./real-timers.ts";

const stopped: Exchange = {
	error: { code: "connection", message: "localhook was stopped" },
};

const connections = 64;

/** One origin: its connections, and the requests that wait for one. Waiting does not use up a request's time. */
interface Lane extends Repeating {
	/** One for each connection, which a pool would look for among all of them at every request. */
	readonly clients: Client[];
	readonly free: Client[];
	open(): Client;
	readonly waiting: Queue<(client: Client) => void>;
}

/** Pooled POSTs over undici, which is loaded for the first of them. Redirects are not followed. */
export function createTransport(
	clock: Clock,
	lookup: LookupFunction = createLookup(),
): Transport {
	const lanes = new Map<string, Lane>();
	let loading: Promise<typeof import("undici")> | undefined;
	const beingCut = new Set<() => void>();
	let closed = false;

	async function laneOf(origin: string): Promise<Lane> {
		loading ??= import("undici");
		const { Client, buildConnector } = await loading;
		let lane = lanes.get(origin);
		if (lane === undefined) {
			const connect = buildConnector({ lookup });
			const options: Client.Options = {
				headersTimeout: 0,
				bodyTimeout: 0,
				connect: (to, opened) => outside(() => connect(to, opened)),
			};
			lane = {
				clients: [],
				free: [],
				open: () => new Client(origin, options),
				...createRepeating(),
				waiting: new Queue(),
			};
			lanes.set(origin, lane);
		}
		return lane;
	}
	function take(lane: Lane): Client | undefined {
		const client = lane.free.pop();
		if (client !== undefined || lane.clients.length === connections)
			return client;
		const opened = lane.open();
		lane.clients.push(opened);
		return opened;
	}
	function release(lane: Lane, client: Client): void {
		const next = lane.waiting.dequeue();
		if (next === undefined) lane.free.push(client);
		else next(client);
	}

	/** Waits for the first use of an origin, and while it is busy. */
	async function postLater(request: Outgoing, done: Done): Promise<void> {
		const lane = await laneOf(request.target.origin);
		const client =
			take(lane) ??
			(await new Promise<Client>((resolve) => lane.waiting.enqueue(resolve)));
		send(lane, client, request, done);
	}
	function send(
		lane: Lane,
		client: Client,
		request: Outgoing,
		done: Done,
	): void {
		const ended = (exchange: Exchange) => {
			release(lane, client);
			done(exchange);
		};
		// Whatever was still on its way here when the end came would hold the process open.
		const share = cutShare(request.fault);
		if (closed) queueMicrotask(() => ended(stopped));
		else if (share !== undefined) cut(request, share, ended);
		else new Conversation(lane, request, clock, ended).begin(client);
	}

	function cut(request: Outgoing, share: number, done: Done): void {
		const open = (url: URL) => openSocket(url, lookup);
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
			const client = lane && take(lane);
			if (lane === undefined || client === undefined)
				void postLater(request, done);
			else send(lane, client, request, done);
		},
		async close() {
			closed = true;
			for (const destroy of beingCut) destroy();
			const clients = [...lanes.values()].flatMap((lane) => lane.clients);
			await Promise.all(clients.map((client) => client.destroy()));
		},
	};
}
