import { type IncomingMessage, request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { formatDuration } from "../duration.ts";
import { LocalhookError } from "../errors.ts";
import { maskUrl } from "../mask-url.ts";
import { deadline, pause } from "./pause.ts";
import { readProblem } from "./problem.ts";
import type { ServerAddress } from "./server-address.ts";

/** A call of the control API. */
export interface Asked {
	/** Values that are undefined are left out. */
	readonly query?: Readonly<Record<string, string | number | undefined>>;
	/** Sent as JSON. */
	readonly body?: unknown;
	/** Milliseconds for the whole exchange. Default: 30 seconds. */
	readonly timeout?: number;
	/** Called once the answer has taken three seconds. */
	onSlow?(): void;
}

/** The control API of a running server. Every call throws what {@link createClient} lists. */
export interface Client {
	/** As it may be shown. */
	readonly url: string;
	get<Answer>(path: string, asked?: Asked): Promise<Answer>;
	post<Answer>(path: string, asked?: Asked): Promise<Answer>;
	put<Answer>(path: string, asked?: Asked): Promise<Answer>;
	/** The answer's bytes, whatever they are. */
	download(path: string, asked?: Asked): Promise<Buffer>;
	/** Server-sent events from after one on, as text, for as long as the server goes on and nobody aborts it. */
	listen(
		path: string,
		asked: Asked & {
			readonly lastEventId: string;
			readonly signal: AbortSignal;
		},
	): Promise<AsyncIterable<string>>;
}

/** An answer's head, and what may cut its body short. */
interface Answer {
	readonly response: IncomingMessage;
	readonly signal: AbortSignal;
	readonly timeout: number;
}

interface Headers {
	readonly [name: string]: string;
}

/** Bytes of one answer: the journal keeps 64 MiB, and an export of it is some times as long. */
const answerLimit = 512 * 1024 * 1024;
const usualTimeout = 30_000;
/** For a server to say that it is there. What it is then asked may take it much longer. */
const usualPatience = 5000;

/**
 * A client of the control API at an address.
 *
 * It speaks through `node:http`: global `fetch` gives up on any answer that takes five minutes, refuses some ports, and
 * costs a command three times as long to load.
 *
 * @param patience milliseconds that a server has to show that it is there
 * @param slowness milliseconds after which an answer is slow
 * @throws LocalhookError from its calls: `server-unreachable`, or what the server's problem says
 * @example
 * const { now } = await createClient({ url, token }).get<{ now: string }>("/clock")
 */
export function createClient(
	{ url, token }: ServerAddress,
	patience = usualPatience,
	slowness = 3000,
): Client {
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
			await json("GET", "/health", { timeout: patience });
		} catch (error) {
			if ((error as LocalhookError).code === "server-unreachable") throw error;
		}
	}

	/** The answer's head, once it is a good one. */
	async function exchange(
		method: string,
		path: string,
		{ query = {}, body, timeout = usualTimeout, onSlow }: Asked,
		headers: Headers,
		ended?: AbortSignal,
	): Promise<Answer> {
		if (path !== "/health") {
			greeted ??= greet();
			await greeted;
		}
		const signal = ended ?? deadline(timeout);
		const target = new URL(`${url}/_localhook${path}`);
		for (const [name, value] of Object.entries(query))
			if (value !== undefined) target.searchParams.set(name, String(value));
		const sent =
			body === undefined ? undefined : Buffer.from(JSON.stringify(body));
		const answered = new AbortController();
		if (onSlow !== undefined)
			void pause(slowness, answered.signal).then(
				() => answered.signal.aborted || onSlow(),
			);
		const response = await new Promise<IncomingMessage>((resolve, reject) => {
			request(target, {
				method,
				agent: false,
				signal,
				headers: {
					...headers,
					...(token && { authorization: `Bearer ${token}` }),
					...(sent && {
						"content-type": "application/json",
						"content-length": sent.length,
					}),
				},
			})
				.on("response", resolve)
				.on("error", (error) =>
					reject(unreachable(error, signal.aborted ? timeout : undefined)),
				)
				.end(sent);
		}).finally(() => answered.abort());
		const answer = { response, signal, timeout };
		if (response.statusCode !== undefined && response.statusCode < 300)
			return answer;
		throw readProblem(shown, response, await read(answer));
	}

	async function read({ response, signal, timeout }: Answer): Promise<Buffer> {
		const chunks: Buffer[] = [];
		let size = 0;
		try {
			for await (const chunk of response as AsyncIterable<Buffer>) {
				chunks.push(chunk);
				size += chunk.length;
				if (size > answerLimit)
					throw new Error(`its answer is longer than ${answerLimit} bytes`);
			}
		} catch (error) {
			throw unreachable(error, signal.aborted ? timeout : undefined);
		}
		return Buffer.concat(chunks);
	}

	async function download(
		method: string,
		path: string,
		asked: Asked,
		headers: Headers,
	): Promise<Buffer> {
		return read(await exchange(method, path, asked, headers));
	}

	async function json<Wanted>(
		method: string,
		path: string,
		asked: Asked = {},
	): Promise<Wanted> {
		const answer = await exchange(method, path, asked, {
			accept: "application/json",
		});
		const bytes = await read(answer);
		try {
			return JSON.parse(bytes.toString()) as Wanted;
		} catch {
			throw readProblem(shown, answer.response, bytes);
		}
	}

	return {
		url: shown,
		get: (path, asked) => json("GET", path, asked),
		post: (path, asked) => json("POST", path, asked),
		put: (path, asked) => json("PUT", path, asked),
		download: (path, asked = {}) => download("GET", path, asked, {}),
		async listen(path, { lastEventId, signal, ...asked }) {
			// It may be another one by now, that takes up where the last one broke off.
			greeted = undefined;
			const { response } = await exchange(
				"GET",
				path,
				{ timeout: Infinity, ...asked },
				{ accept: "text/event-stream", "last-event-id": lastEventId },
				signal,
			);
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

function reasonOf(error: NodeJS.ErrnoException): string {
	if (error.code === "ECONNREFUSED") return "nothing listens there";
	// Both addresses of `localhost` have failed: the error that holds theirs says nothing itself.
	const [first] = error instanceof AggregateError ? error.errors : [];
	return (first as Error | undefined)?.message ?? error.message;
}
