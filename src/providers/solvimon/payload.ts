import type { Endpoint } from "../../contract/operation.ts";
import type { EventRecord } from "../../contract/records.ts";
import type { Encoded } from "../../provider.ts";
import type { Options } from "./shape.ts";
import { toIso } from "./time.ts";

/** The fields around `data`: https://docs.solvimon.com/docs/webhooks-1 */
export function envelope(
	{ type, time }: Pick<EventRecord, "type" | "time">,
	{ environment }: Pick<Options, "environment">,
) {
	return { created_at: toIso(time), type, environment };
}

/** The bytes for one receiver; the state before the event is for those that asked for it. */
export function encode(
	{ payload }: EventRecord,
	{ includePrevious }: Endpoint,
): Encoded {
	const { previous_data = null, ...current } = payload;
	const body = includePrevious ? { ...current, previous_data } : current;
	return {
		body: JSON.stringify(body),
		headers: { "Content-Type": "application/json" },
	};
}
