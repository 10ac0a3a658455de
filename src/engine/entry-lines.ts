import { acceptedWrongly } from "../delivery/bad-signature.ts";
import { formatDuration } from "../duration.ts";
import { printableLine, shortened, wrapped } from "../printing.ts";
import type { JournalEntry } from "./entry-view.ts";

type Paint = (text: string) => string;

export interface Page {
	time(at: string): string;
	/** What tells why a delivery was rejected; absent: nothing that a reader could call. */
	ask?(delivery: string): string;
	readonly width: number;
	readonly colours?: Readonly<
		Record<"dim" | "bold" | "red" | "yellow" | "green", Paint>
	>;
}

interface Said {
	readonly what: string;
	/** Said of it, and never shortened. */
	readonly how?: string;
	readonly where?: string;
	/** What it is looked up by, and how short it may become. */
	readonly id: string;
	readonly least?: number;
	readonly notes?: readonly string[];
	readonly bad?: boolean;
	/** No line is louder. */
	readonly alarming?: boolean;
}

type Attempted = Extract<JournalEntry, { kind: "attempt" }>;

/** Characters of a delivery's id, enough to name it to `show`, `resend` and the others. */
const idLength = 12;
/** Less of a URL or an id says nothing. */
const shortest = 8;
const longestName = 24;
const longestAnswer = 50;
const longestSaying = 150;
/** Milliseconds from which it is worth saying how long something took. */
const long = 1000;
/** What every URL begins with, and the machine that most receivers are on: the port says it. */
const localOrigin = /^http:\/\/(?:(?:127\.0\.0\.1|localhost)(?=:))?/;
const plain: Paint = (text) => text;
const none: readonly string[] = [];

/**
 * An entry of the journal, for people: one line of time, provider, kind, status and what happened, and notes below it.
 * None for what other lines say: that a delivery began, that it was delivered, and the fault of an attempt.
 *
 * @param entry may come from another server, so any field may be anything
 */
export function entryLines(entry: JournalEntry, page: Page): string[] {
	const said = saidOf(entry, page);
	if (said === undefined) return [];
	const { colours, width } = page;
	const { dim = plain, bold = plain, yellow = plain } = colours ?? {};
	const { red = plain } = colours ?? {};
	const time = page.time(textOf(entry.at));
	const provider = shortened(textOf(entry.provider), 20).padEnd(10);
	const kind = shortened(textOf(entry.kind), 20).padEnd(7);
	const room = width - time.length - provider.length - kind.length - 11;
	const { what, tail } = fitted(said, room);
	const shout: Paint = (text) => bold(red(text));
	const paint = said.alarming ? shout : said.bad ? yellow : plain;
	const told = paint(what) + (tail && dim(tail));
	const line = `${dim(time)}  ${provider}  ${bold(kind)}  ${statusOf(entry, colours)}  ${told}`;
	if (said.notes === undefined || said.notes.length === 0) return [line];
	const indent = " ".repeat(time.length + 2);
	const notes = inLines(said.notes, width - indent.length);
	const painted = said.alarming ? notes.map(shout) : notes;
	return [line, ...painted.map((note) => indent + note)];
}

/** A time as `start` and `log` write it: the date too, since a virtual clock turns days. */
export function dateTime(at: string): string {
	return `${at.slice(0, 10)} ${at.slice(11, 19)}`.trimEnd();
}

