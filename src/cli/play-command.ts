import type { Command } from "commander";
import type { CommandContext } from "./command-context.ts";
import { addJsonOption } from "./options.ts";

interface PlayCommandOptions {
	readonly receiver?: string;
	readonly seed?: string;
	readonly json?: boolean;
}

/** `localhook play`: a scenario of the user's. */
export function playCommand(
	command: Command,
	{ io, finish }: CommandContext,
): void {
	addJsonOption(command, "print NDJSON to stdout")
		.argument("<scenario>", "a YAML or JSON file")
		.option("--receiver <url>", "deliver there, not to the scenario's receiver")
		.option("--seed <text>", "use another seed; auto draws one")
		.addHelpText("after", examples)
		.action(async (file: string, options: PlayCommandOptions) => {
			const { readScenario } = await import("../play/read-scenario.ts");
			const { demo } = await import("./demo.ts");
			finish(await demo(await readScenario(file), options, io));
		});
}

const examples = `
A scenario has a server, a clock and a seed of its own. scenario.schema.json in the package describes it.

Examples:
  $ localhook play pause.yaml
  $ localhook play pause.yaml --receiver http://127.0.0.1:3000/hooks
  $ localhook play pause.yaml --json       for scripts: the last line is {"kind":"end","ok":true,...}

A scenario:
  provider: prolific
  register: true
  steps:
    - send: study.status.change
      set: { status: PAUSED }
    - outage: down
    - send: study.status.change
      expect: unreachable
    - outage: none
    - retry: 1
      expect: verified

Exit codes:
  0 every step ended as expected   1 a step did not   2 wrong usage, or a mistake in the file
`;
