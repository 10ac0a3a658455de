import type { Setup } from "../config/settings.ts";
import type { Variable } from "../engine/variables.ts";
import type { Io } from "./io.ts";
import { mask } from "./mask.ts";
import { createReport } from "./report.ts";
import { runChild } from "./run-child.ts";
import { serve } from "./serve.ts";
import { receiverSecrets, secretsIn, variablesOf } from "./variables.ts";
import { wantedEnvFile } from "./wanted-env-file.ts";

/**
 * Serves the wanted providers for as long as a command runs; gives the command's exit code.
 *
 * @param grace milliseconds between asking what the command left behind to end and making it end
 */
export async function exec(
	setup: Setup,
	command: readonly string[],
	grace: number,
	io: Io,
): Promise<number> {
	const envFile = await wantedEnvFile(setup);
	const serving = await serve(setup);
	try {
		// What it prints goes to stderr; stdout is the command's.
		createReport(serving.engine, { json: false, quiet: setup.quiet }, io);
		const variables = await variablesOf(serving.engine, serving);
		mask([...secretsIn(variables), ...receiverSecrets(setup)], io);
		await envFile?.write(variables);
		return await runChild(command, environmentOf(variables), grace);
	} finally {
		envFile?.remove();
		await serving.close();
	}
}

/** Settings of this run end here: a localhook that the command starts would take them for its own. */
function environmentOf(variables: readonly Variable[]): NodeJS.ProcessEnv {
	const inherited = Object.entries(process.env).filter(
		([name]) => !name.startsWith("LOCALHOOK_"),
	);
	const added = variables.map(({ name, value }) => [name, value] as const);
	return Object.fromEntries([...inherited, ...added]);
}
