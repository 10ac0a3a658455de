import { dirname, resolve } from "node:path";
import { isPem } from "../delivery/trust.ts";
import type { Path, PlacedProblem } from "../problem.ts";
import { whyNoFile } from "../user-file.ts";
import { findConfig, isCode } from "./find-file.ts";
import {
	broken,
	type ConfigFile,
	type ConfigProblem,
	type Place,
	problemsIn,
} from "./problem.ts";
import { providerProblems } from "./provider-problems.ts";
import { configSchema } from "./schema.ts";
import { schemaProblems } from "./schema-problems.ts";
import {
	type Config,
	type Setting,
	type SettingName,
	settingEntries,
	settings,
} from "./settings.ts";

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

const schema = configSchema();

/** Everything that is wrong with what a file says; none: it is a `Config`. */
export async function checkConfig(value: unknown): Promise<PlacedProblem[]> {
	const problems = await schemaProblems(value, schema, isSecret);
	const misshapen = new Set(problems.map(({ path: [name] }) => name));
	// A file that is no table at all.
	if (misshapen.has(undefined)) return problems;
	const sound: Config = Object.fromEntries(
		Object.entries(value as object).filter(
			([name, given]) => !misshapen.has(name) && given !== undefined,
		),
	);
	for (const [name, { kind }] of settingEntries) {
		const given = sound[name];
		if (given === undefined) continue;
		for (const problem of kind.check(given))
			problems.push({ ...problem, path: [name, ...problem.path] });
	}
	return [...problems, ...providerProblems(sound)];
}

function isSecret(name: string | undefined): boolean {
	if (name === undefined || !Object.hasOwn(settings, name)) return false;
	const setting: Setting = settings[name as SettingName];
	return setting.secret === true;
}

/** Reads a configuration: one in JavaScript or TypeScript is run, one in YAML or JSON is only read. */
export async function readConfigFile(
	folder: string,
	file: string,
): Promise<ConfigFile> {
	const path = resolve(folder, file);
	const reason = whyNoFile(path);
	if (reason !== undefined)
		return broken(`it cannot be read: ${reason}. Put a file there.`);
	if (isCode(file)) {
		const { readModule } = await import("./read-module.ts");
		return readModule(path);
	}
	const { readData } = await import("./read-data.ts");
	return readData(path).catch((error: Error) =>
		broken(
			`it cannot be read: ${error.message}. Give a short file that may be read.`,
		),
	);
}
