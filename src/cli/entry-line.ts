import { reconnectedNote } from "../delivery/exchange.ts";
import { printableLine } from "../printing.ts";
import type { DeliverySummary, DueAttempt, Entry } from "./answers.ts";
import type { Colours } from "./colours.ts";

/** An entry of the journal on one line, in the columns of a running server's own log and with the date. */
export function entryLine(entry: Entry, colours: Colours): string {
	const { at, kind } = entry;
	const text = (field: string) =>
		textOf(field === "event" ? Object(entry.event).type : entry[field]);
	const [what, status, id] = partsOf(kind, entry, text, colours);
	return columns(
		colours,
		printableLine(at).slice(0, 19).replace("T", " "),
		text("provider"),
		what,
		status,
		typeof entry.duration === "number" ? took(entry.duration) : "",
		id,
	).trimEnd();
}

/** What it was, how it went, and which one it was. */
function partsOf(
	kind: string,
	entry: Entry,
	text: (field: string) => string,
	colours: Colours,
): [what: string, status: string, id: string] {
	const status =
		typeof entry.status === "number"
			? colourOf(colours, entry.status)
			: text("status");
	const fault = entry.fault === undefined ? "" : ` (fault: ${text("fault")})`;
	switch (kind) {
		case "call": {
			const what = `${colours.bold("api")} ${text("method")} ${text("path")}`;
			return [what + fault, status, text("operation")];
		}
		case "event": {
			const what = `${colours.bold("event")} ${text("event")}`;
			const id = textOf(Object(entry.event).id);
			return entry.matched === 0
				? [`${what} matched no endpoint`, colours.yellow("unsent"), id]
				: [what, "", id];
		}
		case "attempt": {
			const what = `${colours.bold("hook")} ${text("event")} → ${text("url")}`;
			const again = entry.reconnected === true ? ` (${reconnectedNote})` : "";
			const id = `${text("delivery")} #${text("number")}${again}`;
			if (entry.error === undefined) return [what + fault, status, id];
			const { code, message } = Object(entry.error);
			return [
				what + fault,
				colours.red(textOf(code)),
				`${id} ${textOf(message)}`,
			];
		}
		default: {
			const what = `${colours.bold(printableLine(kind))} ${text("event")}`;
			const where = entry.url === undefined ? "" : ` → ${text("url")}`;
			const why = entry.reason === undefined ? "" : ` (${text("reason")})`;
			return [what + where + why + fault, text("state"), text("delivery")];
		}
	}
}

/** Nothing at all for what a server should not say there: turning it into text could fail. */
function textOf(value: unknown): string {
	return typeof value === "object" || value === undefined
		? ""
		: printableLine(String(value));
}

/** A delivery on one line: id, provider, event type, where to, and how it stands. */
export function deliveryLine(delivery: DeliverySummary): string {
	const { id, provider, event, url, state, attempts, reason, nextAt } =
		delivery;
	const last = delivery.lastStatus ?? delivery.lastError;
	const how = [
		attempts === 1 ? "1 attempt" : `${attempts} attempts`,
		last !== undefined && `last ${last}`,
		nextAt !== undefined && `next ${nextAt}`,
		reason,
	].filter(Boolean);
	return printableLine(
		[id, provider, `${event.type} → ${url}`, state, how.join(", ")].join("  "),
	);
}

/** An attempt that is due, or was. */
export function dueLine({
	at,
	delivery,
	provider,
	event,
	attempt,
}: DueAttempt): string {
	return printableLine(
		[at, provider, event.type, `${delivery} #${attempt}`].join("  "),
	);
}

/** A line of the log: time, provider, what, status, duration, id. */
export function columns(
	colours: Colours,
	time: string,
	provider: string,
	what: string,
	status: string,
	duration: string,
	id: string,
): string {
	return [
		colours.dim(time),
		provider.padEnd(10),
		what,
		status,
		colours.dim(duration),
		colours.dim(printableLine(id)),
	].join("  ");
}

export function colourOf(
	{ green, yellow, red }: Colours,
	status: number,
): string {
	return (status < 300 ? green : status < 500 ? yellow : red)(String(status));
}

export function took(milliseconds: number): string {
	return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}
