import type { Delivery, EventRecord } from "../contract/records.ts";
import type { JournalEntry } from "../delivery/journal.ts";
import { formatDuration } from "../duration.ts";
import { whyUnmatched } from "../engine/endpoints.ts";
import type { Engine } from "../engine/engine.ts";
import { entryLines } from "../engine/entry-lines.ts";
import { showEntry } from "../engine/entry-view.ts";
import type { Explanation } from "../explain/explain.ts";
import { saysForItself } from "../explain/triage.ts";
import { lineWidth, printableLine } from "../printing.ts";
import { maskUrl } from "../web-address.ts";

/** How long a delivery may wait in real time before it counts as one that nobody waits for. */
const patience = 10_000;

export async function describeUndelivered(
	engine: Engine,
	deliveries: readonly Delivery[],
	missing: readonly Delivery[],
): Promise<string> {
	const expected =
		deliveries.length === 1
			? "the delivery"
			: `all ${deliveries.length} deliveries`;
	const [waits] = missing.flatMap((each) => standstill(engine, each) ?? []);
	// What a receiver cannot do at the moment has nothing to do with a signature.
	const rejected = missing.find(({ attempts, sign }) => {
		if (sign !== undefined) return false;
		const status = attempts.at(-1)?.response?.status ?? 0;
		return status >= 300 && status < 500;
	});
	const why = rejected && (await whyRejected(engine, rejected));
	return [
		`Expected ${expected} to arrive: ${missing.map(({ state }) => state).join(", ")}.`,
		...(waits === undefined ? [] : [waits]),
		evidence(engine, deliveries, why),
	].join("\n");
}

/** Asking costs requests, and what a receiver does with those that it accepts: one behind a URL is asked on demand. */
async function whyRejected(
	engine: Engine,
	rejected: Delivery,
): Promise<string> {
	if (engine.inProcess) return (await explainDelivery(engine, rejected)).text;
	const attempt = rejected.attempts.at(-1);
	const said = attempt && saysForItself(attempt);
	return `${said === undefined ? "" : `${said} `}Ask the receiver why: await delivery.explain(), with up to 150 requests, and it does the work of what it accepts.`;
}

export function describeUnmatched(engine: Engine, event: EventRecord): string {
	return `Expected a delivery to arrive: ${unmatched(engine, event)}\n${evidence(engine, [])}`;
}

/** What a delivery waits for that does not come by itself, and how to go on; undefined: nothing of the kind. */
export function standstill(
	engine: Engine,
	delivery: Delivery,
): string | undefined {
	const { id, event, state, held, nextAt, attempts, endpoint } = delivery;
	if (state !== "pending") return undefined;
	const what = `${event.type} (${id})`;
	if (nextAt === undefined && held !== undefined)
		return `${what} is held: ${held}. It goes on once that is over: hooks.provider("${event.provider}").setOutage("none", "${endpoint}").`;
	if (nextAt === undefined) {
		const first = [...engine.journal.of(event.provider, endpoint)].find(
			(each) => each.state === "pending",
		);
		const blocked =
			first && first.id !== id ? standstill(engine, first) : undefined;
		return (
			blocked &&
			`${what} waits for its turn behind ${first?.id}, since ${event.provider} delivers in order.\n${blocked}`
		);
	}
	const isReal = engine.time.mode === "real";
	const left = nextAt - engine.clock.now();
	if (isReal && left <= patience) return undefined;
	const due = `attempt ${attempts.length + 1} of ${what} is due in ${formatDuration(Math.max(0, left))}`;
	return isReal
		? `The clock is real, and ${due}. Use the virtual clock, which is the default, to make time pass at once; or attempt it now: await delivery.attempt().`
		: `The clock stands still, and ${due}. Make it now with await hooks.clock.next(), or let time pass with await hooks.clock.advance("1h").`;
}

export function evidence(
	engine: Engine,
	deliveries: readonly Delivery[],
	why?: string,
): string {
	const nearest = nearestTo(engine, deliveries).map((each) =>
		deliveryTimeline(each).replaceAll(/^/gm, "  "),
	);
	const parts = [
		deliveries.map(deliveryTimeline).join("\n"),
		why,
		alsoOurs(engine, engine.journal.newest()),
		nearest.length > 0 && ["nearest:", ...nearest].join("\n"),
		repeat(engine.seed),
	].filter(Boolean);
	return parts.map((part) => `\n${part}`).join("\n");
}

/** Three of the same type and to the same URL before others, newest first. */
function nearestTo(
	{ journal }: Engine,
	deliveries: readonly Delivery[],
): readonly Delivery[] {
	const types = new Set(deliveries.map(({ event }) => event.type));
	const urls = new Set(deliveries.map(({ url }) => url));
	const likeness = ({ event, url }: Delivery) =>
		Number(types.has(event.type)) * 2 + Number(urls.has(url));
	return [...journal.newest()]
		.filter((each) => !deliveries.includes(each))
		.sort((a, b) => likeness(b) - likeness(a))
		.slice(0, 3);
}

export async function explainDelivery(
	engine: Engine,
	delivery: Delivery,
): Promise<Explanation> {
	// A page loads it when it is asked.
	const { explainDelivery: explain } = await import("../engine/explaining.ts");
	return explain(engine, delivery);
}

const mostLines = 60;

/** What happened in an engine after an entry, line by line: for people who look at a failed test. */
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
	const page = { time, width: lineWidth - 2 };
	return entries.flatMap((entry) =>
		entryLines(showEntry(entry), page).map((line) => `  ${line}`),
	);
}

function since(start: number, time: number): string {
	return `+${formatDuration(Math.max(0, time - start))}`;
}

export function repeat(seed: string): string {
	return `repeat: seed ${seed}`;
}

export function unmatched(
	engine: Engine,
	{ provider, type, workspace }: EventRecord,
): string {
	return `the event matched no endpoint. ${whyUnmatched(engine.session(provider), type, workspace === undefined ? {} : { workspace })}`;
}

/** That localhook's own registration of the receiver got an event beside what the application registered. */
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
			const receiver = sessions.get(event.provider)?.settings.receiver;
			const own = receiver?.(event.provider);
			if (own !== undefined && [first.url, delivery.url].includes(own))
				return `${event.type} went to several endpoints, and one of them is the registration that localhook made for the option "receiver", ${maskUrl(own)}. Where the application registers itself, set register: false.`;
		}
	}
	return undefined;
}
