import type { Command } from "commander";
import type { DueAttempt } from "../answers.ts";
import { addServerOptions, connect, type ServerOptions } from "../connect.ts";
import { dueLine } from "../delivery-lines.ts";
import { exitCodes } from "../exit-codes.ts";
import type { CommandContext } from "../io.ts";
import { integer } from "../options.ts";

interface Time {
	readonly now: string;
	readonly pending: number;
}

interface Shown extends Time {
	readonly mode: string;
	readonly speed: number;
	readonly due: DueAttempt | null;
}

interface Moved extends Time {
	readonly attempts: number;
	readonly ran?: DueAttempt | null;
	readonly stopped?: boolean;
}

/** Attempts may take the provider's whole timeout each, and a schedule has many. */
const patience = 3_600_000;

export function clock(command: Command, context: CommandContext): void {
	command.addHelpText("after", examples);

	addServerOptions(command.command("now", { isDefault: true }))
		.description("show what time it is, and which attempt comes next")
		.action(async (options: ServerOptions) => {
			const { client, print } = connect(context, options);
			const shown = await client.get<Shown>("/clock");
			const { now, mode, speed, due, pending } = shown;
			const what = speed === 1 ? mode : `${mode}, ${speed} times as fast`;
			const next = due === null ? "nothing is due" : `next  ${dueLine(due)}`;
			print({ kind: "clock", ...shown }, [
				`${now}  ${what}  ${pending} pending`,
				next,
			]);
		});

	addServerOptions(command.command("advance"))
		.description("turn a virtual clock on, and run what falls due")
		.argument("<duration>", "such as 30s, 10m, 3d or 1h30m")
		.action(async (by: string, options: ServerOptions) => {
			const { client, print } = connect(context, options);
			const body = { by };
			const asked = { body, timeout: patience };
			const moved = await client.post<Moved>("/clock/advance", asked);
			print({ kind: "clock", ...moved }, movedLine(moved));
		});

	addServerOptions(command.command("next"))
		.description("turn a virtual clock to the next attempt, and run it")
		.action(async (options: ServerOptions) => {
			const { client, print } = connect(context, options);
			const asked = { timeout: patience };
			const moved = await client.post<Moved>("/clock/next", asked);
			const ran = moved.ran ? `ran   ${dueLine(moved.ran)}` : "nothing is due";
			print({ kind: "clock", ...moved }, [movedLine(moved), ran]);
		});

	addServerOptions(command.command("drain"))
		.description("turn a virtual clock on until nothing is due")
		.option(
			"--attempts <n>",
			"stop after so many, with exit code 1; default: 100000",
			integer(1, 999_999_999),
		)
		.action(async (options: ServerOptions & { attempts?: number }) => {
			const { client, print, say } = connect(context, options);
			const body = { attempts: options.attempts };
			const asked = { body, timeout: patience };
			const moved = await client.post<Moved>("/clock/drain", asked);
			print({ kind: "clock", ...moved }, movedLine(moved));
			if (!moved.stopped) return;
			say("It stopped at its bound with attempts still due. Run it again.");
			context.finish(exitCodes.failed);
		});
}

function movedLine({ now, attempts, pending }: Moved): string {
	return `${now}  ${attempts} run  ${pending} pending`;
}

const examples = `
Examples:
  $ localhook clock now             what time it is, and which attempt comes next
  $ localhook clock advance 3d      plays three days of retries
  $ localhook clock next            runs the next attempt, and says which
  $ localhook clock drain           runs until nothing is due

The clock can be turned when localhook was started with --clock virtual.
`;
