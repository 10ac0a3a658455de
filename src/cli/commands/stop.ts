import { type Command, Option } from "commander";
import { parseDuration } from "../../duration.ts";
import { addServerOptions, connect, type ServerOptions } from "../connect.ts";
import type { CommandContext } from "../io.ts";
import { until } from "../until-ready.ts";

interface StopOptions extends ServerOptions {
	readonly timeout: number;
}

export function stop(command: Command, context: CommandContext): void {
	addServerOptions(command)
		.addOption(
			new Option(
				"--timeout <duration>",
				"give up waiting after this long, with exit code 5",
			)
				.argParser(parseDuration)
				.default(10_000, "10s"),
		)
		.addHelpText("after", examples)
		.action(async ({ timeout, ...options }: StopOptions) => {
			const { client, print } = connect(context, options);
			await client.post("/stop");
			await until("gone", client, timeout);
			const { url } = client;
			print({ kind: "stopped", url }, `stopped ${url}`);
		});
}

const examples = `
Stops the server and waits until its port is free. The server ends with exit code 0. A localhook exec sends SIGTERM to
its command first. Use this instead of kill: npx and npm do not pass that on to what they started.

Examples:
  $ localhook stop                                  the server on port 4600 of this machine
  $ localhook stop --url http://127.0.0.1:4601
  $ localhook stop || [ $? -eq 4 ]                  fine if none is running

Exit codes:
  0 it has stopped   4 no localhook answers there   5 it still answers after --timeout
`;
