import type { ServerResponse } from "node:http";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebBody } from "node:stream/web";
import { pathToFileURL } from "node:url";
import type { RequestHandler } from "msw";
import type { Engine, EngineRequest } from "../engine/engine.ts";
import { isRecord } from "../engine/shape.ts";
import { invalidOption, LocalhookError } from "../errors.ts";
import { missingPeer, requirePeer } from "../peers.ts";
import { whyNoFile } from "../user-file.ts";

export type UserHandlers = Awaited<ReturnType<typeof loadUserHandlers>>;

/**
 * Loads the user's own msw handlers, to stand in front of the built-in answers, from a module that exports `handlers`, or
 * a list by default. They see the provider's real URL, `https://api.prolific.com/...`, so those of a unit test work
 * unchanged.
 */
export async function loadUserHandlers(file: string, engine: Engine) {
	requirePeer("msw", "--handlers");
	const { getResponse } = await import("msw").catch((error) => {
		throw missingPeer("msw", "--handlers", error) ?? error;
	});
	const handlers = await importHandlers(file);
	const origins = new Map(
		[...engine.sessions].map(([id, { document }]) => [
			id,
			new URL(document.servers?.[0]?.url ?? "http://localhost").origin,
		]),
	);

	return {
		async answer(
			asked: EngineRequest,
			response: ServerResponse,
		): Promise<boolean> {
			const baseUrl = origins.get(asked.provider) as string;
			const request = toRequest(asked, baseUrl);
			if (request === undefined) return false;
			const found = await getResponse(handlers, request, { baseUrl }).catch(
				(error: unknown) => {
					throw broken(file, asked, error);
				},
			);
			// What msw's `passthrough()` gives: https://mswjs.io/docs/api/passthrough
			if (found?.headers.get("x-msw-intention") === "passthrough") return false;
			if (found !== undefined) await writeResponse(response, found);
			return found !== undefined;
		},
	};
}

/** undefined: no `Request` can be made of it, such as one of the method TRACE, so that no handler can be meant. */
function toRequest(
	{ method, path, query, headers, body }: EngineRequest,
	origin: string,
): Request | undefined {
	const given = new Headers();
	for (const [name, values = []] of Object.entries(headers))
		for (const value of [values].flat()) given.append(name, value);
	given.set("host", new URL(origin).host);
	const url = `${origin}${path}${query === "" ? "" : `?${query}`}`;
	const isBodiless = method === "GET" || method === "HEAD";
	try {
		return new Request(url, {
			method,
			headers: given,
			...(!isBodiless && body.length > 0 && { body: new Uint8Array(body) }),
		});
	} catch {
		return undefined;
	}
}

async function importHandlers(file: string): Promise<RequestHandler[]> {
	const path = resolve(file);
	const missing = whyNoFile(path);
	if (missing !== undefined)
		throw refusal(
			file,
			missing,
			"Give the path of a module that exports them.",
		);
	let module: { handlers?: unknown; default?: unknown };
	try {
		const { createJiti } = await import("jiti");
		// Else copies of the user's files stay in the temporary folder, where others can read them.
		const jiti = createJiti(import.meta.url, { fsCache: false });
		module = await jiti.import(pathToFileURL(path).href);
	} catch (error) {
		// What comes on further lines is where Node has looked for a module.
		const [reason = ""] = String((error as Error).message).split("\n");
		throw refusal(file, reason, "Correct the module.", error);
	}
	const handlers = module.handlers ?? module.default;
	if (Array.isArray(handlers) && handlers.every(isHandler)) return handlers;
	throw refusal(
		file,
		"it exports no list of msw handlers",
		"Export them as `handlers`, or as the default.",
	);
}

function isHandler(value: unknown): value is RequestHandler {
	return isRecord(value) && "run" in value && "info" in value;
}

function broken(
	file: string,
	{ method, path }: EngineRequest,
	error: unknown,
): LocalhookError {
	const reason = error instanceof Error ? error.message : String(error);
	return new LocalhookError(
		"unexpected",
		`Failed to answer ${method} ${JSON.stringify(path)}: a handler of "${file}" threw: ${reason}. Correct it there.`,
		{ cause: error },
	);
}

function refusal(
	file: string,
	reason: string,
	remedy: string,
	cause?: unknown,
): LocalhookError {
	return invalidOption(
		`Failed to load handlers from "${file}": ${reason}. ${remedy}`,
		{ cause },
	);
}

async function writeResponse(
	response: ServerResponse,
	{ status, statusText, headers, body }: Response,
): Promise<void> {
	if (status === 0) {
		response.destroy();
		return;
	}
	for (const [name, value] of headers)
		if (name !== "set-cookie") response.setHeader(name, value);
	const cookies = headers.getSetCookie();
	if (cookies.length > 0) response.setHeader("set-cookie", cookies);
	response.writeHead(status, statusText || undefined);
	if (body === null) {
		response.end();
		return;
	}
	// A caller that leaves, and a body that breaks off, end the connection; there is nobody to tell.
	await pipeline(Readable.fromWeb(body as WebBody), response).catch(() => {});
}
