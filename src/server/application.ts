import type { IncomingMessage, ServerResponse } from "node:http";
import express, {
	type ErrorRequestHandler,
	type RequestHandler,
} from "express";
import type { Engine } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import { builtInReceiver } from "./built-in-receiver.ts";
import { controlRoutes } from "./control-routes.ts";
import { writeProblem } from "./reply.ts";
import { sameSiteOnly } from "./same-site.ts";
import { welcome } from "./welcome.ts";

/** Everything but the provider calls: the control API, the built-in receiver and the front page. */
export async function createApplication(
	engine: Engine,
	url: string,
): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
	const application = express();
	application.disable("x-powered-by");
	application.disable("etag");
	application.post("/_localhook/receiver/:provider", builtInReceiver(engine));
	application.use(
		"/_localhook",
		sameSiteOnly,
		await controlRoutes(engine, url),
	);
	application.get("/", welcome(engine, url));
	application.use(nothingThere(engine));
	application.use(explain);
	return application;
}

const places = [
	"/",
	"/_localhook/health",
	"/_localhook/providers",
	"/_localhook/events",
	"/_localhook/deliveries",
	"/_localhook/reset",
];

function nothingThere(engine: Engine): RequestHandler {
	return (request) => {
		request.resume();
		const known = [
			...places,
			...[...engine.sessions.keys()].map((id) => `/${id}/...`),
		];
		const name = JSON.stringify(request.path.slice(0, 200));
		if (places.includes(request.path)) {
			throw new LocalhookError(
				"method-not-allowed",
				`Failed to ${request.method} ${name}: it takes another method.`,
			);
		}
		throw new LocalhookError(
			"not-found",
			`Failed to find ${name}: there is nothing there. There is ${known.join(", ")}.`,
		);
	};
}

/** Express would answer with an HTML page. */
const explain: ErrorRequestHandler = (error, _request, response, _next) => {
	if (error instanceof LocalhookError || !("status" in error))
		return writeProblem(response, error);
	writeProblem(
		response,
		new LocalhookError(
			"malformed-request",
			`Failed to read the request: ${error.message}.`,
		),
	);
};
