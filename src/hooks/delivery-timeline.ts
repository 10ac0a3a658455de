import type { Delivery } from "../contract/records.ts";
import type { JournalEntry } from "../delivery/journal.ts";
import { formatDuration } from "../duration.ts";
import { entryLines, usualWidth } from "../engine/entry-lines.ts";
import { showEntry } from "../engine/entry-view.ts";
import { maskUrl } from "../mask-url.ts";
import { printableLine } from "../printing.ts";

/** One delivery: where to, how it stands, and each of its attempts. */
export function deliveryTimeline(delivery: Delivery): string {
	const { id, event, url, state, reason, attempts, createdAt, nextAt, held } =
		delivery;
	const ended = reason === undefined ? "" : `, ${reason}`;
	const entries = attempts.map((attempt, seq) => {
		const due = seq === attempts.length - 1 ? nextAt : undefined;
		return { seq, kind: "attempt" as const, delivery, attempt, nextAt: due };
	});
	const next =
		nextAt === undefined ? "" : `, next attempt ${since(createdAt, nextAt)}`;
	return [
		printableLine(
			`${event.provider} ${event.type} ${id} → ${maskUrl(url)}: ${state}${ended}`,
		),
		...timelineLines(entries, createdAt),
		...(held === undefined ? [] : [printableLine(`  held: ${held}${next}`)]),
	].join("\n");
}

/** Entries of the journal, each with the time that has passed as its first column. */
export function timelineLines(
	entries: readonly JournalEntry[],
	start: number,
): string[] {
	const time = (at: string) => since(start, Date.parse(at)).padEnd(8);
	const page = { time, width: usualWidth - 2 };
	return entries.flatMap((entry) =>
		entryLines(showEntry(entry), page).map((line) => `  ${line}`),
	);
}

function since(start: number, time: number): string {
	return `+${formatDuration(Math.max(0, time - start))}`;
}

/** What to start with for the same ids, secrets and jitter. */
export function repeat(seed: string): string {
	return `repeat: seed ${seed}`;
}
