import type { Endpoint } from "../contract/operation.ts";
import type { Random } from "../contract/random.ts";
import type { Attempt, EventRecord } from "../contract/records.ts";
import { createBodies } from "./bodies.ts";
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
