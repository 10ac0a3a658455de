import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyLimit } from "../engine/body.ts";
import type { Engine } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import { version } from "../generated/version.ts";
import { printableLine, warnOnConsole } from "../printing.ts";
import {
	type Access,
	type AccessOptions,
	answerCors,
	createAccessToken,
	originProblem,
	parseAccessToken,
	parseCorsOrigin,
	parseHostName,
	tokenProblem,
} from "./access.ts";
import {
	createGate,
	createHttpServer,
	defaultLimits,
	type Limits,
	writeProblem,
	writeReply,
} from "./http-server.ts";
import { exposureOf, listen, listenOnLoopback } from "./listen.ts";
import {
	createBodyReader,
	createTargetReader,
	type RequestTarget,
} from "./request.ts";
import type { UserHandlers } from "./user-handlers.ts";

export interface ServerOptions extends AccessOptions {
	readonly engine: Engine;
	/** Default: 4600. 0 picks a free one. */
	readonly port?: number;
	/** Called when `POST /_localhook/stop` asks for the end, once that is answered. Default: the server closes. */
	readonly onStop?: () => void;
	readonly limits?: Partial<Limits>;
	readonly handlers?: UserHandlers | undefined;
}

export type RunningServer = Awaited<ReturnType<typeof startServer>>;

/**
 * Serves an engine over HTTP. Provider calls take the shortest road; everything else goes to the application,
 * which is loaded for the first request that needs it.
 */
export async function startServer(options: ServerOptions) {
	const { engine, handlers } = options;
	const limits = { ...defaultLimits, ...options.limits };
	const { urlHost, beyondLoopback, everywhere } = exposureOf(options.host);
	const madeToken = beyondLoopback ? createAccessToken() : undefined;
	const token =
		options.token === undefined ? madeToken : parseAccessToken(options.token);
	const origins = new Set(options.corsOrigins?.map(parseCorsOrigin));
	const access = { origins, token };
	const gate = createGate(limits.requests);
	const readBody = createBodyReader(limits.bodies);
	const hostNames = (options.allowHosts ?? []).map(parseHostName);
	const targetOf = createTargetReader(
		engine,
		[...hostNames, urlHost],
		everywhere,
	);
	let application: ReturnType<typeof loadApplication> | undefined;
	let url = "";

	function onRequest(request: IncomingMessage, response: ServerResponse): void {
		let target: RequestTarget;
		try {
			if (request.rawHeaders.length > limits.headers * 2) throw tooManyHeaders;
			target = targetOf(request.url as string, request.headers.host);
			// Without any origin, no answer has a CORS header.
			if (origins.size > 0 && answerCors(origins, request, response))
				return void request.resume();
			if (!gate.enter()) throw tooBusy;
		} catch (error) {
			request.resume();
			writeProblem(response, error);
			return;
		}
		response.once("close", gate.leave);
		answer(target, request, response).catch((error) =>
			writeProblem(response, error),
		);
	}
	async function answer(
		{ provider, path, query }: RequestTarget,
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> {
		if (provider === undefined) return answerItself(request, response);
		const { headers } = request;
		const method = request.method as string;
		const body = await readBody(request, response, bodyLimit);
		const asked = { provider, method, path, query, headers, body };
		if (handlers && (await handlers.answer(asked, response))) return;
		const { reply, publish } = await engine.handle(asked);
		writeReply(response, reply, publish && (() => publishSafely(publish)));
	}
	async function answerItself(
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> {
		if (isHealthCheck(request, access)) {
			request.resume();
			const headers = { "content-type": "application/json; charset=utf-8" };
			const body = JSON.stringify(health());
			return writeReply(response, { status: 200, headers, body });
		}
		application ??= loadApplication();
		(await application)(request, response);
	}

	function health() {
		const { seed, sessions, time, clock } = engine;
		const { mode, speed } = time;
		return {
			status: "ok",
			version,
			seed,
			providers: [...sessions.keys()],
			clock: { mode, speed, now: new Date(clock.now()).toISOString() },
		};
	}

	/** The reply is out, so what goes wrong now has nobody to be answered; it must not end the process either. */
	function publishSafely(publish: () => void): void {
		try {
			publish();
		} catch (error) {
			const { message } = error as Error;
			warnOnConsole(`Failed to publish an event: ${printableLine(message)}`);
		}
	}

	async function loadApplication() {
		const { createApplication } = await import("./application.ts");
		const controlled = { engine, url, health, stop };
		return createApplication(controlled, readBody, access);
	}

	async function close(): Promise<void> {
		await Promise.all([first.close(), second.close()]);
	}
	const stop = options.onStop ?? (() => void close());

	const { host, port: wanted = 4600 } = options;
	const first = createHttpServer(onRequest, limits);
	const second = createHttpServer(onRequest, limits);
	const both = [first.server, second.server] as const;
	const port = await (host === undefined
		? listenOnLoopback(both, wanted)
		: listen(first.server, wanted, host));
	url = `http://${urlHost}:${port}`;
	return {
		/** `http://127.0.0.1:4600`, without a slash at the end. */
		url,
		port,
		/** Required on the control API and the front page; undefined: no token is. */
		token,
		close,
		unref() {
			first.server.unref();
			second.server.unref();
		},
	};
}

/**
 * Whether a request is a plain health check, which is answered without loading Express: tools that wait for a server send
 * nothing else. The application answers every other form of it, and refuses what is not allowed.
 */
function isHealthCheck(
	{ method, url, headers }: IncomingMessage,
	access: Access,
): boolean {
	return (
		method === "GET" &&
		url === "/_localhook/health" &&
		headers["transfer-encoding"] === undefined &&
		headers["content-length"] === undefined &&
		originProblem(headers, access) === undefined &&
		tokenProblem(headers, access) === undefined
	);
}

const tooManyHeaders = new LocalhookError(
	"headers-too-large",
	"Failed to read the request: it has too many headers. Send fewer.",
);

const tooBusy = new LocalhookError(
	"too-busy",
	"Failed to answer: too many requests are in progress at once. Send it again when some are done.",
);
