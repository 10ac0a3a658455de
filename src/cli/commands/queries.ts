import { entryLines } from "../../engine/entry-lines.ts";
import type { JournalEntry } from "../../engine/entry-view.ts";
import { type ErrorCode, LocalhookError } from "../../errors.ts";
import type { OptionsOf } from "../../generated/command-line.ts";
import { printableLine } from "../../printing.ts";
import { pause, type Schemas } from "../client.ts";
import {
	deliveryLines,
	type Server,
	serverCommand,
	until,
} from "../connect.ts";
import { writeOutput } from "../files.ts";
import { exitCodeOfSignal, exitCodes, pageOf, stopSignal } from "../io.ts";

function nothingOf(query: string | undefined): string {
	return query === undefined
		? "There is nothing yet. Make an event happen with localhook send."
		: `Nothing matches ${JSON.stringify(query)}.`;
}

/** Entries for each one that has a line: a delivery has its begin, an attempt, perhaps a fault, and its end. */
const mute = 4;

export const log = serverCommand(
	async (
		server: Server,
		words: string[],
		{ limit, ...options }: OptionsOf<"log">,
	) => {
		const { client, json, say, finish } = server;
		const { stdout, env, host } = server.io;
		const page = pageOf(stdout, env);
		const query = words.join(" ") || undefined;
		// The lines escape what they show; their colours have to stay.
		const shown = (entry: JournalEntry) =>
			(json ? [JSON.stringify(entry)] : entryLines(entry, page))
				.map((line) => `${line}\n`)
				.join("");
		const { entries, last } = await client.get("/journal", {
			query: { query, newest: json ? limit : Math.min(limit * mute, 1000) },
		});
		const found = (entries as JournalEntry[])
			.map(shown)
			.filter((text) => text !== "");
		// Before anything is shown, so that it can be stopped as soon as something is.
		const stopping = options.follow ? stopSignal(host) : undefined;
		for (const text of found.slice(-limit)) stdout.write(text);
		if (found.length === 0 && !options.follow) say(nothingOf(query));
		if (stopping === undefined) return;
		await follow(server, query, last, stopping, (entry) =>
			stdout.write(shown(entry)),
		);
		finish(exitCodeOfSignal(stopping.reason));
	},
);

/** Characters of one entry; the bytes of bodies are not in it. */
const entryLimit = 1024 * 1024;

/** Tells each entry after one, over breaks: after one it goes on where it was. Ends once it is aborted. */
async function follow(
	{ client, say }: Server,
	query: string | undefined,
	after: number,
	signal: AbortSignal,
	tell: (entry: JournalEntry) => void,
): Promise<void> {
	let lastEventId = String(after);
	let retry = 1000;
	let connected = true;
	const { createParser } = await import("eventsource-parser");
	while (!signal.aborted) {
		try {
			const asked = { query: { query }, lastEventId, signal };
			const stream = await client.listen("/journal/stream", asked);
			connected = true;
			const parser = createParser({
				maxBufferSize: entryLimit,
				onEvent({ id, data }) {
					lastEventId = id ?? lastEventId;
					tell(JSON.parse(data) as JournalEntry);
				},
				onRetry(milliseconds) {
					retry = Math.min(Math.max(milliseconds, 10), 30_000);
				},
			});
			for await (const text of stream) parser.feed(text);
			throw new LocalhookError(
				"server-unreachable",
				`The stream of localhook at ${client.url} has ended.`,
			);
		} catch (error) {
			if (signal.aborted) return;
			if (!hasCode(error, "server-unreachable")) throw error;
			if (connected) say(`${error.message} Trying again until Ctrl-C.`);
			connected = false;
		}
		await pause(retry, signal);
	}
}

export const wait = serverCommand(
	async (
		{ client, io, json, print, finish },
		words: string[],
		options: OptionsOf<"wait">,
	) => {
		const { count, timeout, ready } = options;
		if (ready) {
			const health = await until("ready", client, timeout);
			print({ kind: "ready", url: client.url, ...health }, client.url);
			return;
		}
		try {
			const { deliveries } = await client.post("/wait", {
				body: { query: words.join(" "), count, timeout: `${timeout}ms` },
				timeout: timeout + 10_000,
			});
			for (const delivery of deliveries)
				print({ kind: "delivery", delivery }, deliveryLines([delivery]));
		} catch (error) {
			if (json || !hasCode(error, "wait-timed-out")) throw error;
			io.stderr.write(miss(error));
			finish(exitCodes.timedOut);
		}
	},
);

function hasCode(error: unknown, code: ErrorCode): error is LocalhookError {
	return error instanceof LocalhookError && error.code === code;
}

function miss({ message, details }: LocalhookError): string {
	const near = (details.nearest ?? []) as Schemas["Missed"]["nearest"];
	const lines = near.flatMap(({ delivery, differs }) => [
		...deliveryLines([delivery]).map((line) => `  ${line}`),
		...differs.map(
			({ field, wanted, found }) =>
				`    ${printableLine(`${field}: wanted ${wanted}, found ${found ?? "nothing"}`)}`,
		),
	]);
	const heading = near.length === 0 ? [] : ["Nearest:"];
	return [printableLine(message), ...heading, ...lines, ""].join("\n");
}

const exportedDelivery =
	/"request":|^curl |^\{"kind":|^await fetch|^test\(|^### /m;

export const exportCommand = serverCommand(
	async (
		{ client, io, json, print, say, maskSecrets },
		format: string,
		words: string[],
		{ reveal, output }: OptionsOf<"export">,
	) => {
		const query = words.join(" ") || undefined;
		const bytes = await client.download("/export/{format}", {
			params: { format },
			query: { query, reveal },
			timeout: 300_000,
		});
		const start = bytes.subarray(0, 10_000).toString();
		if (!exportedDelivery.test(start)) say(nothingOf(query));
		if (reveal && output === "-") await maskSecrets(bytes.toString());
		await writeOutput(output, bytes, io);
		if (output === "-") return;
		if (json)
			print({ kind: "exported", format, output, bytes: bytes.length }, "");
		else say(`Wrote ${bytes.length} bytes to ${output}.`);
	},
);
