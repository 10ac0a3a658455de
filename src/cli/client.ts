import { once } from "node:events";
import { type IncomingMessage, request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { formatDuration } from "../duration.ts";
import { type ErrorCode, LocalhookError } from "../errors.ts";
import type { components, paths } from "../generated/control.ts";
import { errorCodes } from "../generated/tables.ts";
import { parsedJson } from "../json.ts";
import { maskUrl } from "../web-address.ts";

export type Schemas = components["schemas"];

type Path = keyof paths;
type Answered<At extends Path, By extends "get" | "post" | "put"> =
	NonNullable<paths[At][By]> extends { responses: infer Responses }
		? JsonOf<Responses[keyof Responses]>
		: never;
type JsonOf<Response> = Response extends {
	content: { "application/json": infer Body };
}
	? Body
	: never;

export interface Asked {
	readonly params?: Readonly<Record<string, string>>;
	readonly query?: Readonly<
		Record<string, string | number | boolean | undefined>
	>;
	readonly body?: unknown;
	readonly timeout?: number;
	/** Called once the answer has taken three seconds. */
	onSlow?(): void;
	/** Ends it, in place of a timeout. */
	readonly signal?: AbortSignal;
}

export interface ServerAddress {
	/** Without a slash at the end. */
	readonly url: string;
	readonly token: string | undefined;
}

export type Client = ReturnType<typeof createClient>;

/** Bytes of one answer: the journal keeps 64 MiB, and an export of it is some times as long. */
const answerLimit = 512 * 1024 * 1024;
const tooLong = `its answer is longer than ${answerLimit} bytes`;
const json = { accept: "application/json" };

/**
 * It speaks through `node:http`: global `fetch` gives up on any answer that takes five minutes, refuses some ports, and
 * costs a command three times as long to load.
 *
 * @param patience milliseconds that a server has to show that it is there; what it is then asked may take much longer
 * @param slowness milliseconds after which an answer is slow
 */
export function createClient(
	{ url, token }: ServerAddress,
	patience = 5000,
	slowness = 3000,
) {
	const shown = maskUrl(url);
	let greeted: Promise<void> | undefined;
	const request = url.startsWith("https:") ? overHttps : overHttp;

	/** `timeout`: absent, it has not run out. */
	function unreachable(error: unknown, timeout?: number): LocalhookError {
		const reason =
			timeout === undefined
				? reasonOf(error as Error)
				: `it did not answer within ${formatDuration(timeout)}`;
		return new LocalhookError(
			"server-unreachable",
			`Failed to reach localhook at ${shown}: ${reason}. Start it with "localhook start", or give --url.`,
			{ cause: error },
		);
	}

	/** Anything that answers is waited for; a port that takes connections and says nothing is not. */
	async function greet(): Promise<void> {
		try {
			await ask("GET", "/health", { timeout: patience });
		} catch (error) {
			if ((error as LocalhookError).code === "server-unreachable") throw error;
		}
	}

	function urlOf(path: Path, { params = {}, query = {} }: Asked): URL {
		const filled = path.replace(/\{(\w+)\}/g, (_, name) =>
			encodeURIComponent(params[name] ?? ""),
		);
		const target = new URL(`${url}/_localhook${filled}`);
		for (const [name, value] of Object.entries(query))
			if (value !== undefined) target.searchParams.set(name, String(value));
		return target;
	}

	async function exchange(
		method: string,
		path: Path,
		asked: Asked,
		headers: Readonly<Record<string, string>> = {},
	) {
		if (path !== "/health") {
			greeted ??= greet();
			await greeted;
		}
		const { body, timeout = 30_000, onSlow } = asked;
		const { signal = deadline(timeout) } = asked;
		const failed = (error: unknown) => {
			throw unreachable(error, signal.aborted ? timeout : undefined);
		};
		const sending = request(urlOf(path, asked), {
			method,
			agent: false,
			signal,
			headers: {
				...headers,
				...(token && { authorization: `Bearer ${token}` }),
				...(body !== undefined && { "content-type": "application/json" }),
			},
		});
		const slow = onSlow && setTimeout(onSlow, slowness);
		// What goes wrong once there is an answer is told by the answer.
		sending.on("error", () => {}).end(JSON.stringify(body));
		const [response] = (await once(sending, "response")
			.catch(failed)
			.finally(() => clearTimeout(slow))) as [IncomingMessage];
		const read = () => readAll(response, answerLimit, tooLong).catch(failed);
		if (response.statusCode !== undefined && response.statusCode < 300)
			return { response, read };
		throw readProblem(shown, response, await read());
	}

	async function ask<Body>(
		method: string,
		path: Path,
		asked: Asked = {},
	): Promise<Body> {
		const { response, read } = await exchange(method, path, asked, json);
		const bytes = await read();
		const body = parsedJson(bytes.toString());
		if (body === undefined) throw readProblem(shown, response, bytes);
		return body as Body;
	}

	return {
		url: shown,
		token,
		get: <At extends Path>(path: At, asked?: Asked) =>
			ask<Answered<At, "get">>("GET", path, asked),
		post: <At extends Path>(path: At, asked?: Asked) =>
			ask<Answered<At, "post">>("POST", path, asked),
		put: <At extends Path>(path: At, asked?: Asked) =>
			ask<Answered<At, "put">>("PUT", path, asked),
		download: async (path: Path, asked: Asked = {}) =>
			(await exchange("GET", path, asked)).read(),
		/** Server-sent events from after one on, as text, for as long as the server goes on and nobody aborts it. */
		async listen(
			path: Path,
			asked: Asked & { readonly lastEventId: string },
		): Promise<AsyncIterable<string>> {
			// It may be another one by now, that takes up where the last one broke off.
			greeted = undefined;
			const { response } = await exchange("GET", path, asked, {
				accept: "text/event-stream",
				"last-event-id": asked.lastEventId,
			});
			return (async function* () {
				try {
					for await (const text of response.setEncoding("utf8"))
						yield text as string;
				} catch (error) {
					throw unreachable(error);
				}
			})();
		},
	};
}

export async function readAll(
	stream: AsyncIterable<Uint8Array | string>,
	limit: number,
	tooLong: string,
): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of stream) {
		const bytes = Buffer.from(chunk as Uint8Array);
		chunks.push(bytes);
		size += bytes.length;
		if (size > limit) throw new Error(tooLong);
	}
	return Buffer.concat(chunks);
}

