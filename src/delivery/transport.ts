import type { Dispatcher, Pool } from "undici";
import Queue from "yocto-queue";
import type { AttemptError, AttemptResponse } from "../contract/records.ts";
import type { Clock } from "./clock.ts";

export interface Outgoing {
	readonly url: URL;
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

const connections = 64;
/** How much of an answer is kept, and how much is read at all. */
const kept = 64 * 1024;
const read = 1024 * 1024;

/** One origin: its connections, and the requests that wait for one. Waiting does not use up a request's time. */
interface Lane {
	readonly pool: Pool;
	active: number;
	readonly waiting: Queue<() => void>;
}

/** Pooled POSTs over undici, which is loaded for the first of them. Redirects are not followed. */
export function createTransport(clock: Clock): Transport {
	const lanes = new Map<string, Lane>();
	let loading: Promise<typeof import("undici")> | undefined;
	let closed = false;

	async function laneOf(origin: string): Promise<Lane> {
		loading ??= import("undici");
		const { Pool } = await loading;
		let lane = lanes.get(origin);
		if (lane === undefined) {
			lane = {
				pool: new Pool(origin, {
					connections,
					headersTimeout: 0,
					bodyTimeout: 0,
				}),
				active: 0,
				waiting: new Queue(),
			};
			lanes.set(origin, lane);
		}
		return lane;
	}
	function release(lane: Lane): void {
		const next = lane.waiting.dequeue();
		if (next === undefined) lane.active--;
		else next();
	}

	return {
		async post(request) {
			const lane =
				lanes.get(request.url.origin) ?? (await laneOf(request.url.origin));
			if (lane.active < connections) lane.active++;
			else await new Promise<void>((resolve) => lane.waiting.enqueue(resolve));
			try {
				// Whatever was still on its way here when the end came would hold the process open.
				return closed ? stopped : await exchangeOver(lane.pool, request, clock);
			} finally {
				release(lane);
			}
		},
		async close() {
			closed = true;
			await Promise.all([...lanes.values()].map(({ pool }) => pool.destroy()));
		},
	};
}

function exchangeOver(
	pool: Pool,
	{ url, headers, body, timeout }: Outgoing,
	clock: Clock,
): Promise<Exchange> {
	return new Promise((resolve) => {
		let status = 0;
		let answered: AttemptResponse["headers"] = {};
		let size = 0;
		let settled = false;
		const chunks: Uint8Array[] = [];
		let controller: Dispatcher.DispatchController | undefined;

		const cancelDeadline = clock.after(timeout, () => {
			settle({
				error: {
					code: "timeout",
					message: `no complete answer within ${timeout} ms`,
				},
			});
			controller?.abort(new Error("timeout"));
		});
		function settle(exchange: Exchange): void {
			settled = true;
			cancelDeadline();
			resolve(exchange);
		}
		function answer(): Exchange {
			const body =
				chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
			return {
				response: {
					status,
					headers: answered,
					body: body.subarray(0, kept),
					truncated: size > kept,
				},
			};
		}

		pool.dispatch(
			{ path: url.pathname + url.search, method: "POST", headers, body },
			{
				onRequestStart(started) {
					controller = started;
					// The connection came after the deadline: what was reported as not answered is not sent.
					if (settled) started.abort(new Error("timeout"));
				},
				onResponseStart(_, code, responseHeaders) {
					status = code;
					answered = responseHeaders as AttemptResponse["headers"];
				},
				onResponseData(_, chunk) {
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
	});
}

/** An AggregateError, which a name with two addresses gives, has an empty message of its own. */
function reasonOf(error: Error): string {
	if (error instanceof AggregateError)
		return error.errors.map((each: Error) => each.message).join("; ");
	return error.message;
}
