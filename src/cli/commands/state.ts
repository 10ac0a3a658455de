import type { Command } from "commander";
import { printableJson, printableLine } from "../../printing.ts";
import type { CommandContext } from "../command-context.ts";
import {
	addConnectionOptions,
	type ConnectionOptions,
	connect,
} from "../connection.ts";
import { exitCodes } from "../exit-codes.ts";
import { readInput, readJson } from "../input.ts";
import { maskSecretsOf } from "../mask.ts";
import { writeOutput } from "../output.ts";
import { differenceLine, differences } from "../state-diff.ts";

/** A state of 10,000 deliveries takes its time to write and to read. */
const timeout = 120_000;

export function state(command: Command, context: CommandContext): void {
	command.addHelpText("after", examples);

	addConnectionOptions(command.command("save"))
		.description("write the whole state as JSON; it holds the secrets")
		.argument("[file]", "where to; default: stdout", "-")
		.action(async (file: string, options: ConnectionOptions) => {
			const { client, say } = connect(context, options);
			const saved = await client.get("/state", { timeout });
			// One value a line: made to be compared and committed.
			const text = options.json
				? printableJson({ type: "state", state: saved })
				: printableJson(saved, "\t");
			if (file === "-") await maskSecretsOf(client, context.io, text);
			await writeOutput(file, Buffer.from(`${text}\n`), context.io);
			if (file !== "-") say(`Wrote ${file}. It holds secrets.`);
		});

	addConnectionOptions(command.command("load"))
		.description("put a saved state in place of what there is")
		.argument("<file>", "what state save wrote; - for stdin")
		.action(async (file: string, options: ConnectionOptions) => {
			const { client, print } = connect(context, options);
			const body = await readJson(file, context.io);
			const loaded = await client.put<Loaded>("/state", { body, timeout });
			const { restored, deliveries } = loaded;
			print(
				{ type: "restored", ...loaded },
				printableLine(
					`restored ${restored.join(", ")}; deliveries: ${deliveries}`,
				),
			);
		});

	addConnectionOptions(command.command("diff"))
		.description("compare a saved state with the running one, or with another")
		.argument("<file>", "what state save wrote; - for stdin")
		.argument("[other]", "another one; default: the running server's")
		.action(
			async (
				file: string,
				other: string | undefined,
				options: ConnectionOptions,
			) => {
				const { client, print } = connect(context, options);
				const before = await readInput(file, context.io);
				const after =
					other === undefined
						? await client.download("/state", { timeout })
						: await readInput(other, context.io);
				const found = differences(
					{ name: file, text: before.toString() },
					{ name: other ?? client.url, text: after.toString() },
				);
				if (found.length === 0) return;
				if (other === undefined)
					await maskSecretsOf(client, context.io, JSON.stringify(found));
				for (const each of found)
					print({ type: "difference", ...each }, differenceLine(each));
				context.finish(exitCodes.failed);
			},
		);
}

interface Loaded {
	readonly restored: readonly string[];
	readonly deliveries: number;
}

const examples = `
Examples:
  $ localhook state save before.json
  $ localhook state diff before.json               what changed since; exit code 1 if anything did
  $ localhook state diff before.json after.json
  $ localhook state load before.json
`;
