import { dirname, resolve } from "node:path";
import { isPem } from "../delivery/certificates.ts";
import { checkConfig } from "./check-config.ts";
import type { Place } from "./config-file.ts";
import { findConfig } from "./find-file.ts";
import type { Path } from "./flaw.ts";
import type { ConfigProblem } from "./problem.ts";
import { problemsIn } from "./problems-in.ts";
import { readConfigFile } from "./read-file.ts";
import { type Config, settingEntries } from "./settings.ts";

/** A configuration file, read and checked. */
export interface LoadedConfig {
	/** As it is to be shown. */
	readonly file: string;
	/** Empty where there are problems. */
	readonly config: Config;
	readonly problems: readonly ConfigProblem[];
	locate(path: Path): Place | undefined;
}

/**
 * The configuration in a folder, or the one that is asked for.
 *
 * @throws LocalhookError `invalid-config` where none can be chosen
 */
export async function loadConfig(
	folder: string,
	wanted: string | undefined,
): Promise<LoadedConfig | undefined> {
	const file = await findConfig(folder, wanted);
	if (file === undefined) return undefined;
	const read = await readConfigFile(folder, file);
	const problems = await problemsIn(file, read, checkConfig);
	return {
		file,
		config:
			problems.length > 0
				? {}
				: withFiles(read.value as Config, dirname(resolve(folder, file))),
		problems,
		locate: (path) => read.locate(path, true),
	};
}

/** What names a file means it from where the configuration is, wherever localhook is started. */
function withFiles(config: Config, folder: string): Config {
	const files = settingEntries.flatMap(([name, { kind }]) => {
		const path = config[name];
		return "isFile" in kind && typeof path === "string" && !isPem(path)
			? [[name, resolve(folder, path)]]
			: [];
	});
	return { ...config, ...Object.fromEntries(files) };
}
