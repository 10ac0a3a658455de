import type { Setup } from "../config/settings.ts";
import { exposureOf } from "../server/exposure.ts";
import { exitCodeOfSignal, exitCodes } from "./exit-codes.ts";
import { exposureWarning } from "./exposure-warning.ts";
import type { Host, Io } from "./io.ts";
import { mask } from "./mask.ts";
import { createReport } from "./report.ts";
import { serve } from "./serve.ts";
import { receiverSecrets, secretsIn, variablesOf } from "./variables.ts";
import { wantedEnvFile } from "./wanted-env-file.ts";

/** The last one is what a terminal sends that is closed. */
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Milliseconds from the first signal to the end of the process, at the most. */
const stopTime = 2000;

/** Serves the wanted providers until a signal or a client ends it; gives the exit code. */
export async function start(setup: Setup, io: Io): Promise<number> {
	const { target, host, json, quiet } = setup;
	const envFile = await wantedEnvFile(setup);
	const asked = new AbortController();
	const serving = await serve(setup, () => asked.abort());
	const { engine, url } = serving;
	const report = createReport(engine, { json, quiet }, io);
	// From now on, so that whoever has read the banner or the file may stop it at once.
	const stopped = stopSignal(io.host, asked.signal);
	let signal: NodeJS.Signals | undefined;
	try {
		const variables = await variablesOf(engine, serving);
		mask([...secretsIn(variables), ...receiverSecrets(setup)], io);
		await envFile?.write(variables);
		// A token of the user's own is known to him, and need not stand in his logs.
		const token = setup.token === undefined ? serving.token : undefined;
		report.ready(url, target, token);
		if (host !== undefined && exposureOf(host).beyondLoopback) {
			const open = [...engine.sessions.values()]
				.filter(({ settings }) => settings.credentials.length === 0)
				.map(({ provider }) => provider.id);
			report.warn(exposureWarning(host, open));
		}
		signal = await stopped;
	} finally {
		// Something of the user's handlers may keep the process up; not for longer than this.
		engine.clock.after(stopTime, () =>
			io.host.exit(signal && exitCodeOfSignal(signal)),
		);
		envFile?.remove();
		await serving.close();
	}
	report.stopped(signal);
	return signal === undefined ? exitCodes.done : exitCodeOfSignal(signal);
}

/**
 * Resolves with the first signal that asks for the end, or with undefined when a client has asked for it. A second
 * signal ends it at once.
 */
function stopSignal(
	host: Host,
	asked: AbortSignal,
): Promise<NodeJS.Signals | undefined> {
	return new Promise((resolve) => {
		asked.addEventListener("abort", () => resolve(undefined));
		let stopping = false;
		const stop = (signal: NodeJS.Signals): void => {
			if (stopping) host.exit(exitCodeOfSignal(signal));
			stopping = true;
			resolve(signal);
		};
		for (const signal of endings) host.on(signal, stop);
	});
}
