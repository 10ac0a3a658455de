import type { Endpoint } from "../contract/operation.ts";
import type { Random, RandomState } from "../contract/random.ts";
import type { Attempt, Delivery, EventRecord } from "../contract/records.ts";
import { makeAttempt, type Sender } from "./attempt.ts";
import { createIdleness } from "./clock.ts";
import {
	createEndpointHealth,
	type HealthSnapshot,
	type Outage,
} from "./endpoint-health.ts";
import {
	createLines,
	defaultHow,
	deliveryMaker,
	type EndState,
	type How,
	InFlight,
	type Rules,
} from "./in-flight.ts";
import type { Journal } from "./journal.ts";
import { queueMicrotask } from "./real-timers.ts";
import { forecast, givenUp, retryAt, soonest, whyLast } from "./schedule.ts";

/**
 * Sends the deliveries of one provider until each of them has ended. Each is in one state:
 *
 * | state     | waits for                          | next state                                              |
 * | --------- | ---------------------------------- | ------------------------------------------------------- |
 * | `created` | nothing                            | `delayed` or `ended` by a fault, `queued`, or `running` |
 * | `delayed` | a time, or one that overtakes it   | `queued` or `running`                                   |
 * | `queued`  | its turn at an ordered endpoint    | `running`                                               |
 * | `paused`  | the end of its endpoint's pause    | `running`                                               |
 * | `running` | the end of its attempt             | `ended`, `waiting`, or `queued` if it ran out of turn   |
 * | `waiting` | the time of its retry              | `running`                                               |
 * | `ended`   | nothing                            |                                                         |
 *
 * What would be `running` at a paused endpoint is `paused` instead. `attempt` runs a `delayed`, `queued` or
 * `waiting` delivery before its time. `cancelAll` ends every delivery, even a `running` one.
 */
export type Dispatcher = ReturnType<typeof createDispatcher>;

export interface DispatcherSnapshot extends HealthSnapshot {
	readonly random: RandomState;
}

const patience = 60_000;
const gone = "the endpoint was deleted or switched off";
const delayed = "delayed by a fault";
const reordered = "reordered by a fault";

