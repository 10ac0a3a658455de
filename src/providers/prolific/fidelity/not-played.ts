import type { NotPlayed } from "../../../contract/fidelity.ts";
import { cli, guides, openapi } from "./sources.ts";

/** What of Prolific has to do with webhooks and is not here. */
export const notPlayed: readonly NotPlayed[] = [
	{
		what: "`/api/v1/studies/`: create, read, update, publish, pause and stop a study",
		why: "These calls cause the `study.*` events. Send those with `localhook send` or `emit`.",
		source: openapi,
	},
	{
		what: "`GET /api/v1/studies/{id}/`, for receivers that fetch a study after `study.progress.change`",
		why: "The event carries no data. Add the route to your own handlers (`--handlers`).",
		source: openapi,
	},
	{
		what: "`/api/v1/submissions/`: list, read and `transition` submissions (approve, reject, return)",
		why: "These calls cause `submission.status.change`. Send it with `--set status=APPROVED`.",
		source: openapi,
	},
	{
		what: "Workspaces: `GET /api/v1/workspaces/`",
		why: "Any `workspace_id` is taken as one of the caller's.",
		source: `${cli}/client/client.go`,
	},
	{
		what: "Event types that only examples name: `participant_recruited`, `participant.completed`, `participant.submission.created`",
		why: "No list of event types has them, and their payloads are not published.",
		source: `${guides}/get-event-types`,
	},
	{
		what: "The notices before a failing URL is disabled, on the third day and before the fifth",
		why: "People send them. Only the disabling itself is played.",
		source: `${guides}/persistent-failures-and-disabling-logic`,
	},
	{
		what: "429 answers when Prolific is busy",
		why: "There is no fixed limit. Inject them as a fault.",
		source:
			"https://docs.prolific.com/documentation/core-concepts/managing-high-loads",
	},
];
