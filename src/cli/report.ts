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
	if (entry.kind === "call")
		return print({ type: "call", ...entry.call, at: iso(entry.call.at) });
	if (entry.kind === "event") {
		const { id, provider, type, time } = entry.event;
		return print({
			type: "event",
			id,
			provider,
			event: type,
			at: iso(time),
			matched: entry.matched,
		});
	}
	if (entry.kind === "settled") {
		const { id, event, state, reason } = entry.delivery;
		return print({
			type: "settled",
			delivery: id,
			provider: event.provider,
			event: event.type,
			state,
			reason,
		});
	}
	const { delivery, attempt } = entry;
	print({
		type: "attempt",
		delivery: delivery.id,
		provider: delivery.event.provider,
		event: delivery.event.type,
		number: attempt.number,
		at: iso(attempt.at),
		target: attempt.target,
		status: attempt.response?.status,
		error: attempt.error,
		duration: attempt.duration,
	});
}

function print(value: object): void {
	process.stdout.write(`${JSON.stringify(value)}\n`);
}

function iso(time: number): string {
	return new Date(time).toISOString();
}
