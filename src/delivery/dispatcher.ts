import type { Endpoint } from "../contract/operation.ts";
import type { Random } from "../contract/random.ts";
import type {
	Attempt,
	Delivery,
	DeliveryState,
	EventRecord,
} from "../contract/records.ts";
import { makeAttempt, type Sender } from "./attempt.ts";
import { createMaker } from "./creation.ts";
import type { Dispatcher, Rules } from "./dispatcher-contract.ts";
import {
	asUsual,
	createFlight,
	endpointNow,
	type Flight,
	type How,
	landed,
	stopWaiting,
	touchDown,
} from "./flight.ts";
import { createHealths, noteHealth } from "./healths.ts";
import { createIdleness } from "./idleness.ts";
import type { Journal } from "./journal.ts";
import { createLines } from "./lines.ts";
import { createMishaps } from "./mishaps.ts";
import { createOutages } from "./outages.ts";
import { queueMicrotask } from "./real-timers.ts";
import { forecast, givenUp, retryAt, soonest } from "./schedule.ts";

/** Sends what is handed to it until each delivery has come to an end. */
export function createDispatcher(
	rules: Rules,
	sender: Sender,
	journal: Journal,
	random: Random,
): Dispatcher {
	const { clock, faults, capture } = sender;
	const create = createMaker(rules, clock, random);
	const flights = new Map<string, Flight>();
	/** Empty unless deliveries are ordered; probes stand in none of them. */
	const lines = createLines<Flight>(
		({ delivery }) => delivery.state !== "pending",
	);
	const healths = createHealths();
	const outages = createOutages();
	const mishaps = createMishaps({
		faults,
		clock,
		begin,
		wait,
		drop: (flight) =>
			settle(flight, "cancelled", "dropped on purpose, by a fault"),
		repeat: ({ delivery, how }, endpoint) =>
			enter(delivery.event, endpoint, { ...how, parent: delivery }),
		tell: (flight, fault) => journal.struck(flight.delivery, fault),
	});
	let ended: string | undefined;
	const idleness = createIdleness();

	function drawsOf({ id }: Delivery): Random {
		return random.fork(`jitter/${id}`);
	}
	function send(event: EventRecord, endpoint: Endpoint, how: How): Flight {
		const flight = enter(event, endpoint, how);
		if (ended !== undefined) settle(flight, "cancelled", ended);
		else mishaps.launch(flight, endpoint);
		return flight;
	}
	function enter(event: EventRecord, endpoint: Endpoint, how: How): Flight {
		const flight = createFlight(create(event, endpoint, how), how, capture);
		flights.set(flight.delivery.id, flight);
		journal.add(flight.delivery);
		return flight;
	}
	function begin(flight: Flight, endpoint?: Endpoint): void {
		if (standsFirst(flight)) start(flight, endpoint);
	}
	function resume(flight: Flight): void {
		const { id, nextAt } = flight.delivery;
		flights.set(id, flight);
		if (mishaps.resume(flight) || !standsFirst(flight)) return;
		if (nextAt === undefined) startSoon(flight);
		else wait(flight, nextAt, () => start(flight));
	}
	function standsFirst(flight: Flight): boolean {
		const inLine = rules.policy.ordered && !flight.how.once;
		return !inLine || lines.join(flight.delivery.endpoint, flight);
	}

	/** `atHand`: the endpoint as it is now, when somebody has just looked it up. */
	function start(flight: Flight, atHand?: Endpoint): void {
		if (isPaused(flight)) outages.hold(flight);
		else {
			takeOff(flight);
			attempt(flight, atHand);
		}
	}
	/** Not at once: a thousand that end one after the other would be as many calls deep. */
	function startSoon(flight: Flight): void {
		if (isPaused(flight)) outages.hold(flight);
		else {
			takeOff(flight);
			queueMicrotask(() => attempt(flight));
		}
	}
	function isPaused({ delivery, how }: Flight): boolean {
		if (!outages.any || how.pinned !== undefined) return false;
		return outages.of(delivery.endpoint) === "paused";
	}
	function takeOff(flight: Flight): void {
		stopWaiting(flight);
		flight.running = true;
		idleness.enter();
	}
	function attempt(flight: Flight, atHand?: Endpoint): void {
		const { delivery } = flight;
		const endpoint = atHand ?? endpointNow(flight, rules);
		if (endpoint === undefined) {
			settle(flight, "cancelled", "the endpoint was deleted or switched off");
			land(flight);
			return;
		}
		const isDown = outages.any && outages.of(delivery.endpoint) === "down";
		try {
			makeAttempt(flight, endpoint, isDown, sender, (made) => {
				try {
					record(flight, endpoint, made);
				} catch (error) {
					giveUp(flight, error as Error);
				}
				land(flight);
			});
		} catch (error) {
			giveUp(flight, error as Error);
			land(flight);
		}
	}
	function giveUp(flight: Flight, { message }: Error): void {
		const reason = `localhook could not make the attempt: ${message}`;
		settle(flight, "failed", reason);
	}
	function land(flight: Flight): void {
		touchDown(flight);
		mishaps.landed(flight);
		idleness.leave();
	}
	function record(flight: Flight, endpoint: Endpoint, made: Attempt): void {
		const { delivery } = flight;
		delivery.attempts = [...delivery.attempts, made];
		delivery.updatedAt = clock.now();
		journal.attempted(delivery, made);
		if (delivery.state !== "pending") return;
		if (made.fault !== undefined) journal.struck(delivery, made.fault);
		if (flight.how.pinned === undefined)
			noteHealth(healths, rules, endpoint, delivery, made);
		if (made.ok) settle(flight, "delivered");
		else if (made.error?.code === "refused-target")
			settle(flight, "failed", made.error.message);
		else if (flight.how.once)
			settle(flight, "failed", "a test is attempted once");
		else retryLater(flight);
	}
	function retryLater(flight: Flight): void {
		const { delivery } = flight;
		const { retry } = rules.policy;
		const at = retryAt(delivery, retry, clock.now(), drawsOf(delivery));
		if (at === undefined) settle(flight, "failed", givenUp(delivery));
		// Attempted out of turn, it waits for its turn again.
		else if (!lines.waits(delivery.endpoint, flight))
			wait(flight, at, () => start(flight));
	}
	function wait(flight: Flight, until: number, then: () => void): void {
		flight.delivery.nextAt = until;
		flight.cancelTimer = clock.at(until, then);
	}
	function settle(flight: Flight, state: DeliveryState, reason?: string): void {
		const { delivery } = flight;
		if (delivery.state !== "pending") return;
		stopWaiting(flight);
		delivery.state = state;
		if (reason !== undefined) delivery.reason = reason;
		delivery.updatedAt = clock.now();
		flights.delete(delivery.id);
		journal.settled(delivery);
		const next = lines.leave(delivery.endpoint, flight);
		if (next !== undefined && !next.running) startSoon(next);
	}

	return {
		get pending() {
			return flights.size;
		},
		deliver: (event, endpoint, how = asUsual) =>
			send(event, endpoint, how).delivery,
		async probe(event, endpoint) {
			const flight = send(event, endpoint, { pinned: endpoint, once: true });
			await landed(flight);
			return flight.delivery;
		},
		async attemptNow(id) {
			const flight = flights.get(id);
			if (flight === undefined) return undefined;
			// What is paused stays so, and in its place in the line.
			if (!isPaused(flight)) {
				mishaps.release(flight);
				if (!flight.running) start(flight);
			}
			await landed(flight);
			return flight.delivery;
		},
		planned: (delivery) =>
			forecast(delivery, rules.policy.retry, drawsOf(delivery)),
		due: () => soonest(flights.values()),
		health: healths.of,
		forgive: healths.forgive,
		outage: outages.of,
		save: () => ({
			random: random.save(),
			failing: healths.entries(),
			outages: outages.entries(),
		}),
		load(standing) {
			random.load(standing.random);
			healths.load(standing.failing);
			for (const [endpoint, outage] of standing.outages)
				outages.set(endpoint, outage);
		},
		take(delivery, how) {
			const flight = createFlight(delivery, how);
			journal.add(delivery);
			if (delivery.state === "pending") resume(flight);
			else journal.settled(delivery);
		},
		howOf: (id) => flights.get(id)?.how,
		setOutage(endpoint, outage) {
			for (const flight of outages.set(endpoint, outage))
				if (flight.delivery.state === "pending") startSoon(flight);
		},
		cancelAll(reason) {
			ended = reason;
			lines.clear();
			healths.clear();
			outages.clear();
			for (const flight of [...flights.values()])
				settle(flight, "cancelled", reason);
		},
		idle: idleness.wait,
	};
}
