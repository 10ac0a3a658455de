import type { Config } from "../config/settings.ts";
import { type Clock, createSystemClock } from "../delivery/clock.ts";
import type { Variable } from "../engine/secrets.ts";
import { invalidRequest } from "../errors.ts";
import type { OptionsOf } from "../generated/command-line.ts";
import type { FillCommand } from "./io.ts";
import { describe } from "./options.ts";
import { createGroup, type ProcessGroup } from "./process-group.ts";
import { createReport } from "./report.ts";
import { serve } from "./serve.ts";
import { addSettings, settingsOf } from "./setting-options.ts";

const defaults = { port: 0, quiet: true } satisfies Config;

export const execCommand: FillCommand = (command, context, document) => {
	const { words, io, finish } = context;
	addSettings(command, ["json", "quiet"], defaults);
	describe(command, document).action(
		async (operands: string[], { grace, quiet }: OptionsOf<"exec">) => {
			const dashes = words.indexOf("--");
			const wanted = dashes === -1 ? [] : words.slice(dashes + 1);
			if (wanted.length === 0)
				throw invalidRequest(
					`Failed to run a command: there is none. Put it after two dashes: localhook exec -- ${operands.join(" ") || "npm test"}`,
				);
			const providers = operands.slice(0, operands.length - wanted.length);
			const { setup } = await settingsOf(command, providers, io, defaults);
			const asked = new AbortController();
			const serving = await serve(setup, io, asked);
			try {
				// What it prints goes to stderr; stdout is the command's.
				const isQuiet = quiet && setup.quiet;
				createReport(serving.engine, { json: false, quiet: isQuiet }, io);
				const variables = await serving.tell();
				const env = environmentOf(process.env, variables, serving.url);
				const clock = createSystemClock();
				const group = createGroup(clock);
				// Before the command is there, for it may be told to end as soon as it is.
				const letGo = passSignals(group, clock, grace, asked.signal);
				try {
					finish(await group.start(wanted, { stdio: "inherit", env }).ended);
				} finally {
					// Nothing is left of the group once the command has ended.
					await group.end(grace);
					letGo();
				}
			} finally {
				await serving.close();
			}
		},
	);
};

/**
 * Settings of this run end here: a localhook that the command starts would take them for its own. Its calls of this one
 * go through no proxy, which could not reach it.
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

function withoutProxy(hosts = "", url: string): string {
	const { hostname } = new URL(url);
	const own = ["127.0.0.1", "localhost", "::1", hostname];
	const known = hosts.split(/[\s,]+/);
	// It means every host, and only while it is alone.
	if (known.includes("*")) return hosts;
	const missing = new Set(own.filter((host) => !known.includes(host)));
	return [hosts, ...missing].filter(Boolean).join(",");
}

const endings = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** Milliseconds within which one Ctrl-C may come twice: from the terminal, and passed on by npm. */
const samePress = 200;

/**
 * The first signal is the command's to answer: Ctrl-C for as long as it likes, the others, which come from
 * programs, within the grace period. A second one ends it at once.
 *
 * @param grace milliseconds between asking a process to end and making it end
 * @param stop once aborted, the command gets SIGTERM
 */
function passSignals(
	group: ProcessGroup,
	clock: Clock,
	grace: number,
	stop: AbortSignal,
): () => void {
	let first: { signal: NodeJS.Signals; at: number } | undefined;
	const { kill } = group;
	const resize = () => void group.signal("SIGWINCH");
	const pass = (signal: NodeJS.Signals) => {
		const at = clock.stopwatch();
		if (first === undefined) {
			first = { signal, at };
			group.signal(signal);
			if (signal !== "SIGINT") clock.after(grace, kill);
		} else if (signal !== first.signal || at - first.at > samePress) kill();
	};
	for (const signal of endings) process.on(signal, pass);
	const end = () => pass("SIGTERM");
	stop.addEventListener("abort", end);
	process.on("SIGWINCH", resize);
	return () => {
		for (const signal of endings) process.off(signal, pass);
		stop.removeEventListener("abort", end);
		process.off("SIGWINCH", resize);
	};
}
