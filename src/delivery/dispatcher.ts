import type { Endpoint } from "../contract/operation.ts";
import type { Random, RandomState } from "../contract/random.ts";
import type { Attempt, Delivery, EventRecord } from "../contract/records.ts";
import { makeAttempt, type Sender } from "./attempt.ts";
import { createEndpointHealth, type Failing } from "./health.ts";
import { createIdleness } from "./idleness.ts";
import {
	attemptRecorded,
	type EndState,
	endpointNow,
	enter,
	fatalReason,
	firstAttempt,
	type How,
	type InFlight,
	type Rules,
	tellWatchers,
} from "./in-flight.ts";
import type { Journal } from "./journal.ts";
import { createPending } from "./pending.ts";
import { createQueues, type Outage, type Outages } from "./queues.ts";
import { queueMicrotask } from "./real-timers.ts";
import { forecast, givenUp, retryAt, soonest } from "./schedule.ts";

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

/** What a dispatcher knows beside its deliveries, in plain data; taken while it is idle. */
export interface DispatcherSnapshot {
	readonly random: RandomState;
	readonly failing: Failing;
	readonly outages: Outages;
}

/** How long a reordered delivery waits for one that overtakes it. */
const patience = 60_000;
const delayed = "delayed by a fault";
const reordered = "reordered by a fault";
const endpointGone = "the endpoint was deleted or switched off";

