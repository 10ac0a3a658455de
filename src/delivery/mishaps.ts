import type { Endpoint } from "../contract/operation.ts";
import type { Clock } from "./clock.ts";
import type { Faults, LaunchFault } from "./faults.ts";
import { type Flight, stopWaiting } from "./flight.ts";

/** What befalls deliveries before their first attempt. */
export interface Mishaps {
	/** Begins a delivery, unless something keeps it from that. */
	launch(flight: Flight, endpoint: Endpoint): void;
	/** Goes on keeping back what another dispatcher kept back; false: it did not. */
	resume(flight: Flight): boolean;
	/** Begins a delivery that is kept back, and does nothing to others. */
	release(flight: Flight): void;
	/** An attempt has been recorded, which is what reordered deliveries to the same endpoint wait for. */
	landed(flight: Flight): void;
}

/** What the dispatcher does for them. */
interface Hands {
	readonly faults: Faults;
	readonly clock: Clock;
	begin(flight: Flight, endpoint?: Endpoint): void;
	/** Makes a delivery wait until a time, which it shows as its next. */
	wait(flight: Flight, until: number, then: () => void): void;
	drop(flight: Flight): void;
	/** Another delivery of the same bytes, which has not begun. */
	repeat(flight: Flight, endpoint: Endpoint): Flight;
	tell(flight: Flight, fault: string): void;
}

type Fault<Kind> = Extract<LaunchFault, { kind: Kind }>;

/** How long a reordered delivery waits for one that overtakes it. */
const patience = 60_000;
const reordered = "reordered by a fault";
const none: readonly LaunchFault[] = [];

export function createMishaps(hands: Hands): Mishaps {
	const { faults, clock } = hands;
	/** Those that are not to begin yet. */
	const back = new Set<Flight>();
	/** By endpoint: the one of them that waits to be overtaken. */
	const overtaken = new Map<string, Flight>();

	function keepBack(flight: Flight, by: number, held: string): void {
		back.add(flight);
		flight.delivery.held = held;
		hands.wait(flight, clock.now() + by, () => release(flight));
	}
	/** False: another one waits already, which is overtaken by this one. */
	function keepUntilOvertaken(flight: Flight): boolean {
		const { endpoint } = flight.delivery;
		if (overtaken.has(endpoint)) return false;
		overtaken.set(endpoint, flight);
		keepBack(flight, patience, reordered);
		return true;
	}
	function release(flight: Flight): void {
		if (!back.delete(flight)) return;
		const { delivery } = flight;
		if (overtaken.get(delivery.endpoint) === flight)
			overtaken.delete(delivery.endpoint);
		stopWaiting(flight);
		if (delivery.state === "pending") hands.begin(flight);
	}
	function repeat(
		flight: Flight,
		endpoint: Endpoint,
		{ copies, after }: Fault<"duplicate">,
	): void {
		for (let copy = 0; copy < copies; copy++) {
			const repeated = hands.repeat(flight, endpoint);
			if (after === 0) hands.begin(repeated, endpoint);
			else keepBack(repeated, after, "delayed by a fault");
		}
	}

	return {
		launch(flight, endpoint) {
			const { how } = flight;
			const isAsked = faults.any && !how.once;
			const struck = isAsked ? faults.onLaunch(flight.delivery) : none;
			if (struck.length === 0) {
				hands.begin(flight, endpoint);
				return;
			}
			for (const { kind } of struck) hands.tell(flight, kind);
			const first = <Kind extends LaunchFault["kind"]>(kind: Kind) =>
				struck.find((fault): fault is Fault<Kind> => fault.kind === kind);
			const delay = first("delay");
			if (first("drop")) {
				hands.drop(flight);
				return;
			}
			if (delay) keepBack(flight, delay.by, "delayed by a fault");
			else if (!first("reorder") || !keepUntilOvertaken(flight))
				hands.begin(flight, endpoint);
			// Behind the one they repeat.
			for (const fault of struck)
				if (fault.kind === "duplicate") repeat(flight, endpoint, fault);
		},
		resume(flight) {
			const { nextAt, held, endpoint } = flight.delivery;
			if (nextAt === undefined || held === undefined) return false;
			if (held === reordered) overtaken.set(endpoint, flight);
			keepBack(flight, nextAt - clock.now(), held);
			return true;
		},
		release,
		landed(flight) {
			if (overtaken.size === 0) return;
			const waiting = overtaken.get(flight.delivery.endpoint);
			if (waiting !== undefined && waiting !== flight) release(waiting);
		},
	};
}
