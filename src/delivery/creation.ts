import { allocate, bytesOf, writeText } from "../bytes.ts";
import type { Endpoint } from "../contract/operation.ts";
import type { Random } from "../contract/random.ts";
import type { Attempt, EventRecord } from "../contract/records.ts";
import type { Clock } from "./clock.ts";
import type { Rules } from "./dispatcher-contract.ts";
import type { How, Moving } from "./flight.ts";
import { type Missigning, tamper } from "./missigning.ts";

const none: readonly Attempt[] = [];

/** Makes deliveries of events: their bytes, once and for all, and their ids. */
export function createMaker(
	rules: Rules,
	clock: Clock,
	random: Random,
): (event: EventRecord, endpoint: Endpoint, how: How) => Moving {
	const bodies = createBodies();
	function keep(body: string | Uint8Array, signing?: Missigning): Uint8Array {
		const kept = bodies.keep(body);
		return signing?.kind === "tampered-body" ? tamper(kept) : kept;
	}
	return (event, endpoint, how) => {
		const { parent, signing } = how;
		// What is sent again is sent as it was: encoding anew could give other bytes.
		const { body, headers } = parent ?? rules.encode(event, endpoint, how.body);
		const now = clock.now();
		const delivery: Moving = {
			id: `dlv_${random.alphanumeric(20)}`,
			event,
			endpoint: endpoint.id,
			url: endpoint.url,
			body: parent?.body ?? keep(body, signing),
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
