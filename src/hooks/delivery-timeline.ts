import type { Attempt, Delivery } from "../contract/records.ts";
import { reconnectedNote } from "../delivery/exchange.ts";
import { formatDuration } from "../duration.ts";
import { maskUrl } from "../mask-url.ts";
import { printableLine } from "../printing.ts";

const longestAnswer = 100;

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

/** An attempt and what came of it. */
export function tried(attempt: Attempt): string {
	const { number, response, error, fault, reconnected } = attempt;
	const outcome =
		error === undefined
			? `${response?.status}${answer(response?.body)}`
			: `${error.code}: ${error.message}`;
	const again = reconnected ? ` (${reconnectedNote})` : "";
	return `#${number} ${outcome}${fault === undefined ? "" : ` (fault: ${fault})`}${again}`;
}

/** The time that has passed, as the first column of a timeline. */
export function since(start: number, time: number): string {
	return `+${formatDuration(Math.max(0, time - start))}`.padEnd(8);
}

/** What to start with for the same ids, secrets and jitter. */
export function repeat(seed: string): string {
	return `repeat: seed ${seed}`;
}

function answer(body: Uint8Array | undefined): string {
	if (body === undefined || body.length === 0) return "";
	const text = new TextDecoder().decode(body.subarray(0, longestAnswer));
	return ` ${JSON.stringify(text)}${body.length > longestAnswer ? "…" : ""}`;
}
