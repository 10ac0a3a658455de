import type { Delivery } from "../../contract/records.ts";
import type { Engine } from "../../engine/engine.ts";
import { deliveryTimeline, repeat } from "../timeline.ts";
import type { Received } from "./received.ts";

const most = 3;

/** What a failure shows: the deliveries in question, those most like them, and how to have it happen again. */
export function evidence(
	{ engine, deliveries }: Received,
	found?: string,
): string {
	const nearest = nearestTo(engine, deliveries);
	return [
		...(deliveries.length === 0
			? []
			: ["", ...deliveries.map(deliveryTimeline)]),
		...(found === undefined ? [] : ["", found]),
		...(nearest.length === 0
			? []
			: [
					"",
					"nearest:",
					...nearest.map((each) => indented(deliveryTimeline(each))),
				]),
		"",
		repeat(engine.seed),
	].join("\n");
}

/** Of the same type and to the same URL before others, newest first. */
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
		.slice(0, most);
}

function indented(text: string): string {
	return text.replaceAll(/^/gm, "  ");
}
