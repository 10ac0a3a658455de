import type { Command } from "commander";
import type { Config, Setup } from "../config/settings.ts";
import type { Variable } from "../engine/secrets.ts";
import { LocalhookError } from "../errors.ts";
import { commandLine } from "../generated/command-line.ts";
import type { CommandContext, Io } from "./io.ts";
import { describe } from "./options.ts";
import { createReport } from "./report.ts";
import { runChild } from "./run-child.ts";
import { serve } from "./serve.ts";
import { addSettings, settingsOf } from "./setting-options.ts";

/** Where it differs from start: it takes no fixed port, and the terminal is the command's. */
const defaults = { port: 0, quiet: true } satisfies Config;

/** Providers for as long as a command runs, which is what follows the first `--`. */
export function execCommand(command: Command, context: CommandContext): void {
	const { words, io, finish } = context;
	addSettings(command, ["json", "quiet"], defaults);
	describe(command, commandLine.commands.exec).action(
		async (operands: string[], { grace }: { grace: number }) => {
			const dashes = words.indexOf("--");
			const wanted = dashes === -1 ? [] : words.slice(dashes + 1);
			if (wanted.length === 0)
				throw new LocalhookError(
					"invalid-request",
					`Failed to run a command: there is none. Put it after two dashes: localhook exec -- ${operands.join(" ") || "npm test"}`,
				);
			const providers = operands.slice(0, operands.length - wanted.length);
			const { setup } = await settingsOf(command, providers, io, defaults);
			finish(await exec(setup, wanted, grace, io));
		},
	);
}

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
	const asked = new AbortController();
	const serving = await serve(setup, io, asked);
	try {
		// What it prints goes to stderr; stdout is the command's.
		createReport(serving.engine, { json: false, quiet: setup.quiet }, io);
		const variables = await serving.tell();
		return await runChild(
			command,
			environmentOf(process.env, variables, serving.url),
			grace,
			asked.signal,
		);
	} finally {
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
