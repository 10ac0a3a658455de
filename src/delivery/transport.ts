import type { Client, Dispatcher } from "undici";
import Queue from "yocto-queue";
import type { AttemptError, AttemptResponse } from "../contract/records.ts";
import type { Clock } from "./clock.ts";
import type { Target } from "./targets.ts";

export interface Outgoing {
	readonly target: Target;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Uint8Array;
	/** Milliseconds for the whole exchange. */
	readonly timeout: number;
}

export type Exchange =
	| { readonly response: AttemptResponse }
	| { readonly error: AttemptError };

/** Makes one HTTP exchange; never rejects. */
export interface Transport {
	post(request: Outgoing): Promise<Exchange>;
	close(): Promise<void>;
}

const stopped: Exchange = {
	error: { code: "connection", message: "localhook was stopped" },
};

const empty = new Uint8Array(0);
const connections = 64;
/** How much of an answer is kept, and how much is read at all. */
const kept = 64 * 1024;
const read = 1024 * 1024;

/** One origin: its connections, and the requests that wait for one. Waiting does not use up a request's time. */
interface Lane {
	/** One for each connection, which a pool would look for among all of them at every request. */
	readonly clients: Client[];
	readonly free: Client[];
	open(): Client;
	/** Of the last answer: receivers repeat them, and thousands of answers are kept. */
	headers: AttemptResponse["headers"];
	readonly waiting: Queue<(client: Client) => void>;
}

/** Pooled POSTs over undici, which is loaded for the first of them. Redirects are not followed. */
export function createTransport(clock: Clock): Transport {
	const lanes = new Map<string, Lane>();
	let loading: Promise<typeof import("undici")> | undefined;
	let closed = false;

	async function laneOf(origin: string): Promise<Lane> {
		loading ??= import("undici");
		const { Client } = await loading;
		let lane = lanes.get(origin);
		if (lane === undefined) {
			lane = {
				clients: [],
				free: [],
				open: () => new Client(origin, { headersTimeout: 0, bodyTimeout: 0 }),
				headers: {},
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
	async function postLater(request: Outgoing): Promise<Exchange> {
		const lane = await laneOf(request.target.origin);
		const client =
			take(lane) ??
			(await new Promise<Client>((resolve) => lane.waiting.enqueue(resolve)));
		return send(lane, client, request);
	}
	function send(
		lane: Lane,
		client: Client,
		request: Outgoing,
	): Promise<Exchange> {
		return new Promise((resolve) => {
			const done = (exchange: Exchange) => {
				release(lane, client);
				resolve(exchange);
			};
			// Whatever was still on its way here when the end came would hold the process open.
			if (closed) done(stopped);
			else exchange(lane, client, request, clock, done);
		});
	}

	return {
		post(request) {
			const lane = lanes.get(request.target.origin);
			const client = lane && take(lane);
			if (lane === undefined || client === undefined) return postLater(request);
			return send(lane, client, request);
		},
		async close() {
			closed = true;
			const clients = [...lanes.values()].flatMap((lane) => lane.clients);
			await Promise.all(clients.map((client) => client.destroy()));
		},
	};
}

function exchange(
	lane: Lane,
	client: Client,
	{ target, headers, body, timeout }: Outgoing,
	clock: Clock,
	done: (exchange: Exchange) => void,
): void {
	let status = 0;
	let answered: AttemptResponse["headers"] = {};
	let size = 0;
	let settled = false;
	let chunks: Uint8Array[] | undefined;
	let controller: Dispatcher.DispatchController | undefined;

	const cancelDeadline = clock.after(timeout, () => {
		const message = `no complete answer within ${timeout} ms`;
		settle({ error: { code: "timeout", message } });
		controller?.abort(new Error("timeout"));
	});
	function settle(exchange: Exchange): void {
		if (settled) return;
		settled = true;
		cancelDeadline();
		done(exchange);
	}
	function answer(): Exchange {
		const body = chunks === undefined ? empty : Buffer.concat(chunks);
		const truncated = size > kept;
		return {
			response: {
				status,
				headers: answered,
				body: truncated ? body.subarray(0, kept) : body,
				truncated,
			},
		};
	}

	client.dispatch(
		{ path: target.path, method: "POST", headers, body },
		{
			onRequestStart(started) {
				controller = started;
				// The connection came after the deadline: what was reported as not answered is not sent.
				if (settled) started.abort(new Error("timeout"));
			},
			onResponseStart(_, code, responseHeaders) {
				status = code;
				const headers = responseHeaders as AttemptResponse["headers"];
				answered = lane.headers = same(lane.headers, headers)
					? lane.headers
					: headers;
			},
			onResponseData(_, chunk) {
				chunks ??= [];
				if (size < kept) chunks.push(chunk);
				size += chunk.length;
				if (size > read) {
					settle(answer());
					controller?.abort(new Error("the answer is too long"));
				}
			},
			onResponseEnd: () => settle(answer()),
			onResponseError: (_, error) =>
				settle({ error: { code: "connection", message: reasonOf(error) } }),
		},
	);
}

function same(
	one: AttemptResponse["headers"],
	other: AttemptResponse["headers"],
): boolean {
	let names = 0;
	for (const name in one) {
		if (one[name] !== other[name]) return false;
		names++;
	}
	for (const _ in other) names--;
	return names === 0;
}

/** An AggregateError, which a name with two addresses gives, has an empty message of its own. */
function reasonOf(error: Error): string {
	if (error instanceof AggregateError)
		return error.errors.map((each: Error) => each.message).join("; ");
	return error.message;
}
