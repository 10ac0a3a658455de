import {
	createServer,
	type IncomingHttpHeaders,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface ControlRequest {
	readonly method: string;
	readonly path: string;
	readonly query: Readonly<Record<string, string>>;
	readonly headers: IncomingHttpHeaders;
	/** Of JSON. */
	readonly body: unknown;
}

export interface CannedAnswer {
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** Sent as JSON, or as it is when it is a text. */
	readonly body?: unknown;
}

export interface ControlServer {
	readonly url: string;
	readonly requests: ControlRequest[];
	close(): Promise<void>;
}

type Canned =
	| CannedAnswer
	| ((
			request: ControlRequest,
			response: ServerResponse,
	  ) => CannedAnswer | null);

/**
 * A server that answers `METHOD /path` below `/_localhook` with what is canned for it, and keeps what it was asked.
 * It says that it is there without keeping that, unless something is canned for it.
 * A function that gives null has answered by itself.
 */
export async function startControlServer(
	answers: Readonly<Record<string, Canned>>,
): Promise<ControlServer> {
	const requests: ControlRequest[] = [];
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const text = Buffer.concat(chunks).toString();
		const { pathname, searchParams } = new URL(`http://x${request.url}`);
		const asked = {
			method: request.method as string,
			path: pathname.replace(/^\/_localhook/, ""),
			query: Object.fromEntries(searchParams),
			headers: request.headers,
			body: text === "" ? undefined : JSON.parse(text),
		};
		const call = `${asked.method} ${asked.path}`;
		const isGreeting = call === "GET /health" && !(call in answers);
		if (!isGreeting) requests.push(asked);
		const canned = isGreeting ? { body: {} } : (answers[call] ?? nothing);
		const answer =
			typeof canned === "function" ? canned(asked, response) : canned;
		if (answer === null) return;
		const { status = 200, headers = {}, body } = answer;
		const type = status < 400 ? "application/json" : "application/problem+json";
		response
			.writeHead(status, { "content-type": type, ...headers })
			.end(typeof body === "string" ? body : JSON.stringify(body));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const close = () => {
		server.closeAllConnections();
		return new Promise<void>((resolve) => server.close(() => resolve()));
	};
	onTestFinished(close);
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}`, requests, close };
}

/** A problem as localhook answers it. */
export function problem(
	status: number,
	code: string,
	detail: string,
	details: object = {},
): CannedAnswer {
	return {
		status,
		body: {
			type: "about:blank",
			title: code,
			status,
			detail,
			code,
			...details,
		},
	};
}

const nothing = problem(
	404,
	"not-found",
	"Failed to find it: it is not there.",
);
