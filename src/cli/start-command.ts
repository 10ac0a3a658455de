import { once } from "node:events";
import type { Command } from "commander";
import type { Setup } from "../config/settings.ts";
import { commandLine } from "../generated/command-line.ts";
import { exposureOf } from "../server/listen.ts";
import { exitCodeOfSignal, exitCodes } from "./exit-codes.ts";
import { type CommandContext, type Io, stopSignal } from "./io.ts";
import { describe } from "./options.ts";
import { createReport } from "./report.ts";
import { serve } from "./serve.ts";
import { addSettings, settingsOf } from "./setting-options.ts";

export function startCommand(command: Command, context: CommandContext): void {
	addSettings(command);
	describe(command, commandLine.commands.start).action(
		async (providers: string[]) => {
			const { setup } = await settingsOf(command, providers, context.io);
			context.finish(await start(setup, context.io));
		},
	);
}

/** Milliseconds from the first signal to the end of the process, at the most. */
const stopTime = 2000;

/** Serves the wanted providers until a signal or a client ends it; gives the exit code. */
async function start(setup: Setup, io: Io): Promise<number> {
	const { receiver, host, json, quiet } = setup;
	const asked = new AbortController();
	const serving = await serve(setup, io, asked);
	const { engine, url } = serving;
	const report = createReport(engine, { json, quiet }, io);
	// From now on, so that it can be stopped as soon as the banner or the file is there.
	const stopping = stopSignal(io.host);
	const ended = AbortSignal.any([stopping, asked.signal]);
	let signal: NodeJS.Signals | undefined;
	try {
		// Only where something needs them: each provider has to make its secrets first.
		if (setup.writeEnvFile !== undefined || io.isInActions)
			await serving.tell();
		// A token of the user's own is known to him, and need not stand in his logs.
		const token = setup.token === undefined ? serving.token : undefined;
		report.ready(url, receiver, token);
		if (host !== undefined && exposureOf(host).beyondLoopback) {
			const open = [...engine.sessions.values()]
				.filter(({ settings }) => settings.credentials.length === 0)
				.map(({ provider }) => provider.id);
			report.warn(exposureWarning(host, open));
		}
		if (!ended.aborted) await once(ended, "abort");
		signal = stopping.reason as NodeJS.Signals | undefined;
	} finally {
		// Something of the user's handlers may keep the process up; not for longer than this.
		engine.clock.after(stopTime, () =>
			io.host.exit(signal && exitCodeOfSignal(signal)),
		);
		await serving.close();
	}
	report.stopped(signal);
	return signal === undefined ? exitCodes.done : exitCodeOfSignal(signal);
}

/** What others on the network can do, said once when the server listens beyond loopback. */
function exposureWarning(
	host: string,
	openProviders: readonly string[],
): string {
	const open =
		openProviders.length === 0
			? "The providers' APIs take the credentials that were given."
			: `The APIs of ${openProviders.join(", ")} take any well-formed credential, and whoever has one can have ` +
				"deliveries sent to this machine: pin one with --credential.";
	return (
		`With --host ${host}, other machines reach localhook too, unencrypted. The control API and the front page want the token. ` +
		`${open} The built-in receiver takes deliveries from everybody.`
	);
}
