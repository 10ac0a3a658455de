import Queue from "yocto-queue";
import { enter, type InFlight } from "./in-flight.ts";

/** `paused`: deliveries queue until it is over. `down`: every attempt is refused, and repeated by the schedule. */
export type Outage = "none" | "paused" | "down";

export type Outages = readonly (readonly [endpoint: string, outage: Outage])[];

export const outages: readonly Outage[] = ["none", "paused", "down"];

/** By endpoint: what is out of order on purpose, and the deliveries that wait there for others or for the end of a pause. */
export type Queues = ReturnType<typeof createQueues>;

/** @param ordered whether deliveries of one endpoint wait for the one before them to end */
export function createQueues(ordered: boolean) {
	const down = new Set<string>();
	const paused = new Map<string, Set<InFlight>>();
	const lines = new Map<string, { head: InFlight; behind: Queue<InFlight> }>();
	const overtaken = new Map<string, InFlight>();

	function outage(endpoint: string): Outage {
		if (paused.has(endpoint)) return "paused";
		return down.has(endpoint) ? "down" : "none";
	}
	function isPaused({ delivery, how }: InFlight): boolean {
		return how.pinned === undefined && paused.has(delivery.endpoint);
	}

	return {
		outage,
		/** Of those that are out of order, by endpoint. */
		outages: (): Outages => [
			...Array.from(paused.keys(), (endpoint) => [endpoint, "paused"] as const),
			...Array.from(down, (endpoint) => [endpoint, "down"] as const),
		],
		/** Gives the deliveries whose pause is over. */
		setOutage(endpoint: string, to: Outage): InFlight[] {
			const kept = paused.get(endpoint) ?? new Set();
			down.delete(endpoint);
			if (to === "paused") {
				paused.set(endpoint, kept);
				return [];
			}
			paused.delete(endpoint);
			if (to === "down") down.add(endpoint);
			return [...kept].filter(({ state }) => state === "paused");
		},
		isPaused,
		/** Keeps a delivery back while its endpoint is paused; false: it is not. */
		pause(inFlight: InFlight): boolean {
			if (!isPaused(inFlight)) return false;
			enter(inFlight, "paused");
			inFlight.delivery.held = "the endpoint is paused";
			paused.get(inFlight.delivery.endpoint)?.add(inFlight);
			return true;
		},
		/** Joins the line of an ordered endpoint; true: it is its turn at once. */
		join(inFlight: InFlight): boolean {
			if (!ordered || inFlight.how.once) return true;
			const { endpoint } = inFlight.delivery;
			const line = lines.get(endpoint);
			if (line === undefined) {
				lines.set(endpoint, { head: inFlight, behind: new Queue() });
				return true;
			}
			line.behind.enqueue(inFlight);
			enter(inFlight, "queued");
			return false;
		},
		/** The one whose turn comes first. */
		head: ({ delivery }: InFlight): InFlight | undefined =>
			lines.get(delivery.endpoint)?.head,
		/** Whether another one's turn comes first. */
		isBehind(inFlight: InFlight): boolean {
			const line = lines.get(inFlight.delivery.endpoint);
			return line !== undefined && line.head !== inFlight;
		},
		/** Ends a turn, and gives the one whose turn it is now; nothing for one whose turn it was not. */
		leave(inFlight: InFlight): InFlight | undefined {
			const { endpoint } = inFlight.delivery;
			const line = lines.get(endpoint);
			if (line?.head !== inFlight) return undefined;
			let next = line.behind.dequeue();
			// One that was attempted out of turn may have ended already.
			while (next?.state === "ended") next = line.behind.dequeue();
			if (next === undefined) lines.delete(endpoint);
			else line.head = next;
			return next;
		},
		/** Takes the one place in which a delivery waits to be overtaken; false: another one has it. */
		awaitOvertaking(inFlight: InFlight): boolean {
			const { endpoint } = inFlight.delivery;
			if (overtaken.has(endpoint)) return false;
			overtaken.set(endpoint, inFlight);
			return true;
		},
		/** Leaves that place. */
		stopAwaiting(inFlight: InFlight): void {
			const { endpoint } = inFlight.delivery;
			if (overtaken.get(endpoint) === inFlight) overtaken.delete(endpoint);
		},
		/** The delivery that another one to the same endpoint has overtaken. */
		overtakenBy(inFlight: InFlight): InFlight | undefined {
			const waiting = overtaken.get(inFlight.delivery.endpoint);
			return waiting === inFlight ? undefined : waiting;
		},
		clear(): void {
			down.clear();
			paused.clear();
			lines.clear();
		},
	};
}
