import type { Reply } from "../../../contract/operation.ts";
import { events } from "../events.ts";

export function getEventTypes(): Reply {
	const results = Object.entries(events).map(([event_type, { summary }]) => ({
		event_type,
		description: summary,
	}));
	return { status: 200, body: { results } };
}
