import type { Delivery, EventRecord } from "../contract/records.ts";
import { keepAlive, turn } from "../delivery/clock.ts";
import type { Engine } from "../engine/engine.ts";
import type { ResendMode } from "../engine/sending.ts";
import type { Published } from "../engine/session.ts";
import { checkShape, kinds } from "../engine/shape.ts";
import { LocalhookError, notFound } from "../errors.ts";
import { maskUrl } from "../web-address.ts";
import { bordered, placed } from "./border.ts";
import {
	alsoOurs,
	describeUndelivered,
	describeUnmatched,
	explainDelivery,
	standstill,
	unmatched,
} from "./evidence.ts";
import type { DeliveryHandle, Sent } from "./provider-hooks.ts";

/** Where a delivery handle or a sent event comes from, for what is given one and nothing else: a matcher. */
export interface Origin {
	readonly engine: Engine;
	readonly event: EventRecord;
	readonly deliveries: readonly Delivery[];
}

const origins = new WeakMap<object, Origin>();

export function originOf(view: unknown): Origin | undefined {
	return origins.get(view as object);
}

/** One handle for each delivery, so that two looks at it are equal. */
const handles = new WeakMap<Delivery, DeliveryHandle>();

export function handleOf(engine: Engine, delivery: Delivery): DeliveryHandle {
	const known = handles.get(delivery);
	if (known !== undefined) return known;
	const { id, event, endpoint, body } = delivery;
	const shown = {
		id,
		provider: event.provider,
		event,
		endpoint,
		url: maskUrl(delivery.url),
		get state() {
			return delivery.state;
		},
		get attempts() {
			return delivery.attempts;
		},
		get nextAt() {
			const { nextAt } = delivery;
			return nextAt === undefined ? undefined : new Date(nextAt);
		},
		get reason() {
			return delivery.reason;
		},
	};
	const hidden = bordered(engine, {
		body,
		get settled() {
			return settled(engine, event, [delivery], handle);
		},
		explain: async () => explainDelivery(engine, delivery),
		resend(mode: ResendMode, options: { readonly endpoint?: string } = {}) {
			checkShape(options, { endpoint: kinds.text }, "resend");
			return handleOf(engine, engine.resend(id, mode, options.endpoint));
		},
		attempt: async () => handleOf(engine, await engine.attempt(id)),
	});
	const handle: DeliveryHandle = withHidden(shown, hidden);
	handles.set(delivery, handle);
	origins.set(handle, { engine, event, deliveries: [delivery] });
	return handle;
}

export function sentOf(
	engine: Engine,
	{ event, deliveries: published }: Published,
): Sent {
	const { id, type, payload } = event;
	const deliveries = published.map((delivery) => handleOf(engine, delivery));
	const hidden = {
		get delivery() {
			const [only, ...others] = deliveries;
			if (only !== undefined && others.length === 0) return only;
			throw notFound(
				only === undefined
					? `Failed to find the delivery of "${type}": ${unmatched(engine, event)}`
					: `Failed to find the only delivery of "${type}": there are ${deliveries.length}, to ${deliveries.map(({ url }) => url).join(", ")}. ` +
							`${alsoOurs(engine, published) ?? 'Look through "deliveries" instead.'}`,
			);
		},
		get settled() {
			return settled(engine, event, published, sent);
		},
	};
	const sent: Sent = withHidden({ id, type, payload, deliveries }, hidden);
	origins.set(sent, { engine, event, deliveries: published });
	return sent;
}

/** Adds what an object is printed and compared without, since it may throw or makes something anew each time. */
export function withHidden<Shown extends object, Hidden extends object>(
	shown: Shown,
	hidden: Hidden,
): Shown & Hidden {
	const members = Object.getOwnPropertyDescriptors(hidden);
	for (const [name, member] of Object.entries(members))
		Object.defineProperty(shown, name, { ...member, enumerable: false });
	return shown as Shown & Hidden;
}

/** Milliseconds. How often deliveries that wait are looked at: an outage can stop them without an attempt. */
const interval = 1000;

/**
 * Resolves with the view once every delivery of an event has ended. A test that waits for one that stands still would
 * hang without a word, so that is an error; so is an event that nobody gets. To be called by the getter that is read.
 */
function settled<View>(
	engine: Engine,
	event: EventRecord,
	deliveries: readonly Delivery[],
	view: View,
): Promise<View> {
	const ended =
		deliveries.length === 0
			? Promise.reject(notSettled(describeUnmatched(engine, event)))
			: allEnded(engine, deliveries);
	const settling = placed(
		ended.then(() => view),
		settled,
		1,
	);
	// A test that reads it early and awaits it late is told then.
	settling.catch(() => {});
	return settling;
}

function allEnded(
	engine: Engine,
	deliveries: readonly Delivery[],
): Promise<void> {
	const pending = () => deliveries.filter(({ state }) => state === "pending");
	if (pending().length === 0) return Promise.resolve();
	return new Promise((resolve, reject) => {
		const letGo = keepAlive();
		let cancel = () => {};
		let hasEnded = false;
		const unsubscribe = engine.journal.subscribe((entry) => {
			if (entry.kind === "settled" && pending().length === 0) end(resolve);
		});
		function end(tell: () => void): void {
			hasEnded = true;
			letGo();
			cancel();
			unsubscribe();
			tell();
		}
		async function look(): Promise<void> {
			// What is done beside this promise counts, such as a clock that is turned.
			await turn();
			await engine.time.rest();
			if (hasEnded) return;
			if (pending().some((each) => standstill(engine, each) !== undefined)) {
				const missing = deliveries.filter(({ state }) => state !== "delivered");
				const text = await describeUndelivered(engine, deliveries, missing);
				if (!hasEnded) end(() => reject(notSettled(text, missing)));
			} else cancel = engine.clock.after(interval, () => void look());
		}
		void look();
	});
}

/** What a receiver in this process threw is the cause: a test runner shows where. */
function notSettled(
	text: string,
	missing: readonly Delivery[] = [],
): LocalhookError {
	const [cause] = missing.flatMap(
		({ attempts }) => attempts.at(-1)?.error?.cause ?? [],
	);
	return new LocalhookError("not-settled", text, { cause });
}
