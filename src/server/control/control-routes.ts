import type { Request, RequestHandler, Response } from "express";
import type { Failure, Violation } from "../../contract/failure.ts";
import { readBody as parseBody } from "../../engine/body.ts";
import { isRecord } from "../../engine/shape.ts";
import {
	invalidRequest,
	LocalhookError,
	notFound,
	quoted,
} from "../../errors.ts";
import { controlDocument } from "../../generated/control-document.ts";
import { didYouMean } from "../../nearest.ts";
import type { ApiOperation } from "../../openapi/operations.ts";
import {
	createRouter,
	type RouteResult,
	readQuery,
	readTexts,
} from "../../openapi/router.ts";
import { readingOf } from "../../openapi/validators.ts";
import { badlyEncoded } from "../http-server.ts";
import type { ReadBody } from "../request.ts";
import type { ControlOperations, ControlReply, OperationId } from "./call.ts";

const { operations, validators } = readingOf({ document: controlDocument });
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

export function controlRoutes(
	control: ControlOperations,
	readBody: ReadBody,
): RequestHandler {
	const router = createRouter(controlDocument, operations, "optional");
	return async (request, response) => {
		const { method, baseUrl, path } = request;
		const route = router.route(method, `${baseUrl}${path}`);
		if (route.kind !== "match") throw unrouted(route, request);
		const { operation, params } = route.match;
		const run = control[operation.id as OperationId] as (
			call: object,
		) => ControlReply | Promise<ControlReply>;
		const call = await read(operation, params, request, response, readBody);
		write(await run(call), request, response);
	};
}

function unrouted(
	route: Exclude<RouteResult, { kind: "match" }>,
	{ method, baseUrl, path }: Request,
): LocalhookError {
	const name = JSON.stringify(`${baseUrl}${path}`.slice(0, 200));
	if (route.kind === "bad-encoding") return badlyEncoded(name);
	if (route.kind === "wrong-method")
		return new LocalhookError(
			"method-not-allowed",
			`Failed to ${method} ${name}: it takes ${route.allowed.join(" or ")}.`,
		);
	const known = [...new Set(operations.map((each) => each.path))];
	return notFound(
		`Failed to find ${name}: there is nothing there.${didYouMean(path, known)} Below /_localhook there is ${known.join(", ")}.`,
	);
}

async function read(
	operation: ApiOperation,
	params: Readonly<Record<string, string>>,
	request: Request,
	response: Response,
	readBody: ReadBody,
): Promise<object> {
	const { method, path } = request;
	const query = readQuery(operation, request.url.split("?", 2)[1] ?? "");
	refuseUnknown(operation, query);
	const headers = readTexts(operation, "header", request.headers);
	const gone = new AbortController();
	response.once("close", () => gone.abort());
	const isWhole = operation.id === whole.operation;
	const limit = isWhole ? whole.bytes : bodyLimit;
	const bytes = await readBody(request, response, limit);
	// A page may send what names no type to any address, unasked.
	if (bytes.length > 0 && headers["content-type"] === undefined)
		throw refusal(operation, {
			kind: "unsupported-media-type",
			given: "",
			supported: ["application/json"],
		});
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
	{ method }: Request,
	response: Response,
): void {
	if ("stream" in reply) {
		// HEAD is answered as GET is, but what has no body would never end.
		if (method === "HEAD") response.end();
		else reply.stream(response);
	} else if ("text" in reply) response.type(reply.type).send(reply.text);
	else {
		if (reply.sent !== undefined) {
			response.set("connection", "close");
			response.once("close", reply.sent);
		}
		response.status(reply.status).json(reply.body);
	}
}

function refusal(operation: ApiOperation, failure: Failure): LocalhookError {
	const doing = failedTo(operation);
	if (failure.kind === "unsupported-media-type")
		return new LocalhookError(
			"unsupported-media-type",
			`${doing}: the content type ${quoted(failure.given)} is not supported. Send ${failure.supported.join(" or ")}.`,
		);
	if (failure.kind !== "invalid") {
		const reason = "reason" in failure ? failure.reason : failure.kind;
		return new LocalhookError("malformed-request", `${doing}: ${reason}.`);
	}
	const reasons: string[] = [];
	const hints = new Set<string>();
	const problems = failure.violations.map((violation) => {
		const { in: place, field, unknown } = violation;
		let { message } = violation;
		if (unknown !== undefined) {
			message = `has no field ${quoted(unknown.name)}`;
			hints.add(hintOf(unknown));
		}
		reasons.push(`${[place, field].filter(Boolean).join(".")} ${message}`);
		return { path: place === "body" ? field : `${place}.${field}`, message };
	});
	const detail = `${doing}: ${reasons.join("; ")}.${[...hints].join("")}`;
	return invalidRequest(detail, { details: { problems } });
}

function hintOf({ name, known }: Required<Violation>["unknown"]): string {
	return didYouMean(name, known) || ` It takes ${known.join(", ")}.`;
}

/** A mistyped parameter that went unnoticed would ask for everything. */
function refuseUnknown(
	operation: ApiOperation,
	query: Readonly<Record<string, unknown>>,
): void {
	const names = operation.parameters
		.filter((each) => each.in === "query")
		.map(({ name }) => name);
	const unknown = Object.keys(query).find((name) => !names.includes(name));
	if (unknown === undefined) return;
	const known =
		names.length === 0 ? "It takes none." : `It takes ${names.join(", ")}.`;
	throw invalidRequest(
		`${failedTo(operation)}: there is no parameter ${JSON.stringify(unknown.slice(0, 100))}.${didYouMean(unknown, names)} ${known}`,
	);
}

function failedTo({ summary }: ApiOperation): string {
	return `Failed to ${summary.charAt(0).toLowerCase()}${summary.slice(1)}`;
}
