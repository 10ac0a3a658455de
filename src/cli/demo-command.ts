import type { Command } from "commander";
import type { CommandContext } from "./command-context.ts";
import { addJsonOption } from "./options.ts";

/** `localhook demo`: everything else of it is loaded only when it is called, so that it slows no other command. */
export function demoCommand(
	command: Command,
	{ finish, io }: CommandContext,
): void {
	addJsonOption(command, "print NDJSON to stdout")
		.description(
			"Play a provider's demo against the built-in receiver: secret, delivery, outage, retries, rotation.",
		)
		.argument("[provider]", "whose story", "solvimon")
		.option(
			"--seed <text>",
			"other ids, secrets and jitter; auto draws a new seed",
		)
		.addHelpText("after", examples)
		.action(async (provider: string, options: object) => {
			const { demo, demoOf } = await import("./demo.ts");
			finish(await demo(demoOf(provider), options, io));
		});
}

const examples = `
Nothing is left behind: the server has a port of its own, the clock is turned by hand, and it takes a second.

Examples:
  $ localhook demo                    Solvimon: ordered retries, penalty box, two secrets for a day
  $ localhook demo prolific           a confirmed subscription, retries at random times
  $ localhook demo spritz --seed 7    other ids and jitter
  $ localhook demo openformat --json  for scripts: the last line is {"kind":"end","ok":true,...}

Exit codes:
  0 every step ended as expected   1 a step did not   2 wrong usage
`;
