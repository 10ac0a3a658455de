import type { Receivers } from "../config/receivers.ts";
import type { Attempt, Delivery } from "../contract/records.ts";
import type { CallRecord, JournalEntry } from "../delivery/entries.ts";
import { reconnectedNote } from "../delivery/exchange.ts";
import type { Engine } from "../engine/engine.ts";
import { showEntry } from "../engine/entry-view.ts";
import { version } from "../generated/version.ts";
import { printableLine } from "../printing.ts";
import { banner } from "./banner.ts";
import { type Colours, coloursFor } from "./colours.ts";
import { colourOf, columns, took } from "./entry-line.ts";
import type { Io } from "./io.ts";
import { mask } from "./mask.ts";

/** What a running server tells: a banner and a line for each thing that happens, or NDJSON. */
export interface Report {
	/** `token`: one that was made for this run, told this once. */
	ready(
		url: string,
		receiver: Receivers | undefined,
		token: string | undefined,
	): void;
	warn(message: string): void;
	/** Undefined: a client has asked for it. */
	stopped(signal: string | undefined): void;
}

export function createReport(
	engine: Engine,
	options: { readonly json: boolean; readonly quiet: boolean },
	io: Io,
): Report {
	const print = (value: object) =>
		io.stdout.write(`${JSON.stringify(value)}\n`);
	const colours = coloursFor(io.stderr, io.env);
	if (!options.quiet) {
		engine.journal.subscribe((entry) => {
			if (options.json) return print(showEntry(entry));
			const line = lineOf(entry, colours);
			if (line !== undefined) io.stderr.write(`${line}\n`);
		});
	}
	return {
		ready(url, receiver, token) {
			if (options.json) {
				const providers = [...engine.sessions.keys()].map((id) => ({
					id,
					url: `${url}/${id}`,
				}));
				const { mode, speed, now } = engine.time;
				print({
					kind: "ready",
					version,
					url,
					seed: engine.seed,
					clock: { mode, speed, now: new Date(now).toISOString() },
					providers,
					receiver: `${url}/_localhook/receiver`,
					token,
				});
			} else {
				// The banner shows the secrets where there is a receiver to verify with them.
				if (receiver !== undefined) mask(secretsOf(engine), io);
				io.stderr.write(banner(colours, engine, url, receiver, token));
			}
		},
		warn(message) {
			io.stderr.write(
				options.json
					? `${JSON.stringify({ kind: "warning", message })}\n`
					: `${colours.yellow(`Warning: ${printableLine(message)}`)}\n`,
			);
		},
		stopped(signal) {
			if (options.json) print({ kind: "stopped", signal });
			else
				io.stderr.write(
					colours.dim(`\nstopped (${signal ?? "localhook stop"})\n`),
				);
		},
	};
}

function secretsOf(engine: Engine): string[] {
	return [...engine.sessions.values()].flatMap(({ provider, context }) =>
		provider.secrets(context),
	);
}

function lineOf(entry: JournalEntry, colours: Colours): string | undefined {
	if (entry.kind === "call") return callLine(entry.call, colours);
	if (entry.kind === "attempt")
		return attemptLine(entry.delivery, entry.attempt, colours);
	if (entry.kind === "event" && entry.matched === 0) {
		const { provider, type, time, id } = entry.event;
		return columns(
			colours,
			timeOf(time),
			provider,
			`${printableLine(type)} matched no endpoint`,
			colours.yellow("unsent"),
			"",
			id,
		);
	}
	return undefined;
}

function callLine(call: CallRecord, colours: Colours): string {
	const { at, provider, method, path, status, duration, operation } = call;
	return columns(
		colours,
		timeOf(at),
		provider,
		`${colours.bold("api")} ${method} ${printableLine(path)}`,
		colourOf(colours, status),
		took(duration),
		operation ?? "",
	);
}

function attemptLine(
	delivery: Delivery,
	attempt: Attempt,
	colours: Colours,
): string {
	const what = `${colours.bold("hook")} ${printableLine(delivery.event.type)} → ${printableLine(attempt.url)}`;
	const status = attempt.response
		? colourOf(colours, attempt.response.status)
		: colours.red(attempt.error?.code ?? "");
	const note = [
		...(attempt.reconnected ? [`(${reconnectedNote})`] : []),
		...(attempt.error === undefined ? [] : [attempt.error.message]),
	];
	return columns(
		colours,
		timeOf(attempt.at),
		delivery.event.provider,
		what,
		status,
		took(attempt.duration),
		[`${delivery.id} #${attempt.number}`, ...note].join(" "),
	);
}

/** The time of day: a run is watched as it goes. */
function timeOf(at: number): string {
	return new Date(at).toISOString().slice(11, 19);
}
