import type { Command } from "commander";
import { addServerOptions, connect, type ServerOptions } from "../connect.ts";
import type { CommandContext } from "../io.ts";
import { table } from "../table.ts";

/** What the control API says of a provider, as far as it is shown here. */
export interface Provider {
	readonly id: string;
	readonly events: readonly {
		readonly type: string;
		readonly summary: string;
	}[];
}

export function events(command: Command, context: CommandContext): void {
	addServerOptions(command)
		.argument("[provider]", "one provider; default: all")
		.addHelpText("after", examples)
		.action(async (provider: string | undefined, options: ServerOptions) => {
			const { client, print } = connect(context, options);
			const { providers } = await client.get<{ providers: Provider[] }>(
				"/providers",
			);
			const ids = providers.map(({ id }) => id);
			if (provider !== undefined && !ids.includes(provider)) {
				const { unknownProvider } = await import("../../engine/refusals.ts");
				throw unknownProvider(provider, ids);
			}
			const found = providers
				.filter(({ id }) => provider === undefined || id === provider)
				.flatMap(({ id, events }) =>
					events.map((event) => ({ provider: id, ...event })),
				);
			const lines = table(
				found.map(({ provider, type, summary }) => [provider, type, summary]),
			);
			for (const [index, each] of found.entries()) {
				const { type, ...rest } = each;
				print({ kind: "event", event: { type }, ...rest }, lines[index] ?? "");
			}
		});
}

const examples = `
Examples:
  $ localhook events                 every event type of every provider
  $ localhook events prolific
`;
