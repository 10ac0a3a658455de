import { type Command, Option } from "commander";
import { type Config, type Setup, variableOf } from "../config/settings.ts";
import { parseDuration } from "../duration.ts";
import type { Variable } from "../engine/variables.ts";
import { LocalhookError } from "../errors.ts";
import type { CommandContext, Io } from "./io.ts";
import { createReport } from "./report.ts";
import { runChild } from "./run-child.ts";
import { serve, wantedEnvFile } from "./serve.ts";
import { addSettings, settingsOf } from "./setting-options.ts";

/** Where it differs from start: it takes no fixed port, and the terminal is the command's. */
const defaults = { port: 0, quiet: true } satisfies Config;

/** `localhook exec`: providers for as long as a command runs, which is what follows the first `--`. */
export function execCommand(command: Command, context: CommandContext): void {
	const { words, io, finish } = context;
	command.usage("[options] [provider...] -- <command> [args...]");
	addSettings(command, ["json", "quiet"], defaults)
		.option(
			"--no-quiet",
			`print a line to stderr for each call and attempt, as start does (env: ${variableOf("quiet")}=0)`,
		)
		.addOption(
			new Option(
				"--grace <duration>",
				"how long processes may take to end once they were asked to",
			)
				.argParser(parseDuration)
				.default(5000, "5s"),
		)
		.addHelpText("after", help)
		.action(async (operands: string[], { grace }: { grace: number }) => {
			const dashes = words.indexOf("--");
			const wanted = dashes === -1 ? [] : words.slice(dashes + 1);
			if (wanted.length === 0) throw noCommand(operands);
			const providers = operands.slice(0, operands.length - wanted.length);
			const { setup } = await settingsOf(command, providers, io, defaults);
			finish(await exec(setup, wanted, grace, io));
		});
}

function noCommand(operands: readonly string[]): LocalhookError {
	const meant = operands.length === 0 ? "npm test" : operands.join(" ");
	return new LocalhookError(
		"invalid-request",
		`Failed to run a command: there is none. Put it after two dashes: localhook exec -- ${meant}`,
	);
}

const help = `
The command gets:
  LOCALHOOK_URL                what localhook's own client commands talk to
  LOCALHOOK_RECEIVER_URL       the built-in receiver; add /<provider>
  <PROVIDER>_API_URL           in place of the provider's own base URL
  <PROVIDER>_API_KEY           a credential that its API accepts; PROLIFIC_API_TOKEN,
                               SPRITZ_INTEGRATOR_KEY and SPRITZ_API_SECRET where it has other words
  <PROVIDER>_WEBHOOK_SECRET    what deliveries are signed with; unset until there is one, and
                               with --receiver there is one from the start
  NO_PROXY, no_proxy           what they held, and this machine: no proxy can reach localhook
No other LOCALHOOK_* variable is handed on.

Examples:
  $ localhook exec -- npx vitest run
  $ localhook exec prolific --receiver http://127.0.0.1:8000/hooks -- pytest -q
  $ localhook exec --receiver built-in -- sh -c 'curl -s "$LOCALHOOK_URL/_localhook/health"'
  $ localhook exec --write-env-file .env.localhook -- docker compose up

--env-file is --write-env-file too, but Node itself, npx included, insists that such a file is there already: touch it
first.

Signals reach the command and what it started. When it ends, so do they: SIGTERM, then SIGKILL after
--grace. Ctrl-C waits for the command; a second one ends it at once.

Exit codes:
  the command's own; 128 + n if signal n ended it; 126 if it cannot be run; 127 if there is none of
  that name; else those of start
`;

/**
 * Serves the wanted providers for as long as a command runs; gives the command's exit code.
 *
 * @param grace milliseconds between asking what the command left behind to end and making it end
 */
async function exec(
	setup: Setup,
	command: readonly string[],
	grace: number,
	io: Io,
): Promise<number> {
	const envFile = await wantedEnvFile(setup);
	const asked = new AbortController();
	const serving = await serve(setup, () => asked.abort());
	try {
		// What it prints goes to stderr; stdout is the command's.
		createReport(serving.engine, { json: false, quiet: setup.quiet }, io);
		const { variables, secrets } = serving.told();
		for (const secret of secrets) io.mask(secret);
		await envFile?.write(variables);
		return await runChild(
			command,
			environmentOf(process.env, variables, serving.url),
			grace,
			asked.signal,
		);
	} finally {
		envFile?.remove();
		await serving.close();
	}
}

/**
 * What the command gets. Settings of this run end here: a localhook that the command starts would take them for its own.
 * Its calls of this one go through no proxy, which could not reach it.
 *
 * @param url where this one is
 */
export function environmentOf(
	inherited: NodeJS.ProcessEnv,
	variables: readonly Variable[],
	url: string,
): NodeJS.ProcessEnv {
	const kept = Object.entries(inherited).filter(
		([name]) => !name.startsWith("LOCALHOOK_"),
	);
	const added = variables.map(({ name, value }) => [name, value] as const);
	// Some programs read the one, some the other, and most read only one where both are there.
	const { NO_PROXY, no_proxy } = inherited;
	return {
		...Object.fromEntries([...kept, ...added]),
		NO_PROXY: withoutProxy(NO_PROXY || no_proxy, url),
		no_proxy: withoutProxy(no_proxy || NO_PROXY, url),
	};
}

/** A list of hosts, with those in it that mean this machine. */
function withoutProxy(hosts = "", url: string): string {
	const { hostname } = new URL(url);
	const own = ["127.0.0.1", "localhost", "::1", hostname];
	const known = hosts.split(/[\s,]+/);
	// It means every host, and only while it is alone.
	if (known.includes("*")) return hosts;
	const missing = new Set(own.filter((host) => !known.includes(host)));
	return [hosts, ...missing].filter(Boolean).join(",");
}