export function createDispatcher(
	rules: Rules,
	sender: Sender,
	journal: Journal,
	random: Random,
) {
	const { clock, faults } = sender;
	const { ordered, retry } = rules.policy;
	const make = deliveryMaker(rules, sender, random);
	const pending = new Map<string, InFlight>();
	const lines = createLines(ordered);
	const overtaken = new Map<string, InFlight>();
	const health = createEndpointHealth(rules, clock.now);
	const isPaused = ({ delivery, how }: InFlight) =>
		how.pinned === undefined && health.outage(delivery.endpoint) === "paused";
	function whyDisabled({ delivery, how }: InFlight): string | undefined {
		if (how.pinned !== undefined) return undefined;
		const why = health.whyDisabled(delivery.endpoint);
		return why && `the endpoint ${why}`;
	}
	const running = createIdleness();
	let cancelled: string | undefined;

	function add(created: InFlight): InFlight {
		pending.set(created.delivery.id, created);
		journal.add(created.delivery);
		return created;
	}
	function send(event: EventRecord, endpoint: Endpoint, how: How): InFlight {
		const created = add(make(event, endpoint, how));
		const why = cancelled ?? whyDisabled(created);
		if (why !== undefined) settle(created, "cancelled", why);
		else if (faults.any && !how.once) launch(created, endpoint);
		else begin(created, endpoint);
		return created;
	}
	function launch(created: InFlight, endpoint: Endpoint): void {
		const { delivery } = created;
		const { kinds, drop, delay, reorder, copies } = faults.onLaunch(delivery);
		for (const kind of kinds) journal.struck(delivery, kind);
		const now = clock.now();
		if (drop) settle(created, "cancelled", "dropped on purpose, by a fault");
		else if (delay !== undefined) wait(created, now + delay, delayed);
		else if (reorder && !overtaken.has(delivery.endpoint)) {
			overtaken.set(delivery.endpoint, created);
			wait(created, now + patience, reordered);
		} else begin(created, endpoint);
		for (const after of copies) {
			const how = { ...created.how, parent: delivery };
			const copy = add(make(delivery.event, endpoint, how));
			if (after > 0) wait(copy, now + after, delayed);
			else begin(copy, endpoint);
		}
	}
	/** `held`: why it has not begun, where that is so. */
	function wait(inFlight: InFlight, until: number, held?: string): void {
		inFlight.enter(held === undefined ? "waiting" : "delayed", held);
		inFlight.delivery.nextAt = until;
		inFlight.cancelTimer = clock.at(until, () => {
			if (inFlight.state === "delayed") release(inFlight);
			else run(inFlight);
		});
	}
	function release(inFlight: InFlight): void {
		if (inFlight.state !== "delayed") return;
		const { endpoint } = inFlight.delivery;
		if (overtaken.get(endpoint) === inFlight) overtaken.delete(endpoint);
		begin(inFlight);
	}
	function resume(inFlight: InFlight): void {
		const { nextAt, held, endpoint } = inFlight.delivery;
		if (held === reordered && !overtaken.has(endpoint))
			overtaken.set(endpoint, inFlight);
		if (nextAt !== undefined && held !== undefined)
			wait(inFlight, nextAt, held);
		else if (!lines.join(inFlight)) return;
		else if (nextAt === undefined) runSoon(inFlight);
		else wait(inFlight, nextAt);
	}
	/** `atHand`: the endpoint as it is now, when somebody has just looked it up. */
	function begin(inFlight: InFlight, atHand?: Endpoint): void {
		if (lines.join(inFlight)) run(inFlight, atHand);
	}
	function run(inFlight: InFlight, atHand?: Endpoint): void {
		if (enterRunning(inFlight)) attempt(inFlight, atHand);
	}
	/** Not at once: a thousand that end one after the other would be as many calls deep. */
	function runSoon(inFlight: InFlight): void {
		if (enterRunning(inFlight)) queueMicrotask(() => attempt(inFlight));
	}
	/** False: its endpoint is paused, and so is the delivery. */
	function enterRunning(inFlight: InFlight): boolean {
		if (isPaused(inFlight)) {
			inFlight.enter("paused", "the endpoint is paused");
			return false;
		}
		inFlight.enter("running");
		running.enter();
		return true;
	}
	function attempt(inFlight: InFlight, atHand?: Endpoint): void {
		try {
			const why = whyDisabled(inFlight);
			const endpoint = why ? undefined : (atHand ?? inFlight.endpoint(rules));
			const isDown = health.outage(inFlight.delivery.endpoint) === "down";
			if (endpoint !== undefined) {
				makeAttempt(inFlight, endpoint, isDown, sender, (made) =>
					finish(inFlight, endpoint, made),
				);
				return;
			}
			settle(inFlight, "cancelled", why ?? gone);
		} catch (error) {
			settle(inFlight, "failed", notMade(error));
		}
		leaveRunning(inFlight);
	}
	function finish(inFlight: InFlight, endpoint: Endpoint, made: Attempt): void {
		try {
			record(inFlight, endpoint, made);
		} catch (error) {
			settle(inFlight, "failed", notMade(error));
		}
		leaveRunning(inFlight);
	}
	function record(inFlight: InFlight, endpoint: Endpoint, made: Attempt): void {
		const { delivery, how } = inFlight;
		delivery.attempts = delivery.attempts.concat(made);
		delivery.updatedAt = clock.now();
		const why = whyLast(made, inFlight, rules.policy);
		const isLast = made.ok || why !== undefined || inFlight.state === "ended";
		const next = isLast ? undefined : retryAt(delivery, rules.policy, random);
		const isBehind = next !== undefined && lines.isBehind(inFlight);
		journal.attempted(delivery, made, isBehind ? undefined : next);
		if (inFlight.state === "ended") return;
		if (made.fault !== undefined)
			journal.struck(delivery, made.fault, made.number);
		// A provider never sends what is signed wrongly, so it counts nothing of it.
		const disabled =
			how.pinned === undefined &&
			delivery.sign === undefined &&
			health.count(endpoint, delivery, made, next === undefined);
		if (made.ok) settle(inFlight, "delivered");
		else if (next === undefined)
			settle(inFlight, "failed", why ?? givenUp(delivery));
		else if (isBehind) inFlight.enter("queued");
		else wait(inFlight, next);
		if (disabled) disable(delivery, disabled);
	}
	/** What is running goes on, and finds the endpoint disabled when it would wait for a retry. */
	function disable(last: Delivery, why: string): void {
		journal.disabled(last, why);
		for (const each of [...pending.values()])
			if (each.delivery.endpoint === last.endpoint && each.state !== "running")
				settle(each, "cancelled", `the endpoint ${why}`);
	}
	function settle(inFlight: InFlight, state: EndState, reason?: string): void {
		const { delivery } = inFlight;
		if (inFlight.state === "ended") return;
		inFlight.enter("ended");
		delivery.state = state;
		if (reason !== undefined) delivery.reason = reason;
		delivery.updatedAt = clock.now();
		pending.delete(delivery.id);
		journal.settled(delivery);
		const next = lines.leave(inFlight);
		if (next !== undefined && next.state !== "running") runSoon(next);
	}
	function leaveRunning(inFlight: InFlight): void {
		inFlight.tellWatchers();
		const waiting = overtaken.get(inFlight.delivery.endpoint);
		if (waiting !== undefined && waiting !== inFlight) release(waiting);
		running.leave();
	}

	return {
		get pending() {
			return pending.size;
		},
		deliver: (
			event: EventRecord,
			endpoint: Endpoint,
			how = defaultHow,
		): Delivery => send(event, endpoint, how).delivery,
		/** One attempt, never repeated, at an endpoint that need not be registered. */
		probe: (event: EventRecord, endpoint: Endpoint): Promise<Delivery> =>
			send(event, endpoint, { pinned: endpoint, once: true }).recorded(),
		/** Attempts a delivery before its time; one whose endpoint is paused stays so, in its place in the line. */
		async attempt(id: string): Promise<Delivery | undefined> {
			const inFlight = pending.get(id);
			if (inFlight === undefined) return undefined;
			if (!isPaused(inFlight)) {
				release(inFlight);
				if (inFlight.state !== "running") run(inFlight);
			}
			return inFlight.recorded();
		},
		/** Resolves once a delivery has been attempted, has ended, or waits for what does not come at once. */
		async firstAttempt(id: string): Promise<void> {
			const inFlight = pending.get(id);
			while (inFlight?.delivery.attempts.length === 0) {
				const isQueued = inFlight.state === "queued";
				const awaited = isQueued ? lines.first(inFlight) : inFlight;
				if (awaited?.state !== "running") return;
				await awaited.recorded();
			}
		},
		planned: (delivery: Delivery): readonly number[] =>
			forecast(delivery, retry, random),
		due: () => soonest(pending.values()),
		health: health.of,
		resetFailures: health.reset,
		outage: health.outage,
		/** Why it gets nothing, if its failures have turned it off: a sentence without its subject. */
		whyDisabled: health.whyDisabled,
		setOutage(endpoint: string, to: Outage): void {
			health.setOutage(endpoint, to);
			if (to === "paused") return;
			for (const each of [...pending.values()])
				if (each.state === "paused" && each.delivery.endpoint === endpoint)
					runSoon(each);
		},
		save: (): DispatcherSnapshot => ({
			random: random.save(),
			...health.save(),
		}),
		load(saved: DispatcherSnapshot): void {
			random.load(saved.random);
			health.load(saved);
		},
		/** Goes on with a delivery of another dispatcher, or keeps one that has ended. */
		take(delivery: Delivery, how: How): void {
			if (delivery.state !== "pending") journal.addEnded(delivery);
			else resume(add(new InFlight(delivery, how)));
		},
		howOf: (id: string): How | undefined => pending.get(id)?.how,
		cancelAll(reason: string): void {
			cancelled = reason;
			for (const kept of [lines, health]) kept.clear();
			for (const inFlight of [...pending.values()])
				settle(inFlight, "cancelled", reason);
		},
		idle: running.wait,
	};
}

function notMade(error: unknown): string {
	return `localhook could not make the attempt: ${(error as Error).message}`;
}
