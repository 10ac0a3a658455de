import type { Attempt, Delivery } from "../contract/records.ts";
import type { JournalEntry } from "../delivery/entries.ts";
import { reconnectedNote } from "../delivery/exchange.ts";
import { formatDuration } from "../duration.ts";
import type { Engine } from "../engine/engine.ts";
import { maskUrl } from "../mask-url.ts";
import { printableLine } from "../printing.ts";

const mostEntries = 60;
const longestAnswer = 100;
const second = 1000;

/** What happened in an engine, line by line, and how to have it happen again: for people who look at a failed test. */
export function timelineOf({ journal, seed }: Engine): string {
	const entries = journal.after(0);
	const start = entries[0] === undefined ? 0 : timeOf(entries[0]);
	const lines = entries.flatMap((entry) =>
		entry.kind === "delivery"
			? []
			: [printableLine(`  ${since(start, timeOf(entry))} ${what(entry)}`)],
	);
	const left = lines.length - mostEntries;
	return [
		`localhook: what happened${lines.length === 0 ? ": nothing" : ""}`,
		...(left > 0 ? [`  … ${left} earlier`] : []),
		...lines.slice(-mostEntries),
		repeat(seed),
	].join("\n");
}

/** One delivery: where to, how it stands, and each of its attempts. */
export function deliveryTimeline(delivery: Delivery): string {
	const { id, event, url, state, reason, attempts, createdAt, nextAt, held } =
		delivery;
	const ended = reason === undefined ? "" : `, ${reason}`;
	const waits =
		nextAt === undefined ? [] : [`${since(createdAt, nextAt)} next attempt`];
	return [
		`${event.provider} ${event.type} ${id} → ${maskUrl(url)}: ${state}${ended}`,
		...[
			...attempts.map(
				(attempt) => `${since(createdAt, attempt.at)} ${tried(attempt)}`,
			),
			...waits,
			...(held === undefined ? [] : [`held: ${held}`]),
		].map((line) => `  ${line}`),
	]
		.map(printableLine)
		.join("\n");
}

/** What to start with for the same ids, secrets and jitter. */
export function repeat(seed: string): string {
	return `repeat: seed ${seed}`;
}

function what(entry: Exclude<JournalEntry, { kind: "delivery" }>): string {
	switch (entry.kind) {
		case "call": {
			const { provider, method, path, status, operation = "" } = entry.call;
			return `${provider} api ${method} ${path} → ${status} ${operation}`.trimEnd();
		}
		case "event": {
			const { provider, type } = entry.event;
			const { matched } = entry;
			return `${provider} event ${type}, ${matched === 0 ? "matched no endpoint" : `${matched} to deliver`}`;
		}
		case "attempt":
			return `${named(entry.delivery)} ${tried(entry.attempt)}`;
		case "fault":
			return `${named(entry.delivery)} fault ${entry.fault}`;
		case "settled": {
			const { state, reason } = entry.delivery;
			return `${named(entry.delivery)} ${state}${reason === undefined ? "" : `, ${reason}`}`;
		}
	}
}

function named({ id, event }: Delivery): string {
	return `${event.provider} ${event.type} ${id}`;
}

function tried(attempt: Attempt): string {
	const { number, response, error, fault, reconnected } = attempt;
	const outcome =
		error === undefined
			? `${response?.status}${answer(response?.body)}`
			: `${error.code}: ${error.message}`;
	const again = reconnected ? ` (${reconnectedNote})` : "";
	return `#${number} ${outcome}${fault === undefined ? "" : ` (fault: ${fault})`}${again}`;
}

function answer(body: Uint8Array | undefined): string {
	if (body === undefined || body.length === 0) return "";
	const text = new TextDecoder().decode(body.subarray(0, longestAnswer));
	return ` ${JSON.stringify(text)}${body.length > longestAnswer ? "…" : ""}`;
}

function timeOf(entry: JournalEntry): number {
	switch (entry.kind) {
		case "call":
			return entry.call.at;
		case "event":
			return entry.event.time;
		case "delivery":
			return entry.delivery.createdAt;
		case "attempt":
			return entry.attempt.at;
		default:
			return entry.at;
	}
}

function since(start: number, time: number): string {
	const passed = Math.max(0, time - start);
	const rounded =
		passed < second ? passed : Math.round(passed / second) * second;
	return `+${formatDuration(rounded)}`.padEnd(8);
}
