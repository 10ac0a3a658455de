import { LocalhookError, quoted } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import type { Schemas } from "../client.ts";
import { commandGroup, serverCommand } from "../connect.ts";
import { noted, table } from "../table.ts";

const list = serverCommand({
	summary: "show the endpoints and their outages",
	describe: (command) =>
		command.argument("[provider]", "which one's; default: all"),
	async run({ client, list }, provider?: string) {
		const near = didYouMean(provider, ["pause", "down", "resume"]);
		if (near !== "")
			throw new LocalhookError(
				"unknown-provider",
				`Unknown command ${quoted(provider)}: there is no such command or provider.${near}`,
			);
		const query = { provider };
		const { endpoints } = await client.get("/endpoints", { query });
		list(
			endpoints.map((each) => ({ kind: "endpoint", ...each })),
			linesOf(endpoints),
			"None is registered. Register one through the provider's API, or start with --receiver.",
		);
	},
});

function outageCommand(outage: string, summary: string) {
	return serverCommand({
		summary,
		describe: (command) =>
			command.argument("<provider>", "whose").argument("<id>", "which one"),
		async run({ client, print }, provider: string, id: string) {
			const changed = await client.put("/endpoints/{provider}/{id}/outage", {
				params: { provider, id },
				body: { outage },
			});
			print({ kind: "endpoint", ...changed }, linesOf([changed]).flat());
		},
	});
}

/** Of each endpoint: what it is and how it stands, and which events it gets if not all. */
function linesOf(endpoints: readonly Schemas["Endpoint"][]): string[][] {
	const rows = endpoints.map((endpoint) => {
		const { provider, id, url, enabled, reason, outage, pending } = endpoint;
		const disabled = reason === undefined ? "disabled" : `disabled: ${reason}`;
		const states = [enabled ? "enabled" : disabled, outage];
		const how = states.filter((state) => state !== "none");
		return [provider, id, url, [...how, `${pending} pending`].join(", ")];
	});
	const lines = table(rows);
	return endpoints.map(({ events }, index) => noted(lines[index], events));
}

export const endpoint = commandGroup(
	{
		list,
		pause: outageCommand(
			"paused",
			"let its deliveries queue until it is resumed",
		),
		down: outageCommand(
			"down",
			"refuse every attempt, so that the schedule retries",
		),
		resume: outageCommand("none", "end its outage"),
	},
	`
Examples:
  $ localhook endpoint list
  $ localhook endpoint down prolific 3c51f3416419b5dba9cdada7     every attempt is refused
  $ localhook endpoint pause prolific 3c51f3416419b5dba9cdada7    deliveries queue
  $ localhook endpoint resume prolific 3c51f3416419b5dba9cdada7
`,
);
