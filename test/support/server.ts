import { onTestFinished } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import type { Installed } from "../../src/engine/options.ts";
import { controlDocument } from "../../src/generated/control-document.ts";
import { operationsOf } from "../../src/openapi/operations.ts";
import { createRouter } from "../../src/openapi/router.ts";
import { createValidators } from "../../src/openapi/validators.ts";
import { type ServerOptions, startServer } from "../../src/server/server.ts";
import { startEngine } from "./engine.ts";
import { type EventStream, openEventStream } from "./event-stream.ts";
import { exchange } from "./http.ts";
import { usual } from "./providers.ts";

export interface Running {
	readonly url: string;
	readonly port: number;
	readonly engine: Engine;
	/** A control call; its reply is held against `openapi/localhook.yaml`. What is not JSON stays text. */
	control(
		method: string,
		path: string,
		body?: unknown,
		headers?: Record<string, string>,
		// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
	): Promise<{ status: number; type: string; body: any }>;
	/** The journal as it is written; each entry is held against the document. It ends with the test. */
	follow(
		headers?: Record<string, string>,
		query?: string,
	): Promise<EventStream>;
}

/** A server on a free port with one provider; both end with the test. */
export async function serve(
	provider: string | Installed = usual.id,
	engineOptions: Parameters<typeof startEngine>[1] = {},
	serverOptions:
		| Partial<ServerOptions>
		| ((engine: Engine) => Promise<Partial<ServerOptions>>) = {},
): Promise<Running> {
	const { engine } = await startEngine(provider, engineOptions);
	const extra =
		typeof serverOptions === "function"
			? await serverOptions(engine)
			: serverOptions;
	const server = await startServer({ engine, port: 0, ...extra });
	onTestFinished(async () => {
		await server.close();
		await engine.close();
	});
	contract ??= controlContract();
	const { check, checkEntry } = await contract;
	return {
		url: server.url,
		port: server.port,
		engine,
		async control(method, path, body, headers = {}) {
			const json: Record<string, string> =
				body === undefined ? {} : { "content-type": "application/json" };
			const text =
				body === undefined || typeof body === "string"
					? body
					: JSON.stringify(body);
			const answer = await exchange(
				`${server.url}/_localhook`,
				method,
				path,
				{ ...json, ...headers },
				text,
			);
			const type = answer.headers["content-type"] ?? "";
			const value =
				method === "HEAD"
					? undefined
					: /^application\/(problem\+)?json\b/.test(type)
						? JSON.parse(answer.text)
						: answer.text;
			if (method !== "HEAD") check(method, path, answer.status, type, value);
			return { status: answer.status, type, body: value };
		},
		follow: (headers, query = "") =>
			openEventStream(
				`${server.url}/_localhook/journal/stream${query}`,
				headers,
				checkEntry,
			),
	};
}

let contract: ReturnType<typeof controlContract> | undefined;

async function controlContract() {
	const document = controlDocument;
	const validators = createValidators(document);
	const router = createRouter(
		{ ...document, servers: [] },
		operationsOf(document),
		"exact",
	);
	function checkEntry(entry: unknown): void {
		const violations = validators.body("Entry", entry);
		if (violations.length > 0) throw new Error(JSON.stringify(violations));
	}
	function check(
		method: string,
		path: string,
		status: number,
		type: string,
		body: unknown,
	): void {
		const route = router.route(method, path.split("?")[0] as string);
		if (route.kind !== "match") return;
		const { responses } = route.match.operation;
		const response = responses.get(String(status)) ?? responses.get("default");
		const media = response?.media.get(type.split(";")[0] as string);
		if (media === undefined)
			throw new Error(`${method} ${path}: ${status} ${type} is not declared`);
		const violations = validators.body(media, body);
		if (violations.length > 0)
			throw new Error(`${method} ${path}: ${JSON.stringify(violations)}`);
	}
	return { check, checkEntry };
}
