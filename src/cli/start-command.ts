import type { Command } from "commander";
import { resolveSetup } from "../config/resolve.ts";
import type { CommandContext } from "./command-context.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import { addSettings, sourcesOf } from "./setting-options.ts";
import { start } from "./start.ts";
import { unknownVariables } from "./unknown-variables.ts";
import { warn } from "./warn.ts";

/** `localhook start`: runs until it is told to stop. */
export function startCommand(command: Command, context: CommandContext): void {
	addSettings(command)
		.addHelpText("after", examples)
		.action(async (providers: string[]) => {
			await refuseUnknown(providers);
			const sources = sourcesOf(command, providers, context.io);
			const { setup } = await resolveSetup(sources);
			const unknown = await unknownVariables(command, context);
			warn(unknown, setup.json, context.io);
			context.finish(await start(setup, context.io));
		});
}

const examples = `
Examples:
  $ localhook start                                    all providers on http://127.0.0.1:4600
  $ localhook start --target receiver                  deliveries go to the built-in receiver
  $ localhook start prolific --target http://127.0.0.1:3000/hooks
  $ localhook start --port 0 --json                    for scripts: one "ready" line tells the port
  $ localhook start --credential solvimon=readonly:WEBHOOK.VIEW
  $ localhook start --option prolific.json=compact --seed 7
  $ localhook start --rewrite https://hooks.example.com=http://127.0.0.1:3000
  $ localhook start --clock virtual --faults faults.yaml
  $ LOCALHOOK_PORT=0 LOCALHOOK_TARGET=receiver localhook
`;