function saidOf(entry: JournalEntry, page: Page): Said | undefined {
	const { event, delivery } = entry as Partial<Attempted>;
	const what = textOf(Object(event).type);
	const id = textOf(delivery).slice(0, idLength);
	switch (entry.kind) {
		case "call":
			return {
				what: `${textOf(entry.method)} ${textOf(entry.path)}`,
				id: textOf(entry.operation),
				least: longestName,
				notes: factsOf(entry, page),
			};
		case "event": {
			const matched = textOf(entry.matched) || "0";
			const bad = matched === "0";
			const many = matched === "1" ? "1 delivery" : `${matched} deliveries`;
			const how = bad ? " matched no endpoint" : `, ${many}`;
			return { what, how, id: textOf(Object(event).id), least: 0, bad };
		}
		case "attempt": {
			const how = ` #${textOf(entry.number)}`;
			const where = textOf(entry.url).replace(localOrigin, "");
			const alarming = entry.wronglyAccepted === true;
			const notes = [
				...(alarming ? [acceptedWrongly(textOf(entry.sign))] : none),
				...failureOf(entry),
				...factsOf(entry, page),
				...askOf(entry, id, page),
			];
			return { what, how, where, id, notes, alarming };
		}
		case "fault":
			if (entry.attempt !== undefined) return undefined;
			return { what, how: `: ${textOf(entry.fault)}`, id, bad: true };
		case "disabled": {
			const notes = [`the endpoint ${textOf(entry.reason)}`];
			return { what: textOf(entry.endpoint), id, notes, bad: true };
		}
		case "settled": {
			if (entry.state === "delivered") return undefined;
			const notes = [textOf(entry.reason)].filter(Boolean);
			return { what, how: ` ${textOf(entry.state)}`, id, notes, bad: true };
		}
		case "delivery":
			return undefined;
		default:
			return { what, id };
	}
}

/** Asking makes the receiver work, so nobody asks unasked. Nothing of what is meant to be refused. */
function askOf(
	{ status, sign }: Attempted,
	id: string,
	{ ask }: Page,
): readonly string[] {
	const isRejected =
		typeof status === "number" && status >= 300 && sign === undefined;
	return isRejected && ask !== undefined ? [ask(id)] : none;
}

/** That of a refused receiver is the reason why its delivery failed, which comes next. */
function failureOf({ error, says, answer }: Attempted): readonly string[] {
	const { code, message } = Object(error);
	if (code === "refused-receiver") return [code];
	if (error !== undefined) return [`${textOf(code)}: ${textOf(message)}`];
	const said =
		says === undefined ? none : [shortened(textOf(says), longestSaying)];
	if (answer === undefined) return said;
	return [...said, `answered "${shortened(textOf(answer), longestAnswer)}"`];
}

function factsOf(
	entry: Partial<Omit<Attempted, "kind">>,
	{ time }: Page,
): readonly string[] {
	const { fault, parent, reconnected, duration, nextAt } = entry;
	const isLong = typeof duration === "number" && duration >= long;
	const facts = [
		parent !== undefined && `repeats ${textOf(parent).slice(0, idLength)}`,
		fault !== undefined && `fault: ${textOf(fault)}`,
		reconnected && "sent again on a new connection",
		isLong && `took ${formatDuration(duration)}`,
		nextAt && `next attempt ${time(textOf(nextAt)).trim()}`,
	].filter(Boolean);
	return facts.length === 0 ? none : [facts.join("; ")];
}

function statusOf(entry: JournalEntry, colours: Page["colours"]): string {
	const { status, error, wronglyAccepted } = entry as Partial<Attempted>;
	const text = (error === undefined ? textOf(status) : "err").padEnd(3);
	if (colours === undefined || text === "   ") return text;
	const { green, yellow, red } = colours;
	if (typeof status !== "number" || wronglyAccepted === true) return red(text);
	return (status < 300 ? green : status < 500 ? yellow : red)(text);
}

/** In so many columns: the URL gives way first, and is left out where nothing of it would be seen. */
function fitted(said: Said, room: number) {
	const { what, how = "", where = "", id, least = idLength } = said;
	const length = what.length + how.length;
	const forId = Math.max(least, room - length - 2);
	const end = id && forId >= shortest ? `  ${shortened(id, forId)}` : "";
	const forUrl = room - length - end.length - 3;
	const url =
		where && forUrl >= shortest ? ` → ${shortened(where, forUrl)}` : "";
	const forWhat = Math.max(shortest, room - how.length - end.length);
	return { what: shortened(what, forWhat) + how, tail: url + end };
}

function inLines(notes: readonly string[], width: number): string[] {
	const all = notes.join("; ");
	if (all.length <= width) return [all];
	return notes.flatMap((note) => wrapped(note.split(" "), width));
}

/** Nothing at all for what a server should not say there: turning it into text could fail. */
function textOf(value: unknown): string {
	if (typeof value === "string") return printableLine(value);
	return typeof value === "object" || value === undefined ? "" : String(value);
}
