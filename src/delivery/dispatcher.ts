import type { Endpoint } from "../contract/operation.ts";
import type { DeliveryPolicy, Health } from "../contract/policy.ts";
import type { Random } from "../contract/random.ts";
import type {
	Attempt,
	Delivery,
	DeliveryState,
	EventRecord,
} from "../contract/records.ts";
import type { Encoded } from "../provider.ts";
import { makeAttempt, type Sender } from "./attempt.ts";
import { createBodies } from "./bodies.ts";
import type { Cancel } from "./clock.ts";
import type { Journal } from "./journal.ts";
import { createLines } from "./lines.ts";
import { nextAttemptAt } from "./schedule.ts";

/** What the dispatcher asks of the provider it works for. */
export interface Rules {
	readonly policy: DeliveryPolicy;
	encode(event: EventRecord, endpoint: Endpoint): Encoded;
	/** As it is now; undefined: what waits for it is cancelled. */
	endpoint(id: string): Endpoint | undefined;
	healthKey(endpoint: Endpoint, event: EventRecord): string;
	attempted(delivery: Delivery, attempt: Attempt, health: Health): void;
}

/** Deliveries of one provider on their way: first attempts, retries, order, and the end of each. */
export interface Dispatcher {
	deliver(event: EventRecord, endpoint: Endpoint, parent?: Delivery): Delivery;
	/** One attempt, never repeated, at an endpoint that need not be registered. */
	probe(event: EventRecord, endpoint: Endpoint): Promise<Delivery>;
	/** Attempts a waiting delivery before its time. */
	attemptNow(id: string): Promise<Delivery | undefined>;
	health(key: string): Health;
	/** Counts failures anew. */
	forgive(key: string): void;
	/** Ends everything that waits, and whatever still comes, with a reason. */
	cancelAll(reason: string): void;
	/** Resolves once no attempt is under way. */
	idle(): Promise<void>;
}

/** A delivery while it moves; others see it read-only. */
type Moving = { -readonly [Key in keyof Delivery]: Delivery[Key] };

interface Flight {
	readonly delivery: Moving;
	readonly probe?: Endpoint;
	cancelTimer?: Cancel | undefined;
	/** Resolves when the attempt under way has been recorded. */
	running?: Promise<void> | undefined;
}

const healthy: Health = { failures: 0 };
const none: readonly Attempt[] = [];

