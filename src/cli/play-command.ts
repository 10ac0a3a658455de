import type { Command } from "commander";
import { installedOf } from "../catalog.ts";
import { builtIn } from "../generated/built-in.ts";
import type { Line } from "../play/line.ts";
import { play } from "../play/play.ts";
import type { ReadScenario } from "../play/read-scenario.ts";
import type { Scenario } from "../play/scenario.ts";
import { exitCodes } from "./exit-codes.ts";
import { type CommandContext, coloursFor, type Io } from "./io.ts";
import { addJsonOption } from "./options.ts";
import { createTranscript } from "./transcript.ts";

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
		.action(async (file: string, options: PlayOptions) => {
			// Loaded here, because a demo reads no YAML.
			const { readScenario } = await import("../play/read-scenario.ts");
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

/** `localhook demo`: the story of a provider. */
export function demoCommand(
	command: Command,
	{ finish, io }: CommandContext,
): void {
	addJsonOption(command, "print NDJSON to stdout")
		.description(
			"Play a provider's demo against the built-in receiver: secret, delivery, outage, retries, rotation.",
		)
		.argument("[provider]", "the provider to play", "solvimon")
		.option("--seed <text>", "use another seed; auto draws a new one")
		.addHelpText("after", demoExamples)
		.action(async (provider: string, options: PlayOptions) => {
			finish(await demo(demoOf(provider), options, io));
		});
}

const demoExamples = `
It takes a second and leaves nothing behind: its server uses a free port and a virtual clock.

Examples:
  $ localhook demo                    Solvimon: ordered retries, penalty box, two secrets for a day
  $ localhook demo prolific           a confirmed subscription, retries at random times
  $ localhook demo spritz --seed 7    other ids and jitter
  $ localhook demo openformat --json  for scripts: the last line is {"kind":"end","ok":true,...}

Exit codes:
  0 every step ended as expected   1 a step did not   2 wrong usage
`;

export interface PlayOptions {
	readonly json?: boolean;
	readonly seed?: string;
	readonly receiver?: string;
}

/** Plays a scenario to stdout; gives the exit code. */
export async function demo(
	read: ReadScenario,
	{ json = false, seed, receiver }: PlayOptions,
	{ stdout, env }: Pick<Io, "stdout" | "env">,
): Promise<number> {
	const write = json
		? (line: Line) => `${JSON.stringify(line)}\n`
		: createTranscript(coloursFor(stdout, env));
	const ok = await play(read, {
		seed,
		receiver,
		tell: (line) => void stdout.write(write(line)),
	});
	return ok ? exitCodes.done : exitCodes.failed;
}

/** @throws LocalhookError `unknown-provider` */
export function demoOf(provider: string): ReadScenario {
	installedOf([provider]);
	const scenario = builtIn[provider]?.demo() as Scenario;
	return { scenario, placeOf: () => undefined };
}
