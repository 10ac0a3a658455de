import type { IncomingMessage, ServerResponse } from "node:http";
import express, {
	type ErrorRequestHandler,
	type RequestHandler,
} from "express";
import { builtInIds } from "../catalog.ts";
import type { Reply } from "../contract/operation.ts";
import type { Verdict } from "../contract/signing.ts";
import type { Engine } from "../engine/engine.ts";
import { LocalhookError, notFound } from "../errors.ts";
import { version } from "../generated/version.ts";
import type { Api } from "../inspector/load.ts";
import { type Access, originProblem, tokenProblem } from "./access.ts";
import type { Controlled, ControlOperations } from "./control/call.ts";
import { createControl } from "./control/control.ts";
import { controlRoutes } from "./control/control-routes.ts";
import { badlyEncoded, writeProblem } from "./http-server.ts";
import type { ReadBody } from "./request.ts";

/** Everything but the provider calls: the control API, the built-in receiver and the front page. */
export function createApplication(
	controlled: Controlled,
	readBody: ReadBody,
	access: Access,
): (request: IncomingMessage, response: ServerResponse) => void {
	const { engine } = controlled;
	const control = createControl(controlled);
	// The bundle has no Express that parses bodies or sends files: scripts/bundle.js leaves that out.
	const application = express();
	application.disable("x-powered-by");
	application.disable("etag");
	application.use("/_localhook", ({ headers }, _response, next) =>
		next(originProblem(headers, access)),
	);
	// Providers call it, and they know the signature alone.
	application.post(
		"/_localhook/receiver/:provider",
		builtInReceiver(engine, readBody),
	);
	application.get("/", welcome(controlled, control, access));
	application.get(/^\/inspector-/, asset);
	application.use(({ headers }, _response, next) =>
		next(tokenProblem(headers, access)),
	);
	application.use("/_localhook", controlRoutes(control, readBody));
	application.use(nothingThere(engine));
	application.use(explain(engine));
	return application;
}

function nothingThere(engine: Engine): RequestHandler {
	const mounts = [...engine.sessions.keys()].map((id) => `/${id}/...`);
	const places = ["/", "/_localhook/...", ...mounts];
	return ({ path, method }) => {
		const name = JSON.stringify(path.slice(0, 200));
		if (path === "/")
			throw new LocalhookError(
				"method-not-allowed",
				`Failed to ${method} ${name}: it takes GET.`,
			);
		throw (
			notStarted(path.split("/", 2)[1], engine) ??
			notFound(
				`Failed to find ${name}: there is nothing there. There is ${places.join(", ")}.`,
			)
		);
	};
}

/** Of a provider that comes with localhook it would mislead to say that there is none. */
function notStarted(
	provider: unknown,
	{ sessions }: Engine,
): LocalhookError | undefined {
	const providers = [...sessions.keys()];
	const idle = builtInIds.filter((id) => !sessions.has(id));
	const id = idle.find((each) => each === provider);
	if (id === undefined) return undefined;
	return new LocalhookError(
		"unknown-provider",
		`Failed to find the provider "${id}": it comes with localhook, but it was not started. Only ${providers.join(", ")} ${providers.length === 1 ? "was" : "were"}. ` +
			`Start again with "localhook start ${[...providers, id].join(" ")}", or add it to the option "providers".`,
		{ details: { provider: id, providers } },
	);
}

/** Express would answer with an HTML page, and would not read the body of what is refused. */
function explain(engine: Engine): ErrorRequestHandler {
	return (error, request, response, _next) => {
		request.resume();
		if (error instanceof LocalhookError) {
			if (error.code === "refused-token")
				response.set("www-authenticate", "Bearer");
			const { provider } = error.details;
			writeProblem(response, notStarted(provider, engine) ?? error);
		} else if ("status" in error)
			writeProblem(response, badlyEncoded(error.message));
		else writeProblem(response, error);
	};
}

const receivedLimit = 10 * 1024 * 1024;

/** A receiver that verifies what it gets as a user's own would, so that there is one before any is written. */
function builtInReceiver(engine: Engine, readBody: ReadBody): RequestHandler {
	return async (request, response) => {
		const { provider, signer, context, ready } = engine.session(
			String(request.params.provider),
		);
		ready();
		const body = await readBody(request, response, receivedLimit);
		const received = {
			headers: request.headers,
			body,
			url: `${request.protocol}://${request.host}${request.originalUrl}`,
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
	const { check, reason } = verdict;
	if (hasSecret)
		return { status: 401, body: { verified: false, check, reason } };
	const noSecret = "no secret is set, so nothing is signed";
	return { status: 200, body: { verified: false, reason: noSecret } };
}

/** The inspector for a browser; what is here and what to type next for a terminal. */
function welcome(
	{ engine, url }: Controlled,
	control: ControlOperations,
	access: Access,
): RequestHandler {
	return async (request, response) => {
		response.set({
			"cache-control": "no-store",
			"x-content-type-options": "nosniff",
			"referrer-policy": "no-referrer",
			"cross-origin-resource-policy": "same-origin",
			"cross-origin-opener-policy": "same-origin",
		});
		const type = request.accepts(["text/plain", "text/html"]);
		const problem = tokenProblem(request.headers, access);
		if (type !== "text/html") {
			if (problem !== undefined) throw problem;
			response.type("text/plain").send(welcomeText(engine, url));
			return;
		}
		// No start needs it, and few runs.
		const { policy, render } = await import("../inspector/render.tsx");
		const search = request.url.split("?", 2)[1] ?? "";
		const api = problem === undefined ? inProcess(control) : undefined;
		response.set("content-security-policy", policy);
		response.type("text/html").send(await render(url, search, api));
	};
}

function inProcess(control: ControlOperations): Api {
	return async (id, { params = {}, query = {} } = {}) => {
		const filled = { after: 0, limit: 100, reveal: false, ...query };
		const { signal } = new AbortController();
		const run = control[id] as (call: object) => unknown;
		const call = { params, query: filled, headers: {}, signal };
		const { body } = (await run(call)) as { body: never };
		// As it would come over HTTP: a name without a value is not there.
		return JSON.parse(JSON.stringify(body));
	};
}

/** What the inspector's page loads. It holds nothing of anybody's, so it needs no token. */
const asset: RequestHandler = async ({ path }, response, next) => {
	const { assets } = await import("../inspector/render.tsx");
	const found = assets[path];
	if (found === undefined) return next();
	response.set({
		"cache-control": "public, max-age=31536000, immutable",
		"cross-origin-resource-policy": "same-origin",
		"x-content-type-options": "nosniff",
	});
	response.type(found.type).send(found.text);
};

function welcomeText({ sessions }: Engine, url: string): string {
	const mounts = [...sessions.keys()].map(
		(id) => `  ${id.padEnd(12)}${url}/${id}`,
	);
	const [session] = sessions.values();
	const provider = session?.provider.id ?? "prolific";
	const type = Object.keys(session?.provider.events ?? {})[0] ?? "";
	return `localhook ${version}

Providers
${mounts.join("\n")}

A receiver that verifies deliveries
  ${url}/_localhook/receiver/<provider>

Next
  make something happen
    curl ${url}/_localhook/events --json '{"provider":"${provider}","type":"${type}"}'
  see what became of it
    curl ${url}/_localhook/deliveries/latest
  see what each provider can do
    curl ${url}/_localhook/providers
  start over
    curl -X POST ${url}/_localhook/reset

`;
}