export function createDispatcher(
	rules: Rules,
	sender: Sender,
	journal: Journal,
	random: Random,
): Dispatcher {
	const { clock } = sender;
	const jitter = random.fork("jitter");
	const bodies = createBodies();
	const flights = new Map<string, Flight>();
	/** Empty unless deliveries are ordered; probes stand in none of them. */
	const lines = createLines<Flight>(
		({ delivery }) => delivery.state !== "pending",
	);
	const healths = new Map<string, Health>();
	let ended: string | undefined;
	let underWay = 0;
	let idlers: (() => void)[] = [];

	function create(
		event: EventRecord,
		endpoint: Endpoint,
		parent?: Delivery,
	): Moving {
		// What is sent again is sent as it was: encoding anew could give other bytes.
		const { body, headers } = parent ?? rules.encode(event, endpoint);
		const now = clock.now();
		const delivery: Moving = {
			id: `dlv_${random.alphanumeric(20)}`,
			event,
			endpoint: endpoint.id,
			url: endpoint.url,
			body: typeof body === "string" ? bodies.encode(body) : body,
			headers,
			createdAt: now,
			updatedAt: now,
			attempts: none,
			state: "pending",
		};
		if (parent !== undefined) delivery.parent = parent.id;
		return delivery;
	}

	function launch(flight: Flight, endpoint: Endpoint): void {
		flights.set(flight.delivery.id, flight);
		journal.add(flight.delivery);
		if (ended !== undefined) {
			settle(flight, "cancelled", ended);
			return;
		}
		const inLine = rules.policy.ordered && flight.probe === undefined;
		if (!inLine || lines.join(flight.delivery.endpoint, flight))
			void start(flight, endpoint);
	}

	/** `endpoint`: as it is now, when that is at hand. */
	function start(flight: Flight, endpoint?: Endpoint): Promise<void> {
		flight.cancelTimer?.();
		flight.cancelTimer = undefined;
		underWay++;
		flight.running = fly(flight, endpoint);
		return flight.running;
	}

	async function fly(flight: Flight, atHand?: Endpoint): Promise<void> {
		try {
			const endpoint =
				atHand ?? flight.probe ?? rules.endpoint(flight.delivery.endpoint);
			if (endpoint === undefined)
				settle(flight, "cancelled", "the endpoint was deleted or switched off");
			else {
				const made = await makeAttempt(flight.delivery, endpoint, sender);
				record(flight, endpoint, made);
			}
		} catch (error) {
			const reason = `localhook could not make the attempt: ${(error as Error).message}`;
			settle(flight, "failed", reason);
		}
		flight.running = undefined;
		if (--underWay > 0) return;
		const waiting = idlers;
		idlers = [];
		for (const resolve of waiting) resolve();
	}

	function record(flight: Flight, endpoint: Endpoint, made: Attempt): void {
		const { delivery } = flight;
		delivery.attempts = [...delivery.attempts, made];
		delivery.updatedAt = clock.now();
		journal.tell({ kind: "attempt", delivery, attempt: made });
		if (delivery.state !== "pending") return;
		if (flight.probe === undefined) note(endpoint, delivery, made);
		if (made.ok) settle(flight, "delivered");
		else if (made.error?.code === "refused-target")
			settle(flight, "failed", made.error.message);
		else if (flight.probe !== undefined)
			settle(flight, "failed", "a test is attempted once");
		else retryLater(flight);
	}

	function note(endpoint: Endpoint, delivery: Delivery, made: Attempt): void {
		let health = healthy;
		if (!made.ok || healths.size > 0) {
			const key = rules.healthKey(endpoint, delivery.event);
			const { failures, failingSince } = healths.get(key) ?? healthy;
			if (made.ok) {
				healths.delete(key);
			} else {
				health = {
					failures: failures + 1,
					failingSince: failingSince ?? made.at,
				};
				healths.set(key, health);
			}
		}
		rules.attempted(delivery, made, health);
	}

	function retryLater(flight: Flight): void {
		const { delivery } = flight;
		const failures = delivery.attempts.length;
		const firstAt = delivery.attempts[0]?.at ?? delivery.createdAt;
		const at = nextAttemptAt(
			rules.policy.retry,
			failures,
			firstAt,
			clock.now(),
			jitter,
		);
		if (at === undefined) {
			settle(
				flight,
				"failed",
				`the provider gives up after ${failures} attempt${failures === 1 ? "" : "s"}`,
			);
			return;
		}
		// Attempted out of turn, it waits for its turn again.
		if (lines.waits(delivery.endpoint, flight)) return;
		delivery.nextAt = at;
		flight.cancelTimer = clock.at(at, () => void start(flight));
	}

	function settle(flight: Flight, state: DeliveryState, reason?: string): void {
		const { delivery } = flight;
		if (delivery.state !== "pending") return;
		flight.cancelTimer?.();
		delivery.state = state;
		if (reason !== undefined) delivery.reason = reason;
		if (delivery.nextAt !== undefined) delete delivery.nextAt;
		delivery.updatedAt = clock.now();
		flights.delete(delivery.id);
		journal.tell({ kind: "settled", delivery });
		const next = lines.leave(delivery.endpoint, flight);
		if (next !== undefined && next.running === undefined) void start(next);
	}

	return {
		deliver(event, endpoint, parent) {
			const delivery = create(event, endpoint, parent);
			launch({ delivery }, endpoint);
			return delivery;
		},
		async probe(event, endpoint) {
			const flight: Flight = {
				delivery: create(event, endpoint),
				probe: endpoint,
			};
			launch(flight, endpoint);
			await flight.running;
			return flight.delivery;
		},
		async attemptNow(id) {
			const flight = flights.get(id);
			if (flight === undefined) return undefined;
			await (flight.running ?? start(flight));
			return flight.delivery;
		},
		health: (key) => healths.get(key) ?? healthy,
		forgive: (key) => void healths.delete(key),
		cancelAll(reason) {
			ended = reason;
			lines.clear();
			healths.clear();
			for (const flight of [...flights.values()])
				settle(flight, "cancelled", reason);
		},
		idle: () =>
			underWay === 0
				? Promise.resolve()
				: new Promise((resolve) => idlers.push(resolve)),
	};
}
