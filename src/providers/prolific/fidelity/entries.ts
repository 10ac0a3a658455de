import type { FidelityEntry, NotPlayed } from "../../../contract/fidelity.ts";

type Entry = (claim: string, source: string, option?: string) => FidelityEntry;

export const documented: Entry = (...fact) => entry("documented", ...fact);
export const observed: Entry = (...fact) => entry("observed", ...fact);
export const assumed: Entry = (...fact) => entry("assumed", ...fact);

function entry(
	mark: FidelityEntry["mark"],
	...[claim, source, option]: Parameters<Entry>
): FidelityEntry {
	return option === undefined
		? { claim, mark, source }
		: { claim, mark, source, option };
}

/** Where Prolific says what, or leaves it open. */
export const guides = "https://docs.prolific.com/api-reference/webhooks";
export const olderGuides =
	"https://beta-docs.prolific.com/api-reference/webhooks";
export const createSecret = `${olderGuides}/create-secret`;
export const openapi = "https://docs.prolific.com/openapi.yaml";
export const fundamentals =
	"https://docs.prolific.com/documentation/get-started/api-fundamentals";
export const cli = "https://github.com/prolific-oss/cli/blob/4596a2f";
export const mcp =
	"https://github.com/prolific-oss/prolific-mcp/blob/a94d214/src/prolific_mcp/tools/webhooks.py";
export const mcpTests =
	"https://github.com/prolific-oss/prolific-mcp/blob/053018f/tests/tools/test_webhooks.py";

/** What of Prolific has to do with webhooks and is not here. */
export const notPlayed: readonly NotPlayed[] = [
	{
		what: "`/api/v1/studies/`: create, read, update, publish, pause and stop a study",
		why: "These calls cause the `study.*` events. Send those with `localhook send` or `hooks.prolific.send`.",
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
