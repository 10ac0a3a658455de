import { type Request, type Response, Router } from "express";
import type { Failure } from "../../contract/failure.ts";
import { readBody as parseBody } from "../../engine/body.ts";
import type { Engine } from "../../engine/engine.ts";
import { isRecord } from "../../engine/shape.ts";
import { controlDocument } from "../../generated/control-document.ts";
import type { ApiOperation } from "../../openapi/operations.ts";
import { readQuery, readTexts } from "../../openapi/parameters.ts";
import { readingOf } from "../../openapi/reading.ts";
import type { Validators } from "../../openapi/validators.ts";
import type { ReadBody } from "../body.ts";
import type { ControlCall, ControlReply } from "./call.ts";
import { createControl } from "./control.ts";
import { notFound, refusal, refuseUnknown, wrongMethod } from "./refusal.ts";

const bodyLimit = 1024 * 1024;
/**
 * A snapshot holds all the bodies that are kept, as payloads and in base64, and payloads that are as deep as may be. The
 * engine checks it, up to the first problem; Ajv would list everything.
 */
const whole = {
	operation: "load-snapshot",
	bytes: 256 * 1024 * 1024,
	limits: { deepest: 120, most: 50_000_000 },
};

/** The control API as Express routes, each made from its operation in `openapi/localhook.yaml`. */
export async function controlRoutes(
	engine: Engine,
	url: string,
	readBody: ReadBody,
	stop: () => void,
): Promise<Router> {
	const { operations, validators } = readingOf({ document: controlDocument });
	const control = createControl(engine, url, stop);
	const router = Router();
	/** By path, as the document writes it. */
	const methods = new Map<string, string[]>();

	for (const operation of operations) {
		const run = control[operation.id];
		if (run === undefined)
			throw new Error(
				`The control operation "${operation.id}" is not implemented.`,
			);
		const method = operation.method.toLowerCase() as "get" | "post" | "put";
		const { path } = operation;
		methods.set(path, [...(methods.get(path) ?? []), operation.method]);
		router[method](routeOf(path), async (request, response) => {
			const call = await read(
				operation,
				request,
				response,
				readBody,
				validators,
			);
			write(await run(call), request, response);
		});
	}
	for (const [path, known] of methods)
		router.all(routeOf(path), (request) => {
			request.resume();
			throw wrongMethod(request, known);
		});
	router.use((request) => {
		request.resume();
		throw notFound(request, [...methods.keys()]);
	});
	return router;
}

/** @throws LocalhookError when the call does not satisfy the document */
async function read(
	operation: ApiOperation,
	request: Request,
	response: Response,
	readBody: ReadBody,
	validators: Validators,
): Promise<ControlCall> {
	const params = request.params as Record<string, string>;
	const query = readQuery(operation, request.url.split("?", 2)[1] ?? "");
	refuseUnknown(operation, query);
	const { method, path } = request;
	const headers = readTexts(operation, "header", request.headers);
	const gone = new AbortController();
	response.once("close", () => gone.abort());
	const isWhole = operation.id === whole.operation;
	const bytes = await readBody(
		request,
		response,
		isWhole ? whole.bytes : bodyLimit,
	);
	// A page may send what names no type to any address, unasked.
	if (bytes.length > 0 && headers["content-type"] === undefined)
		throw refusal(operation, untyped);
	const body = await parseBody(
		operation,
		{ method, path, query: "", headers: request.headers, body: bytes },
		isWhole ? whole.limits : undefined,
	);
	if ("failure" in body) throw refusal(operation, body.failure);
	const violations = [
		...validators.parameters(operation, { path: params, query, headers }),
		...(body.media === undefined || isWhole
			? []
			: validators.body(body.media, withoutFaults(body.value))),
	];
	if (violations.length > 0)
		throw refusal(operation, { kind: "invalid", violations });
	return { params, query, headers, body: body.value, signal: gone.signal };
}

/** The engine checks faults, with the same words wherever they come from. */
function withoutFaults(body: unknown): unknown {
	return isRecord(body) && "faults" in body ? { ...body, faults: [] } : body;
}

function write(
	reply: ControlReply,
	request: Request,
	response: Response,
): void {
	if ("stream" in reply) {
		// HEAD is answered as GET is, but what has no body would never end.
		if (request.method === "HEAD") response.end();
		else reply.stream(response);
	} else if ("text" in reply)
		response.status(200).type(reply.type).send(reply.text);
	else {
		if (reply.sent !== undefined) {
			response.set("connection", "close");
			response.once("close", reply.sent);
		}
		response.status(reply.status).json(reply.body);
	}
}

const untyped: Failure = {
	kind: "unsupported-media-type",
	given: "",
	supported: ["application/json"],
};

/** As Express writes it. */
function routeOf(path: string): string {
	return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
