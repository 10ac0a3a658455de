import { stat } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import type { RequestHandler } from "express";
import type { RequestHandler as MswHandler } from "msw";
import type { Engine, EngineRequest } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";

/** The user's own msw handlers in front of the built-in answers. */
export interface UserHandlers {
	/** Answers when one of the handlers does; false: none did, and the response is untouched. */
	answer(request: EngineRequest, response: ServerResponse): Promise<boolean>;
}

/**
 * Loads msw handlers from a module that exports `handlers`, or a list by default.
 * They see the provider's real URL, `https://api.prolific.com/...`, so those of a unit test work unchanged.
 *
 * @throws LocalhookError `invalid-option`
 */
export async function loadUserHandlers(
	file: string,
	engine: Engine,
): Promise<UserHandlers> {
	const handlers = await importHandlers(file);
	const { createMiddleware } = await import("@mswjs/http-middleware");
	// The middleware's types come from msw's CommonJS declarations, whose classes count as other classes.
	const middleware = createMiddleware(
		...(handlers as unknown as Parameters<typeof createMiddleware>),
	) as unknown as RequestHandler;
	const origins = new Map(
		[...engine.sessions].map(([id, { document }]) => [
			id,
			new URL(document.servers?.[0]?.url ?? "http://localhost"),
		]),
	);

	return {
		answer(request, response) {
			const origin = origins.get(request.provider) as URL;
			return new Promise((done, failed) => {
				response.once("finish", () => done(true));
				response.once("close", () => done(true));
				const next = (error?: unknown) =>
					error === undefined ? done(false) : failed(error);
				middleware(
					replay(request, origin),
					response as Parameters<RequestHandler>[1],
					next,
				);
			});
		},
	};
}

/** The request as the middleware reads one; its body has been read once already, so it is played again. */
function replay(
	request: EngineRequest,
	origin: URL,
): Parameters<RequestHandler>[0] {
	const { method, path, query, headers, body } = request;
	const header = (name: string) =>
		name === "host" ? origin.host : headers[name];
	return Object.assign(Readable.from(body.length === 0 ? [] : [body]), {
		method,
		url: query === "" ? path : `${path}?${query}`,
		headers: { ...headers, host: origin.host },
		protocol: origin.protocol.slice(0, -1),
		get: header,
		header,
	}) as unknown as Parameters<RequestHandler>[0];
}

async function importHandlers(file: string): Promise<MswHandler[]> {
	const path = resolve(file);
	const exists = await stat(path).then(
		(found) => found.isFile(),
		() => false,
	);
	if (!exists)
		throw refusal(
			file,
			"there is no such file",
			"Give the path of a module that exports them.",
		);
	let module: { handlers?: unknown; default?: unknown };
	try {
		const { createJiti } = await import("jiti");
		module = await createJiti(import.meta.url).import(pathToFileURL(path).href);
	} catch (error) {
		throw refusal(file, (error as Error).message, "Correct the module.", error);
	}
	const handlers = module.handlers ?? module.default;
	if (!Array.isArray(handlers) || !handlers.every(isHandler)) {
		throw refusal(
			file,
			"it exports no list of msw 2 handlers",
			"Export them as `handlers`, or as the default.",
		);
	}
	return handlers;
}

function isHandler(value: unknown): value is MswHandler {
	return (
		typeof value === "object" &&
		value !== null &&
		"run" in value &&
		"info" in value
	);
}

function refusal(
	file: string,
	reason: string,
	remedy: string,
	cause?: unknown,
): LocalhookError {
	return new LocalhookError(
		"invalid-option",
		`Failed to load handlers from "${file}": ${reason}. ${remedy}`,
		{ cause },
	);
}
