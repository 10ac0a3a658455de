import { Argument, type Command } from "commander";
import { addServerOptions, connect, type ServerOptions } from "../connect.ts";
import type { CommandContext } from "../io.ts";
import { maskSecretsOf } from "../mask.ts";
import { writeOutput } from "../output.ts";
import { nothingOf, queryHelp, queryOf } from "../query-help.ts";

interface ExportOptions extends ServerOptions {
	readonly reveal?: boolean;
	readonly output: string;
}

export function exportCommand(command: Command, context: CommandContext): void {
	addServerOptions(command)
		.addArgument(
			new Argument("<format>", "as what").choices(["har", "curl", "ndjson"]),
		)
		.argument("[query...]", "which deliveries; default: all")
		.option("--reveal", "show secrets and credentials")
		.option("-o, --output <file>", "write a file, not stdout", "-")
		.addHelpText("after", `${examples}${queryHelp}`)
		.action(async (format: string, words: string[], options: ExportOptions) => {
			const { client, print, say } = connect(context, options);
			const { reveal, output } = options;
			const query = queryOf(words);
			const bytes = await client.download(`/export/${format}`, {
				query: {
					query,
					reveal: reveal ? "true" : undefined,
				},
				timeout: 300_000,
			});
			const start = bytes.subarray(0, 10_000).toString();
			if (!delivery.test(start)) say(nothingOf(query));
			if (reveal && output === "-")
				await maskSecretsOf(client, context.io, bytes.toString());
			await writeOutput(output, bytes, context.io);
			if (output === "-") return;
			if (options.json)
				print({ kind: "exported", format, output, bytes: bytes.length }, "");
			else say(`Wrote ${bytes.length} bytes to ${output}.`);
		});
}

/** By what a delivery is known in HAR, in curl commands and in NDJSON. */
const delivery = /"request":|^curl |^\{"kind":/m;

const examples = `
Examples:
  $ localhook export har --output run.har           for a browser's network panel
  $ localhook export curl state:failed              a shell script that sends them again
  $ localhook export ndjson provider:prolific --reveal
`;
