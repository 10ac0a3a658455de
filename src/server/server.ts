import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyLimit } from "../engine/body.ts";
import type { Engine } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import { printableLine, warnOnConsole } from "../printing.ts";
import { createAccessToken, parseAccessToken } from "./access-token.ts";
import { createBodyReader } from "./body.ts";
import { createCors, parseCorsOrigin } from "./cors.ts";
import { healthOf, isHealthCheck } from "./health.ts";
import { createHttpServer, type HttpServer } from "./http-server.ts";
import { createGate, type Limits, usualLimits } from "./limits.ts";
import { exposureOf, listen, listenOnLoopback } from "./listen.ts";
import { isRepaired } from "./lower-case-method.ts";
import { writeProblem, writeReply } from "./reply.ts";
import {
	createTargetReader,
	parseHostName,
	type RequestTarget,
} from "./request-target.ts";
import type { UserHandlers } from "./user-handlers.ts";

export interface ServerOptions {
	readonly engine: Engine;
	/** Default: 4600. 0 picks a free one. */
	readonly port?: number;
	/** Default: both loopback addresses. Beyond them, the control API and the front page want a token. */
	readonly host?: string | undefined;
	/** Names the server answers to beside loopback and the providers' own. */
	readonly allowHosts?: readonly string[] | undefined;
	/** Origins whose pages may call the control API and the providers' and read the answers. Default: none. */
	readonly corsOrigins?: readonly string[] | undefined;
	/** What the control API and the front page require. Default: one is made where one is needed. */
	readonly token?: string | undefined;
	/** Called when `POST /_localhook/stop` asks for the end, once that is answered. Default: the server closes. */
	readonly onStop?: () => void;
	readonly limits?: Partial<Limits>;
	/** The user's own msw handlers, asked before the built-in ones. */
	readonly handlers?: UserHandlers | undefined;
}

export interface RunningServer {
	/** `http://127.0.0.1:4600`, without a slash at the end. */
	readonly url: string;
	readonly port: number;
	/** Required on the control API and the front page; absent: no token is. */
	readonly token?: string;
	close(): Promise<void>;
	/** Lets the process end although the server listens. */
	unref(): void;
}

/**
 * Serves an engine over HTTP. Provider calls take the shortest road; everything else goes to the application,
 * which is loaded for the first request that needs it.
 *
 * @throws LocalhookError `port-in-use`, `invalid-option` for a host that is none of this machine, and for names, origins
 * or a token that cannot be
 * @example
 * const server = await startServer({ engine, port: 0 })
 */
export async function startServer(
	options: ServerOptions,
): Promise<RunningServer> {
	const { engine, handlers } = options;
	const limits = { ...usualLimits, ...options.limits };
	const { urlHost, beyondLoopback, everywhere } = exposureOf(options.host);
	const token =
		options.token === undefined
			? beyondLoopback
				? createAccessToken()
				: undefined
			: parseAccessToken(options.token);
	const origins = new Set(options.corsOrigins?.map(parseCorsOrigin));
	const access = { origins, token };
	const cors = origins.size > 0 ? createCors(origins) : undefined;
	const gate = createGate(limits.requests);
	const readBody = createBodyReader(limits.bodies);
	const targets = createTargetReader(engine, {
		names: [...(options.allowHosts ?? []).map(parseHostName), urlHost],
		addresses: everywhere,
	});
	let application:
		| Promise<(request: IncomingMessage, response: ServerResponse) => void>
		| undefined;
	let url = "";

	function onRequest(request: IncomingMessage, response: ServerResponse): void {
		if (isRepaired(request.socket)) response.setHeader("connection", "close");
		let target: RequestTarget;
		try {
			if (request.rawHeaders.length > limits.headers * 2) throw tooManyHeaders;
			target = targets.read(request.url as string, request.headers.host);
			if (cors?.(request, response)) return void request.resume();
			if (!gate.enter()) throw tooBusy;
		} catch (error) {
			request.resume();
			writeProblem(response, error);
			return;
		}
		response.once("close", gate.leave);
		if (target.provider !== undefined)
			void toProvider(target.provider, target, request, response);
		else if (isHealthCheck(request, access)) showHealth(request, response);
		else void toApplication(request, response);
	}

	function showHealth(request: IncomingMessage, response: ServerResponse) {
		request.resume();
		writeReply(response, {
			status: 200,
			headers: { "content-type": "application/json; charset=utf-8" },
			body: JSON.stringify(healthOf(engine)),
		});
	}

	async function toProvider(
		provider: string,
		{ path, query }: RequestTarget,
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> {
		try {
			const { headers } = request;
			const method = request.method as string;
			const body = await readBody(request, response, bodyLimit);
			const asked = { provider, method, path, query, headers, body };
			if (handlers !== undefined && (await handlers.answer(asked, response)))
				return;
			const { reply, publish } = await engine.handle(asked);
			writeReply(response, reply, publish && (() => publishSafely(publish)));
		} catch (error) {
			writeProblem(response, error);
		}
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

	async function toApplication(
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> {
		try {
			application ??= import("./application.ts").then((module) =>
				module.createApplication(engine, url, readBody, stop, access),
			);
			(await application)(request, response);
		} catch (error) {
			writeProblem(response, error);
		}
	}

	async function close(): Promise<void> {
		await Promise.all(servers.map((server) => server.close()));
	}
	const stop = options.onStop ?? (() => void close());

	const create = () => createHttpServer(onRequest, limits);
	const servers =
		options.host === undefined ? [create(), create()] : [create()];
	const [first, second] = servers as [HttpServer, HttpServer?];
	const wanted = options.port ?? 4600;
	const port =
		second === undefined
			? await listen(first.server, wanted, options.host as string)
			: await listenOnLoopback(first.server, second.server, wanted);
	url = `http://${urlHost}:${port}`;
	return {
		url,
		port,
		...(token !== undefined && { token }),
		close,
		unref() {
			for (const { server } of servers) server.unref();
		},
	};
}

const tooManyHeaders = new LocalhookError(
	"headers-too-large",
	"Failed to read the request: it has too many headers. Send fewer.",
);

const tooBusy = new LocalhookError(
	"too-busy",
	"Failed to answer: too many requests are in progress at once. Send it again when some are done.",
);