export function createDispatcher(
	rules: Rules,
	sender: Sender,
	journal: Journal,
	random: Random,
) {
	const { clock, faults } = sender;
	const pending = createPending(rules, sender, journal, random);
	const queues = createQueues(rules.policy.ordered);
	const health = createEndpointHealth(rules);
	const running = createIdleness();
	let cancelled: string | undefined;

	function send(event: EventRecord, endpoint: Endpoint, how: How): InFlight {
		const created = pending.create(event, endpoint, how);
		if (cancelled !== undefined) settle(created, "cancelled", cancelled);
		else if (faults.any && !how.once) launch(created, endpoint);
		else begin(created, endpoint);
		return created;
	}
	/** Does to a new delivery what the faults want, and begins it unless one of them keeps it back. */
	function launch(created: InFlight, endpoint: Endpoint): void {
		const { delivery } = created;
		const { kinds, drop, delay, reorder, copies } = faults.onLaunch(delivery);
		for (const kind of kinds) journal.struck(delivery, kind);
		const now = clock.now();
		if (drop) settle(created, "cancelled", "dropped on purpose, by a fault");
		else if (delay !== undefined) wait(created, now + delay, delayed);
		else if (reorder && queues.awaitOvertaking(created))
			wait(created, now + patience, reordered);
		else begin(created, endpoint);
		for (const after of copies) {
			const copy = pending.repeat(created, endpoint);
			if (after > 0) wait(copy, now + after, delayed);
			else begin(copy, endpoint);
		}
	}
	/** `held`: why it has not begun, where that is so. */
	function wait(inFlight: InFlight, until: number, held?: string): void {
		enter(inFlight, held === undefined ? "waiting" : "delayed");
		if (held !== undefined) inFlight.delivery.held = held;
		inFlight.delivery.nextAt = until;
		inFlight.cancelTimer = clock.at(until, () => {
			if (inFlight.state === "delayed") release(inFlight);
			else run(inFlight);
		});
	}
	function release(inFlight: InFlight | undefined): void {
		if (inFlight?.state !== "delayed") return;
		queues.stopAwaiting(inFlight);
		begin(inFlight);
	}
	/** `atHand`: the endpoint as it is now, when somebody has just looked it up. */
	function begin(inFlight: InFlight, atHand?: Endpoint): void {
		if (queues.join(inFlight)) run(inFlight, atHand);
	}
	function run(inFlight: InFlight, atHand?: Endpoint): void {
		if (enterRunning(inFlight)) attempt(inFlight, atHand);
	}
	/** Not at once: a thousand that end one after the other would be as many calls deep. */
	function runSoon(inFlight: InFlight): void {
		if (enterRunning(inFlight)) queueMicrotask(() => attempt(inFlight));
	}
	function enterRunning(inFlight: InFlight): boolean {
		if (queues.pause(inFlight)) return false;
		enter(inFlight, "running");
		running.enter();
		return true;
	}
	function attempt(inFlight: InFlight, atHand?: Endpoint): void {
		const endpoint = atHand ?? endpointNow(inFlight, rules);
		if (endpoint === undefined) {
			finish(inFlight, () => settle(inFlight, "cancelled", endpointGone));
			return;
		}
		const isDown = queues.outage(inFlight.delivery.endpoint) === "down";
		try {
			makeAttempt(inFlight, endpoint, isDown, sender, (made) =>
				finish(inFlight, () => record(inFlight, endpoint, made)),
			);
		} catch (error) {
			finish(inFlight, () => {
				throw error;
			});
		}
	}
	function record(inFlight: InFlight, endpoint: Endpoint, made: Attempt): void {
		const { delivery, how } = inFlight;
		delivery.attempts = [...delivery.attempts, made];
		delivery.updatedAt = clock.now();
		const fatal = fatalReason(made, how);
		const isRepeated =
			!made.ok && fatal === undefined && inFlight.state !== "ended";
		const retry = isRepeated
			? retryAt(delivery, rules.policy.retry, clock.now(), random)
			: undefined;
		const isBehind = retry !== undefined && queues.isBehind(inFlight);
		journal.attempted(delivery, made, isBehind ? undefined : retry);
		if (inFlight.state === "ended") return;
		if (made.fault !== undefined)
			journal.struck(delivery, made.fault, made.number);
		if (how.pinned === undefined) health.record(endpoint, delivery, made);
		if (made.ok) settle(inFlight, "delivered");
		else if (retry === undefined)
			settle(inFlight, "failed", fatal ?? givenUp(delivery));
		else if (isBehind) enter(inFlight, "queued");
		else wait(inFlight, retry);
	}
	function settle(inFlight: InFlight, state: EndState, reason?: string): void {
		if (!pending.settle(inFlight, state, reason)) return;
		const next = queues.leave(inFlight);
		if (next !== undefined && next.state !== "running") runSoon(next);
	}
	/** `record` puts down what came of the running attempt. */
	function finish(inFlight: InFlight, record: () => void): void {
		try {
			record();
		} catch (error) {
			const reason = "localhook could not make the attempt";
			settle(inFlight, "failed", `${reason}: ${(error as Error).message}`);
		}
		tellWatchers(inFlight);
		release(queues.overtakenBy(inFlight));
		running.leave();
	}

	return {
		/** Deliveries that have not ended. */
		get pending() {
			return pending.size;
		},
		deliver: (event: EventRecord, endpoint: Endpoint, how?: How): Delivery =>
			send(event, endpoint, how ?? {}).delivery,
		/** One attempt, never repeated, at an endpoint that need not be registered. */
		probe: (event: EventRecord, endpoint: Endpoint): Promise<Delivery> =>
			attemptRecorded(send(event, endpoint, { pinned: endpoint, once: true })),
		/** Attempts a delivery before its time; one whose endpoint is paused stays so, in its place in the line. */
		async attempt(id: string): Promise<Delivery | undefined> {
			const inFlight = pending.get(id);
			if (inFlight === undefined) return undefined;
			if (!queues.isPaused(inFlight)) {
				release(inFlight);
				if (inFlight.state !== "running") run(inFlight);
			}
			return attemptRecorded(inFlight);
		},
		firstAttempt: (id: string): Promise<void> =>
			firstAttempt(pending.get(id), queues.head),
		/** When a delivery will be attempted, if every attempt fails at once. */
		planned: (delivery: Delivery): readonly number[] =>
			forecast(delivery, rules.policy.retry, random),
		due: () => soonest(pending.values()),
		health: health.of,
		resetFailures: health.resetFailures,
		outage: queues.outage,
		setOutage(endpoint: string, outage: Outage): void {
			for (const each of queues.setOutage(endpoint, outage)) runSoon(each);
		},
		save: (): DispatcherSnapshot => ({
			random: random.save(),
			failing: health.save(),
			outages: queues.outages(),
		}),
		load(saved: DispatcherSnapshot): void {
			random.load(saved.random);
			health.load(saved.failing);
			for (const each of saved.outages) queues.setOutage(...each);
		},
		/** Goes on with a delivery that another dispatcher began, or keeps one that has ended. */
		take(delivery: Delivery, how: How): void {
			const taken = pending.take(delivery, how);
			if (taken === undefined) return;
			const { nextAt, held } = delivery;
			if (held === reordered) queues.awaitOvertaking(taken);
			if (nextAt !== undefined && held !== undefined) wait(taken, nextAt, held);
			else if (!queues.join(taken)) return;
			else if (nextAt === undefined) runSoon(taken);
			else wait(taken, nextAt);
		},
		/** How a delivery that has not ended is made; undefined: it has ended. */
		howOf: (id: string): How | undefined => pending.get(id)?.how,
		/** Ends every delivery, and whatever still comes, with a reason. */
		cancelAll(reason: string): void {
			cancelled = reason;
			queues.clear();
			health.clear();
			for (const inFlight of [...pending.values()])
				settle(inFlight, "cancelled", reason);
		},
		/** Resolves once no attempt is running. */
		idle: running.wait,
	};
}
