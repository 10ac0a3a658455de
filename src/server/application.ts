import type { IncomingMessage, ServerResponse } from "node:http";
import express, {
	type ErrorRequestHandler,
	type RequestHandler,
} from "express";
import { builtInIds } from "../catalog.ts";
import type { Reply } from "../contract/operation.ts";
import type { Verdict } from "../contract/signing.ts";
import type { Engine } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import { type Access, requireToken } from "./access-token.ts";
import type { ReadBody } from "./body.ts";
import { controlRoutes } from "./control/control-routes.ts";
import { sameSiteOnly } from "./cors.ts";
import { writeProblem } from "./reply.ts";
import { welcome } from "./welcome.ts";

/** Everything but the provider calls: the control API, the built-in receiver and the front page. */
export async function createApplication(
	engine: Engine,
	url: string,
	readBody: ReadBody,
	stop: () => void,
	{ origins, token }: Access,
): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
	// The bundle has no Express that parses bodies or sends files: scripts/bundle.js leaves that out.
	const application = express();
	application.disable("x-powered-by");
	application.disable("etag");
	application.use("/_localhook", sameSiteOnly(origins));
	// Providers call it, and they know the signature alone.
	application.post(
		"/_localhook/receiver/:provider",
		builtInReceiver(engine, readBody),
	);
	if (token !== undefined) application.use(requireToken(token));
	application.use(
		"/_localhook",
		await controlRoutes(engine, url, readBody, stop),
	);
	application.get("/", welcome(engine, url));
	const started = new Set(engine.sessions.keys());
	const idle = builtInIds.filter((id) => !started.has(id));
	application.use(nothingThere(engine, idle));
	application.use(explain(engine, idle));
	return application;
}

/** `idle`: the providers that come with localhook and were not started. */
function nothingThere(engine: Engine, idle: readonly string[]): RequestHandler {
	const places = [
		"/",
		"/_localhook/...",
		...[...engine.sessions.keys()].map((id) => `/${id}/...`),
	];
	return (request) => {
		request.resume();
		const name = JSON.stringify(request.path.slice(0, 200));
		if (request.path === "/") {
			throw new LocalhookError(
				"method-not-allowed",
				`Failed to ${request.method} ${name}: it takes GET.`,
			);
		}
		const [, id = ""] = request.path.split("/", 2);
		if (idle.includes(id)) throw notStarted(id, engine);
		throw new LocalhookError(
			"not-found",
			`Failed to find ${name}: there is nothing there. There is ${places.join(", ")}.`,
		);
	};
}

/** Of a provider that comes with localhook it would mislead to say that there is none. */
function notStarted(id: string, { sessions }: Engine): LocalhookError {
	const providers = [...sessions.keys()];
	return new LocalhookError(
		"unknown-provider",
		`Failed to find the provider "${id}": it comes with localhook, but it was not started. Only ${providers.join(", ")} ${providers.length === 1 ? "was" : "were"}. ` +
			`Start again with "localhook start ${[...providers, id].join(" ")}", or add it to the option "providers".`,
		{ details: { provider: id, providers } },
	);
}

/** Express would answer with an HTML page. */
function explain(engine: Engine, idle: readonly string[]): ErrorRequestHandler {
	return (error, _request, response, _next) => {
		if (error instanceof LocalhookError) {
			const { provider } = error.details;
			const id = idle.find((each) => each === provider);
			writeProblem(response, id === undefined ? error : notStarted(id, engine));
		} else if ("status" in error)
			writeProblem(
				response,
				new LocalhookError(
					"malformed-request",
					`Failed to read the request: its path is not percent-encoded UTF-8 (${error.message}). Encode it anew.`,
				),
			);
		else writeProblem(response, error);
	};
}

const bodyLimit = 10 * 1024 * 1024;

/** A receiver that verifies what it gets as a user's own would, so that there is one before any is written. */
function builtInReceiver(engine: Engine, readBody: ReadBody): RequestHandler {
	return async (request, response) => {
		const { provider, signer, context, ready } = engine.session(
			String(request.params.provider),
		);
		ready();
		const body = await readBody(request, response, bodyLimit);
		const received = {
			headers: request.headers,
			body,
			secrets: provider.secrets(context),
			now: context.now(),
		};
		const verdict = signer.verify(received);
		const reply =
			provider.receive?.(received, verdict) ??
			plainAnswer(verdict, received.secrets.length > 0);
		response
			.status(reply.status)
			.set(reply.headers ?? {})
			.json(reply.body);
	};
}

/** A provider that has no secret yet signs nothing, and there is nothing to hold against that. */
function plainAnswer(verdict: Verdict, hasSecret: boolean): Reply {
	if (verdict.ok) return { status: 200, body: { verified: true } };
	if (!hasSecret)
		return {
			status: 200,
			body: {
				verified: false,
				reason: "no secret is set, so nothing is signed",
			},
		};
	return {
		status: 401,
		body: { verified: false, check: verdict.check, reason: verdict.reason },
	};
}
