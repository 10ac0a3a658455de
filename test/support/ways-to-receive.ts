import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import { Readable } from "node:stream";
import { ReadableStream as WebStream } from "node:stream/web";
import type { EngineOptions } from "../../src/engine/engine.ts";
import type { Receiver } from "../../src/receivers/receiver.ts";
import { transportTo } from "../../src/receivers/transport-to.ts";
import { listening } from "./dispatching.ts";

/** A request as a receiver's code sees it, whatever the way. */
export interface Seen {
	readonly method: string;
	/** With the query. */
	readonly path: string;
	header(name: string): string | undefined;
	readonly body: AsyncIterable<Uint8Array>;
	/** Resolves once nobody waits for an answer any more. */
	readonly gone: Promise<void>;
}

export interface Answered {
	readonly status?: number;
	readonly headers?: readonly (readonly [name: string, value: string])[];
	readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** undefined: it never answers. */
export type Behave = (seen: Seen) => Promise<Answered | undefined>;

export interface Reached {
	readonly url: string;
	readonly options: Pick<EngineOptions, "transport" | "receiverRules">;
}

/** The same receiver, reached in every way there is: `describe.each(waysToReceive)`. */
export const waysToReceive: readonly {
	readonly way: string;
	reach(behave: Behave): Promise<Reached>;
}[] = [
	{
		way: "a socket",
		reach: async (behave) => ({
			url: await listening(createServer(listenerOf(behave))),
			options: {},
		}),
	},
	{
		way: "a Node handler",
		reach: async (behave) => inProcess(listenerOf(behave)),
	},
	{
		way: "a Fetch handler",
		reach: async (behave) => inProcess(fetchHandlerOf(behave)),
	},
];

/** A receiver without a port, under a URL that is nowhere. */
export function inProcess(receiver: Exclude<Receiver, string | URL>): Reached {
	return {
		url: "https://hooks.example.com/hooks",
		options: {
			transport: transportTo(receiver),
			receiverRules: { inProcess: true },
		},
	};
}

export async function bytesOf(body: Seen["body"]): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const part of body) parts.push(part);
	return Buffer.concat(parts);
}

function listenerOf(behave: Behave) {
	return async (request: IncomingMessage, response: ServerResponse) => {
		const gone = new Promise<void>((resolve) => {
			response.on("close", () => {
				if (!response.writableFinished) resolve();
			});
		});
		const answer = await behave({
			method: request.method ?? "",
			path: request.url ?? "",
			header: (name) => request.headers[name] as string | undefined,
			body: request,
			gone,
		});
		if (answer === undefined) return;
		const { status = 200, headers = [], body = "" } = answer;
		response.writeHead(status, headers.flat());
		if (typeof body === "string" || body instanceof Uint8Array)
			response.end(body);
		else
			Readable.from(body)
				.on("error", () => {})
				.pipe(response);
	};
}

function fetchHandlerOf(behave: Behave) {
	return async (request: Request) => {
		const { pathname, search } = new URL(request.url);
		const gone = new Promise<void>((resolve) => {
			request.signal.addEventListener("abort", () => resolve());
		});
		const answer = await behave({
			method: request.method,
			path: pathname + search,
			header: (name) => request.headers.get(name) ?? undefined,
			body: request.body ?? Readable.from([]),
			gone,
		});
		if (answer === undefined) return new Promise<Response>(() => {});
		const { status = 200, headers = [], body = "" } = answer;
		// A Response of a status without a body refuses even an empty one.
		return new Response(body === "" ? null : bodyOf(body), {
			status,
			headers: headers.map(([name, value]): [string, string] => [name, value]),
		});
	};
}

function bodyOf(
	body: NonNullable<Answered["body"]>,
): string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> {
	if (typeof body === "string") return body;
	return body instanceof Uint8Array
		? new Uint8Array(body)
		: (WebStream.from(body) as ReadableStream<Uint8Array>);
}