function reasonOf(error: NodeJS.ErrnoException): string {
	if (error.code === "ECONNREFUSED") return "nothing listens there";
	// Both addresses of `localhost` have failed: the error that holds theirs says nothing itself.
	const [first] = error instanceof AggregateError ? error.errors : [];
	return (first as Error | undefined)?.message ?? error.message;
}

/** Real milliseconds, for a process that has nothing to do meanwhile and must not end; fewer once it is aborted. */
export function pause(
	milliseconds: number,
	signal?: AbortSignal,
): Promise<void> {
	return sleep(milliseconds, undefined, { signal }).catch(() => {});
}

/** Aborts after real milliseconds; a timer holds no more than 24 days. */
export function deadline(milliseconds: number): AbortSignal {
	return AbortSignal.timeout(Math.min(milliseconds, 0x7fff_ffff));
}

/** The error that a server's answer stands for; an answer that is no problem of localhook's is someone else's. */
export function readProblem(
	url: string,
	{ statusCode = 0, headers }: Pick<IncomingMessage, "statusCode" | "headers">,
	bytes: Buffer,
): LocalhookError {
	const { type, title, status, detail, code, ...details } = Object(
		parsedJson(bytes.toString()),
	);
	if (typeof code === "string" && typeof detail === "string")
		return new LocalhookError(known(code, statusCode), detail, { details });
	const { "content-type": mediaType = "no content type" } = headers;
	return new LocalhookError(
		"server-unreachable",
		`Failed to reach localhook at ${url}: what answers there is not localhook (${statusCode}, ${mediaType}). Start it with "localhook start", or give --url.`,
	);
}

/** A newer server may know more codes than this command does. */
function known(code: string, status: number): ErrorCode {
	if (Object.hasOwn(errorCodes, code)) return code as ErrorCode;
	return status < 500 ? "invalid-request" : "unexpected";
}
