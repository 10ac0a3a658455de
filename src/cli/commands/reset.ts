import type { Command } from "commander";
import { addServerOptions, connect, type ServerOptions } from "../connect.ts";
import type { CommandContext } from "../io.ts";

export function reset(command: Command, context: CommandContext): void {
	addServerOptions(command)
		.argument("[provider]", "one provider; default: all")
		.addHelpText("after", examples)
		.action(async (provider: string | undefined, options: ServerOptions) => {
			const { client, print } = connect(context, options);
			const body = { provider };
			const done = await client.post<{ reset: string[] }>("/reset", { body });
			print({ kind: "reset", ...done }, `reset ${done.reset.join(", ")}`);
		});
}

const examples = `
Records and deliveries are forgotten. Waiting deliveries are cancelled. The receiver of --receiver stays registered.

Examples:
  $ localhook reset
  $ localhook reset prolific
`;
