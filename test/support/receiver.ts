import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedRequest {
	readonly method: string;
	readonly url: string;
	readonly headers: IncomingHttpHeaders;
	readonly rawHeaders: readonly string[];
	/** The bytes as they came. */
	readonly body: Buffer;
}

export interface Answering {
	readonly status?: number;
	readonly headers?: Record<string, string>;
	readonly body?: string;
	/** Never answer: the sender has to give up. */
	readonly hang?: boolean;
}

export interface Receiver {
	readonly url: string;
	readonly port: number;
	readonly requests: ReceivedRequest[];
	/** How the next requests are answered, from the first on; the last one stays. Default: 200, empty. */
	answer(
		...answers: (Answering | ((request: ReceivedRequest) => Answering))[]
	): void;
	close(): Promise<void>;
}

/** A real HTTP receiver on loopback that keeps every byte. Close it with `onTestFinished`. */
export async function startReceiver(): Promise<Receiver> {
	const requests: ReceivedRequest[] = [];
	let answers: (Answering | ((request: ReceivedRequest) => Answering))[] = [{}];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk: Buffer) => chunks.push(chunk));
		request.on("end", () => {
			const received = {
				method: request.method as string,
				url: request.url as string,
				headers: request.headers,
				rawHeaders: request.rawHeaders,
				body: Buffer.concat(chunks),
			};
			requests.push(received);
			const next = (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
			const {
				status = 200,
				headers = {},
				body = "",
				hang,
			} = typeof next === "function" ? next(received) : next;
			if (!hang) response.writeHead(status, headers).end(body);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/hooks`,
		port,
		requests,
		answer(...next) {
			answers = next;
		},
		close() {
			server.closeAllConnections();
			return new Promise((resolve) => server.close(() => resolve()));
		},
	};
}
