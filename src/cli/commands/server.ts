import { Option } from "commander";
import { parseDuration } from "../../duration.ts";
import { serverCommand, until } from "../connect.ts";
import { table } from "../table.ts";

/** `localhook events` */
export const events = serverCommand({
	describe: (command) =>
		command.argument("[provider]", "one provider; default: all"),
	help: `
Examples:
  $ localhook events                 every event type of every provider
  $ localhook events prolific
`,
	async run({ client, list }, provider?: string) {
		const { providers } = await client.get("/providers");
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
		list(
			found.map(({ type, ...rest }) => ({
				kind: "event",
				event: { type },
				...rest,
			})),
			lines,
		);
	},
});

/** `localhook reset` */
export const reset = serverCommand({
	describe: (command) =>
		command.argument("[provider]", "one provider; default: all"),
	help: `
Records and deliveries are forgotten. Waiting deliveries are cancelled. The receiver of --receiver stays registered.

Examples:
  $ localhook reset
  $ localhook reset prolific
`,
	async run({ client, print }, provider?: string) {
		const done = await client.post("/reset", { body: { provider } });
		print({ kind: "reset", ...done }, `reset ${done.reset.join(", ")}`);
	},
});

/** `localhook stop` */
export const stop = serverCommand({
	describe: (command) =>
		command.addOption(
			new Option(
				"--timeout <duration>",
				"give up waiting after this long, with exit code 5",
			)
				.argParser(parseDuration)
				.default(10_000, "10s"),
		),
	help: `
Stops the server and waits until its port is free. The server ends with exit code 0. A localhook exec sends SIGTERM to
its command first. Use this instead of kill: npx and npm do not pass that on to what they started.

Examples:
  $ localhook stop                                  the server on port 4600 of this machine
  $ localhook stop --url http://127.0.0.1:4601
  $ localhook stop || [ $? -eq 4 ]                  fine if none is running

Exit codes:
  0 it has stopped   4 no localhook answers there   5 it still answers after --timeout
`,
	async run({ client, print }, { timeout }: { timeout: number }) {
		await client.post("/stop");
		await until("gone", client, timeout);
		const { url } = client;
		print({ kind: "stopped", url }, `stopped ${url}`);
	},
});
