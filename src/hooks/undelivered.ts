import type { Delivery, EventRecord } from "../contract/records.ts";
import { apparentNow } from "../delivery/real-timers.ts";
import { formatDuration } from "../duration.ts";
import { pinnedAt } from "../engine/addressing.ts";
import type { Engine } from "../engine/engine.ts";
import { type Explanation, explain } from "../explain/explain.ts";
import { isUrl } from "../receivers/receiver.ts";
import { transportTo } from "../receivers/transport-to.ts";
import { receiverOf } from "./options.ts";
import { alsoOurs, deliveryTimeline, repeat, unmatched } from "./timeline.ts";

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
	const [waits] = missing.flatMap((each) => standstill(engine, each) ?? []);
	// What a receiver cannot do at the moment has nothing to do with a signature.
	const rejected = missing.find(({ attempts }) => {
		const status = attempts.at(-1)?.response?.status ?? 0;
		return status >= 300 && status < 500;
	});
	const why = rejected && (await explainDelivery(engine, rejected)).text;
	return [
		`Expected ${expected} to arrive: ${missing.map(({ state }) => state).join(", ")}.`,
		...(waits === undefined ? [] : [waits]),
		evidence(engine, deliveries, why),
	].join("\n");
}

/** What a failed expectation of an event says that has no delivery. */
export function describeUnmatched(engine: Engine, event: EventRecord): string {
	return `Expected a delivery to arrive: ${unmatched(engine, event)}\n${evidence(engine, [])}`;
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
	const what = `${event.type} (${id})`;
	if (nextAt === undefined && held !== undefined)
		return `${what} is held: ${held}. It goes on once that is over: hooks.provider("${event.provider}").setOutage("none", "${endpoint}").`;
	if (nextAt === undefined) {
		// The delivery that has to end before this one is attempted.
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

/** The deliveries in question, those most like them, and how to have it happen again. */
export function evidence(
	engine: Engine,
	deliveries: readonly Delivery[],
	why?: string,
): string {
	const nearest = nearestTo(engine, deliveries).map((each) =>
		deliveryTimeline(each).replaceAll(/^/gm, "  "),
	);
	const parts = [
		deliveries.map(deliveryTimeline),
		[why],
		[alsoOurs(engine, engine.journal.newest())],
		nearest.length === 0 ? [] : ["nearest:", ...nearest],
		[repeat(engine.seed)],
	].map((lines) => lines.filter((line) => line !== undefined).join("\n"));
	return parts
		.filter((part) => part !== "")
		.map((part) => `\n${part}`)
		.join("\n");
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

/**
 * Why the receiver rejected a delivery. One in this process is asked: it gets the delivery again, some of them signed
 * as its mistake would have it.
 */
export async function explainDelivery(
	engine: Engine,
	delivery: Delivery,
): Promise<Explanation> {
	const { event, url } = delivery;
	const { provider, context, signer } = engine.session(event.provider);
	const { secrets } =
		provider.endpoint(delivery.endpoint, context) ??
		pinnedAt(provider, url, event, context).pinned;
	const receiver = receiverOf(engine);
	const send =
		receiver === undefined || isUrl(receiver)
			? undefined
			: transportTo(receiver)(engine.clock);
	try {
		// A receiver judges a timestamp by the machine's clock.
		const now = apparentNow;
		return await explain({ delivery, secrets, signer, now, send });
	} finally {
		await send?.close();
	}
}
