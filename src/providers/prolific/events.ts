import type { EventSpec } from "../../provider.ts";

/**
 * The types of the receiving guide. Other names in Prolific's examples (`participant.completed` and the like)
 * are in no list of event types, so they are not offered.
 *
 * https://docs.prolific.com/api-reference/webhooks/receiving
 */
export const events = {
	"submission.status.change": {
		summary: "A submission moved to another status.",
	},
	"study.status.change": { summary: "A study moved to another status." },
	"study.progress.change": { summary: "The progress of a study changed." },
	"study.has_high_return_rate": {
		summary: "Unusually many participants return a study.",
	},
} as const satisfies Readonly<Record<string, EventSpec>>;

export type EventType = keyof typeof events;

export const eventTypes = Object.keys(events) as EventType[];
