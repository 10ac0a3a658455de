import type { Delivery, EventRecord } from "../contract/records.ts";
import { formatDuration } from "../duration.ts";
import { whyUnmatched } from "../engine/endpoints.ts";
import type { Engine } from "../engine/engine.ts";
import { maskUrl } from "../mask-url.ts";
import { deliveryTimeline, repeat } from "./delivery-timeline.ts";
import { explainDelivery } from "./explain-delivery.ts";

const mostNearest = 3;
/** How long a delivery may wait in real time before it counts as one that nobody waits for. */
const patience = 10_000;

/**
 * What a failed expectation of deliveries says: how each stands, what it waits for and how to go on, its attempts, and
 * why the receiver may have rejected it.
 *
 * @param missing those that were not delivered
 */
export async function describeUndelivered(
	engine: Engine,
	deliveries: readonly Delivery[],
	missing: readonly Delivery[],
): Promise<string> {
	const expected =
		deliveries.length === 1
			? "the delivery"
			: `all ${deliveries.length} deliveries`;
	const waits = missing
		.map((each) => standstill(engine, each))
		.find((each) => each !== undefined);
	return [
		`Expected ${expected} to arrive: ${missing.map(({ state }) => state).join(", ")}.`,
		...(waits === undefined ? [] : [waits]),
		evidence(engine, deliveries, await explanation(engine, missing)),
	].join("\n");
}

/**
 * What a delivery waits for that does not come by itself, and how to go on; undefined: it has ended, an attempt is
 * under way, or the next one comes soon.
 */
export function standstill(
	engine: Engine,
	delivery: Delivery,
): string | undefined {
	const { id, event, state, held, nextAt, attempts, endpoint } = delivery;
	if (state !== "pending") return undefined;
	if (nextAt === undefined && held !== undefined)
		return `${event.type} (${id}) is held: ${held}. It goes on once that is over: hooks.provider("${event.provider}").setOutage("none", "${endpoint}").`;
	if (nextAt === undefined) {
		const first = firstInLine(engine, delivery);
		const blocked = first && standstill(engine, first);
		return blocked === undefined
			? undefined
			: `${event.type} (${id}) waits for its turn behind ${first?.id}, since ${event.provider} delivers in order.\n${blocked}`;
	}
	const isReal = engine.time.mode === "real";
	const left = nextAt - engine.clock.now();
	if (isReal && left <= patience) return undefined;
	const due = `attempt ${attempts.length + 1} of ${event.type} (${id}) is due in ${formatDuration(Math.max(0, left))}`;
	return isReal
		? `The clock is real, and ${due}. Use the virtual clock, which is the default, to make time pass at once; or attempt it now: await delivery.attempt().`
		: `The clock stands still, and ${due}. Make it now with await hooks.clock.next(), or let time pass with await hooks.clock.advance("1h").`;
}

/** What a failed expectation of an event says that has no delivery. */
export function describeUnmatched(engine: Engine, event: EventRecord): string {
	return `Expected a delivery to arrive: ${unmatched(engine, event)}\n${evidence(engine, [])}`;
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

/** The deliveries in question, those most like them, and how to have it happen again. */
export function evidence(
	engine: Engine,
	deliveries: readonly Delivery[],
	found?: string,
): string {
	const nearest = nearestTo(engine, deliveries);
	const own = alsoOurs(engine, engine.journal.newest());
	return [
		...(deliveries.length === 0
			? []
			: ["", ...deliveries.map(deliveryTimeline)]),
		...(found === undefined ? [] : ["", found]),
		...(own === undefined ? [] : ["", own]),
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

/** Of the first that was rejected; what a receiver cannot do at the moment has nothing to do with a signature. */
async function explanation(
	engine: Engine,
	missing: readonly Delivery[],
): Promise<string | undefined> {
	const rejected = missing.find(({ attempts }) => {
		const status = attempts.at(-1)?.response?.status ?? 0;
		return status >= 300 && status < 500;
	});
	if (rejected === undefined) return undefined;
	return (await explainDelivery(engine, rejected)).text;
}

/** The delivery that has to end before this one is attempted. */
function firstInLine(
	{ journal }: Engine,
	{ id, endpoint, event }: Delivery,
): Delivery | undefined {
	for (const each of journal.of(event.provider, endpoint))
		if (each.state === "pending") return each.id === id ? undefined : each;
	return undefined;
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
		.slice(0, mostNearest);
}

function indented(text: string): string {
	return text.replaceAll(/^/gm, "  ");
}
