import pc from "picocolors";
import type { Attempt, Delivery } from "../contract/records.ts";
import type { CallRecord, JournalEntry } from "../delivery/journal.ts";
import type { Engine } from "../engine/engine.ts";
import { version } from "../version.ts";
import { banner } from "./banner.ts";
import { printableLine } from "./printable.ts";

/** What a running server tells: a banner and a line for each thing that happens, or NDJSON. */
export interface Report {
	ready(url: string, target: string | undefined): void;
	stopped(signal: string): void;
}

export function createReport(
	engine: Engine,
	options: { readonly json: boolean; readonly quiet: boolean },
): Report {
	if (!options.quiet) {
		const write = options.json
			? writeJson
			: (entry: JournalEntry) => writeLine(entry);
		engine.journal.subscribe(write);
	}
	return {
		ready(url, target) {
			if (options.json) {
				const providers = [...engine.sessions.keys()].map((id) => ({
					id,
					url: `${url}/${id}`,
				}));
				print({
					type: "ready",
					version,
					url,
					seed: engine.seed,
					providers,
					receiver: `${url}/_localhook/receiver`,
				});
			} else {
				process.stderr.write(banner(engine, url, target));
			}
		},
		stopped(signal) {
			if (options.json) print({ type: "stopped", signal });
			else process.stderr.write(pc.dim(`\nstopped (${signal})\n`));
		},
	};
}

function writeLine(entry: JournalEntry): void {
	const line = lineOf(entry);
	if (line !== undefined) process.stderr.write(`${line}\n`);
}

function lineOf(entry: JournalEntry): string | undefined {
	if (entry.kind === "call") return callLine(entry.call);
	if (entry.kind === "attempt")
		return attemptLine(entry.delivery, entry.attempt);
	if (entry.kind === "event" && entry.matched === 0) {
		const { provider, type, time, id } = entry.event;
		return columns(
			time,
			provider,
			`${type} matched no endpoint`,
			pc.yellow("unsent"),
			"",
			id,
		);
	}
	return undefined;
}

function callLine({
	at,
	provider,
	method,
	path,
	status,
	duration,
	operation,
}: CallRecord): string {
	return columns(
		at,
		provider,
		`${pc.bold("api")} ${method} ${printableLine(path)}`,
		colourOf(status),
		took(duration),
		operation ?? "",
	);
}

function attemptLine(delivery: Delivery, attempt: Attempt): string {
	const what = `${pc.bold("hook")} ${delivery.event.type} → ${printableLine(attempt.target)}`;
	const status = attempt.response
		? colourOf(attempt.response.status)
		: pc.red(attempt.error?.code ?? "");
	const note = attempt.error === undefined ? "" : ` ${attempt.error.message}`;
	return columns(
		attempt.at,
		delivery.event.provider,
		what,
		status,
		took(attempt.duration),
		`${delivery.id} #${attempt.number}${note}`,
	);
}

/** Time, provider, what, status, duration, id. */
function columns(
	at: number,
	provider: string,
	what: string,
	status: string,
	duration: string,
	id: string,
): string {
	const time = new Date(at).toISOString().slice(11, 19);
	return [
		pc.dim(time),
		provider.padEnd(10),
		what,
		status,
		pc.dim(duration),
		pc.dim(printableLine(id)),
	].join("  ");
}

function colourOf(status: number): string {
	return (status < 300 ? pc.green : status < 500 ? pc.yellow : pc.red)(
		String(status),
	);
}

function took(milliseconds: number): string {
	return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

function writeJson(entry: JournalEntry): void {
	print(toJson(entry));
}

function toJson(entry: JournalEntry): object {
	switch (entry.kind) {
		case "call": {
			const { call } = entry;
			return {
				type: "call",
				...call,
				at: iso(call.at),
				duration: rounded(call.duration),
			};
		}
		case "event": {
			const { id, provider, type, time } = entry.event;
			const at = iso(time);
			return {
				type: "event",
				id,
				provider,
				event: type,
				at,
				matched: entry.matched,
			};
		}
		case "settled": {
			const { state, reason } = entry.delivery;
			return { type: "settled", ...named(entry.delivery), state, reason };
		}
		case "attempt": {
			const { number, at, target, response, error, duration } = entry.attempt;
			return {
				type: "attempt",
				...named(entry.delivery),
				number,
				at: iso(at),
				target,
				status: response?.status,
				error,
				duration: rounded(duration),
			};
		}
	}
}

function named({ id, event }: Delivery): object {
	return { delivery: id, provider: event.provider, event: event.type };
}

/** Microseconds are as fine as anyone reads. */
function rounded(milliseconds: number): number {
	return Math.round(milliseconds * 1000) / 1000;
}

function print(value: object): void {
	process.stdout.write(`${JSON.stringify(value)}\n`);
}

function iso(time: number): string {
	return new Date(time).toISOString();
}
