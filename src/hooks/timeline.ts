import type { Delivery, EventRecord } from "../contract/records.ts";
import type { JournalEntry } from "../delivery/entries.ts";
import { formatDuration } from "../duration.ts";
import { whyUnmatched } from "../engine/endpoints.ts";
import type { Engine } from "../engine/engine.ts";
import { entryLines, usualWidth } from "../engine/entry-lines.ts";
import { showEntry } from "../engine/entry-view.ts";
import { maskUrl } from "../mask-url.ts";
import { printableLine } from "../printing.ts";

const mostLines = 60;

/**
 * What happened in an engine, line by line, and how to have it happen again: for people who look at a failed test.
 *
 * @param after the number of the entry before the first one that matters
 */
export function timelineOf(engine: Engine, after = 0): string {
	const { journal, seed } = engine;
	const entries = journal.after(after);
	const [first] = entries;
	const start = first === undefined ? 0 : Date.parse(showEntry(first).at);
	const lines = timelineLines(entries, start);
	const left = lines.length - mostLines;
	const unsent = entries
		.filter((entry) => entry.kind === "event")
		.findLast((entry) => isStillUnmatched(engine, entry))?.event;
	const notes = [
		alsoOurs(engine, journal.newest()),
		unsent && `${unsent.type}: ${unmatched(engine, unsent)}`,
	];
	return [
		`localhook: what happened${lines.length === 0 ? ": nothing" : ""}`,
		...(left > 0 ? [`  … ${left} earlier lines`] : []),
		...lines.slice(-mostLines),
		...notes.filter((note) => note !== undefined).map(printableLine),
		repeat(seed),
	].join("\n");
}

/** An endpoint that was registered since then is no reason why the event reached nobody. */
function isStillUnmatched(
	engine: Engine,
	{ event, matched }: Extract<JournalEntry, { kind: "event" }>,
): boolean {
	const { provider, type } = event;
	const gets = ({ enabled, events }: ReturnType<Engine["endpoints"]>[number]) =>
		enabled && (events?.includes(type) ?? true);
	return matched === 0 && !engine.endpoints(provider).some(gets);
}

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

/** That an event reached nobody, and why. */
export function unmatched(
	engine: Engine,
	{ provider, type, workspace }: EventRecord,
): string {
	return `the event matched no endpoint. ${whyUnmatched(engine.session(provider), type, workspace === undefined ? {} : { workspace })}`;
}

/**
 * That localhook's own registration of the receiver got an event beside what the application registered; undefined: it
 * did not.
 */
export function alsoOurs(
	{ sessions }: Engine,
	deliveries: Iterable<Delivery>,
): string | undefined {
	const firsts = new Map<string, Delivery>();
	for (const delivery of deliveries) {
		const { event, endpoint, parent } = delivery;
		const first = firsts.get(event.id);
		if (first === undefined) firsts.set(event.id, delivery);
		else if (first.endpoint !== endpoint && parent === undefined) {
			const target = sessions.get(event.provider)?.settings.target;
			const own = target?.(event.provider);
			if (own !== undefined && [first.url, delivery.url].includes(own))
				return `${event.type} went to several endpoints, and one of them is the registration that localhook made for the option "receiver", ${maskUrl(own)}. Where the application registers itself, set register: false.`;
		}
	}
	return undefined;
}
