import { Router } from "express";
import { loadDocument } from "../catalog.ts";
import type { Failure } from "../contract/failure.ts";
import { readBody as parseBody } from "../engine/body.ts";
import type { Engine } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import { type ApiOperation, operationsOf } from "../openapi/operations.ts";
import { readQuery } from "../openapi/parameters.ts";
import { createValidators } from "../openapi/validators.ts";
import { readBody } from "./body.ts";
import { createControl } from "./control.ts";

const bodyLimit = 1024 * 1024;

/** The control API as Express routes, each made from its operation in `openapi/localhook.yaml`. */
export async function controlRoutes(
	engine: Engine,
	url: string,
): Promise<Router> {
	const document = await loadDocument("localhook");
	const validators = createValidators(document);
	const control = createControl(engine, url);
	const router = Router();

	for (const operation of operationsOf(document)) {
		const run = control[operation.id];
		if (run === undefined)
			throw new Error(
				`The control operation "${operation.id}" is not implemented.`,
			);
		const method = operation.method.toLowerCase() as "get" | "post";
		router[method](
			operation.path.replaceAll(/\{(\w+)\}/g, ":$1"),
			async (request, response) => {
				const params = request.params as Record<string, string>;
				const query = readQuery(operation, request.url.split("?", 2)[1] ?? "");
				const raw = await readBody(request, bodyLimit);
				const { method, path, headers } = request;
				const read = await parseBody(operation, {
					method,
					path,
					query: "",
					headers,
					body: raw,
				});
				if ("failure" in read) throw toError(operation, read.failure);
				const violations = [
					...validators.parameters(operation, { path: params, query, headers }),
					...(read.media === undefined
						? []
						: validators.body(read.media, read.value)),
				];
				if (violations.length > 0)
					throw toError(operation, { kind: "invalid", violations });
				const { status, body } = await run({ params, query, body: read.value });
				response.status(status).json(body);
			},
		);
	}
	return router;
}

function toError(operation: ApiOperation, failure: Failure): LocalhookError {
	const doing = `Failed to ${operation.summary.toLowerCase()}`;
	if (failure.kind === "unsupported-media-type") {
		return new LocalhookError(
			"unsupported-media-type",
			`${doing}: the content type "${failure.given}" is not supported. Send ${failure.supported.join(" or ")}.`,
		);
	}
	if (failure.kind === "invalid") {
		const { violations } = failure;
		const reasons = violations.map(
			({ in: place, field, message }) =>
				`${[place, field].filter(Boolean).join(".")} ${message}`,
		);
		return new LocalhookError(
			"invalid-request",
			`${doing}: ${reasons.join("; ")}.`,
			{ details: { violations } },
		);
	}
	const reason = "reason" in failure ? failure.reason : failure.kind;
	return new LocalhookError("malformed-request", `${doing}: ${reason}.`);
}
