import { allocate, bytesOf, writeText } from "../bytes.ts";
import type { Endpoint } from "../contract/operation.ts";
import type { Random } from "../contract/random.ts";
import type { Attempt, Delivery, EventRecord } from "../contract/records.ts";
import type { Sender } from "./attempt.ts";
import { tamper } from "./bad-signature.ts";
import {
	createInFlight,
	type EndState,
	enter,
	type How,
	type InFlight,
	type MutableDelivery,
	type Rules,
} from "./in-flight.ts";
import type { Journal } from "./journal.ts";

const none: readonly Attempt[] = [];

/** The deliveries of one provider that have not ended: how they are made, kept and ended. */
export type Pending = ReturnType<typeof createPending>;

export function createPending(
	rules: Rules,
	{ clock, capture }: Pick<Sender, "clock" | "capture">,
	journal: Journal,
	random: Random,
) {
	const bodies = createBodies();
	const byId = new Map<string, InFlight>();

	/** The bytes once and for all, and an id. */
	function make(
		event: EventRecord,
		endpoint: Endpoint,
		how: How,
	): MutableDelivery {
		const { parent, signing } = how;
		// What is sent again is sent as it was: encoding anew could give other bytes.
		const { body, headers } = parent ?? rules.encode(event, endpoint, how.body);
		const now = clock.now();
		const delivery: MutableDelivery = {
			id: `dlv_${random.alphanumeric(20)}`,
			event,
			endpoint: endpoint.id,
			url: endpoint.url,
			body: parent?.body ?? keep(body, how),
			headers,
			createdAt: now,
			updatedAt: now,
			attempts: none,
			state: "pending",
		};
		if (parent !== undefined) {
			delivery.parent = parent.id;
			delivery.resent = how.frozen === undefined ? "resign" : "exact";
		}
		if (signing !== undefined) delivery.sign = signing.text;
		return delivery;
	}
	function keep(body: string | Uint8Array, { signing }: How): Uint8Array {
		const kept = bodies.keep(body);
		return signing?.kind === "tampered-body" ? tamper(kept) : kept;
	}
	/** `runInContext`: the context of the code that caused it. */
	function add(
		delivery: MutableDelivery,
		how: How,
		runInContext?: InFlight["runInContext"],
	): InFlight {
		const added = createInFlight(delivery, how, runInContext);
		byId.set(delivery.id, added);
		journal.add(delivery);
		return added;
	}

	function create(event: EventRecord, endpoint: Endpoint, how: How): InFlight {
		return add(make(event, endpoint, how), how, capture?.());
	}

	return {
		get size() {
			return byId.size;
		},
		get: (id: string) => byId.get(id),
		values: () => byId.values(),
		create,
		/** Another delivery of the same bytes. */
		repeat: ({ delivery, how }: InFlight, endpoint: Endpoint): InFlight =>
			create(delivery.event, endpoint, { ...how, parent: delivery }),
		/** A delivery that another dispatcher began; undefined: it has ended already. */
		take(delivery: Delivery, how: How): InFlight | undefined {
			if (delivery.state === "pending") return add(delivery, how);
			journal.add(delivery);
			journal.settled(delivery);
			return undefined;
		},
		/** Ends a delivery; false: it has ended already. */
		settle(inFlight: InFlight, state: EndState, reason?: string): boolean {
			const { delivery } = inFlight;
			if (inFlight.state === "ended") return false;
			enter(inFlight, "ended");
			delivery.state = state;
			if (reason !== undefined) delivery.reason = reason;
			delivery.updatedAt = clock.now();
			byId.delete(delivery.id);
			journal.settled(delivery);
			return true;
		},
	};
}

/** Where the bytes of bodies are kept. */
interface Bodies {
	/** Texts as UTF-8; bytes are copied. */
	keep(body: string | Uint8Array): Uint8Array;
}

/** Below what allocators take from the system anew each time, whose first touch of each page costs. */
const blockSize = 64 * 1024;

/**
 * Cuts bodies from large blocks: thousands of kept deliveries with a buffer apiece cost the collector a tenth of
 * the time that a delivery takes. A block goes once the last body cut from it does.
 */
export function createBodies(): Bodies {
	let block = allocate(0);
	let used = 0;
	return {
		keep(body) {
			// UTF-8 takes at most three bytes for a UTF-16 unit.
			const most = typeof body === "string" ? body.length * 3 : body.length;
			if (most > blockSize / 8) return bytesOf(body);
			if (used + most > block.length) {
				block = allocate(blockSize);
				used = 0;
			}
			const start = used;
			if (typeof body === "string") used += writeText(block, body, start);
			else {
				block.set(body, start);
				used += body.length;
			}
			return block.subarray(start, used);
		},
	};
}
