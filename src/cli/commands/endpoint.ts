import type { Command } from "commander";
import { LocalhookError, quoted } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import { addServerOptions, connect, type ServerOptions } from "../connect.ts";
import type { CommandContext } from "../io.ts";
import { noted, table } from "../table.ts";

interface Endpoint {
	readonly provider: string;
	readonly id: string;
	readonly url: string;
	readonly events?: readonly string[];
	readonly enabled: boolean;
	readonly reason?: string;
	readonly outage: string;
	readonly pending: number;
}

/** The words for an outage, and what each one means. */
const switches = [
	["pause", "paused", "let its deliveries queue until it is resumed"],
	["down", "down", "refuse every attempt, so that the schedule retries"],
	["resume", "none", "end its outage"],
] as const;

export function endpoint(command: Command, context: CommandContext): void {
	command.addHelpText("after", examples);

	addServerOptions(command.command("list", { isDefault: true }))
		.description("show the endpoints and their outages")
		.argument("[provider]", "which one's; default: all")
		.action(async (provider: string | undefined, options: ServerOptions) => {
			const near = didYouMean(provider, ["pause", "down", "resume"]);
			if (near !== "")
				throw new LocalhookError(
					"unknown-provider",
					`Unknown command ${quoted(provider)}: there is no such command or provider.${near}`,
				);
			const { client, print, say } = connect(context, options);
			const { endpoints } = await client.get<{ endpoints: Endpoint[] }>(
				"/endpoints",
				{ query: { provider } },
			);
			const lines = linesOf(endpoints);
			for (const [index, each] of endpoints.entries())
				print({ kind: "endpoint", ...each }, lines[index] ?? "");
			if (endpoints.length === 0)
				say(
					"None is registered. Register one through the provider's API, or start with --receiver.",
				);
		});

	for (const [word, outage, summary] of switches) {
		addServerOptions(command.command(word))
			.description(summary)
			.argument("<provider>", "whose")
			.argument("<id>", "which one")
			.action(async (provider: string, id: string, options: ServerOptions) => {
				const { client, print } = connect(context, options);
				const path = [provider, id].map(encodeURIComponent).join("/");
				const changed = await client.put<Endpoint>(
					`/endpoints/${path}/outage`,
					{ body: { outage } },
				);
				print({ kind: "endpoint", ...changed }, linesOf([changed]).flat());
			});
	}
}

/** Of each endpoint: what it is and how it stands, and which events it gets if not all. */
function linesOf(endpoints: readonly Endpoint[]): string[][] {
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

const examples = `
Examples:
  $ localhook endpoint list
  $ localhook endpoint down prolific 3c51f3416419b5dba9cdada7     every attempt is refused
  $ localhook endpoint pause prolific 3c51f3416419b5dba9cdada7    deliveries queue
  $ localhook endpoint resume prolific 3c51f3416419b5dba9cdada7
`;
