import { type ErrorCode, LocalhookError } from "../errors.ts";
import {
	type Environment,
	readEnvironment,
	wantedConfig,
} from "./environment.ts";
import { configOf, type Entry, entriesOf, layered } from "./layers.ts";
import { loadConfig } from "./load-config.ts";
import { invalidConfig } from "./problem.ts";
import { providerProblems } from "./provider-problems.ts";
import { everyOther } from "./receivers.ts";
import {
	type Config,
	flagEntries,
	longFlag,
	type SettingName,
	type Setup,
	settingEntries,
	settings,
	variableOf,
} from "./settings.ts";

/** The texts of each flag that was given; of a switch, `true` or `false`. */
export type Flags = { readonly [Name in SettingName]?: readonly string[] };

export interface Sources {
	readonly flags: Flags;
	readonly environment: Environment;
	/** Where a configuration is looked for. */
	readonly folder: string;
	/** The configuration to read instead. */
	readonly file?: string | undefined;
	/** A command's own, in place of the usual ones. */
	readonly defaults?: Config;
}

/** What is in force, and who said so. */
export interface Resolved {
	readonly setup: Setup;
	/** In the order of the settings. */
	readonly entries: readonly Entry[];
}

/**
 * Lays flags over the environment over the configuration file over the defaults.
 *
 * @throws LocalhookError for a flag that cannot be read; `invalid-config` with every problem of the other two
 * @example
 * const { setup } = await resolveSetup({ flags: {}, environment: process.env, folder: process.cwd() })
 */
export async function resolveSetup(sources: Sources): Promise<Resolved> {
	const flags = readFlags(sources.flags);
	const environment = readEnvironment(sources.environment);
	const loaded = await loadConfig(
		sources.folder,
		wantedConfig(sources.file, sources.environment),
	);
	const problems = [...environment.problems, ...(loaded?.problems ?? [])];
	if (problems.length > 0) throw invalidConfig(problems);

	const fromFlags = entriesOf(flags, (_, name) => {
		const flag = longFlag(settings[name]);
		return { from: "flag", ...(flag && { flag: `--${flag}` }) };
	});
	const fromEnvironment = entriesOf(environment.config, (_, name) => ({
		from: "env",
		variable: variableOf(name),
	}));
	const fromFile = entriesOf(loaded?.config ?? {}, (path) => {
		const line = loaded?.locate(path)?.line;
		const file = loaded?.file ?? "";
		return { from: "config", file, ...(line !== undefined && { line }) };
	});
	const given = layered(fromFile, fromEnvironment, fromFlags);
	const entries = inOrder(withoutIdle(given), sources.defaults);
	return { setup: configOf(entries) as Setup, entries };
}

function readFlags(flags: Flags): Config {
	const config: Config = Object.fromEntries(
		flagEntries.flatMap(([name, { kind }]) => {
			const texts = flags[name];
			if (texts === undefined) return [];
			try {
				return [[name, kind.read(texts)]];
			} catch (error) {
				if (!(error instanceof LocalhookError)) throw error;
				throw wrongFlag(name, error.message, error.code);
			}
		}),
	);
	const [problem] = providerProblems(config);
	if (problem !== undefined)
		throw wrongFlag(problem.path[0] as SettingName, problem.message);
	return config;
}

/** As a variable's problem has its name in front. */
function wrongFlag(
	name: SettingName,
	message: string,
	code: ErrorCode = "invalid-option",
): LocalhookError {
	const flag = longFlag(settings[name]);
	return new LocalhookError(
		code,
		flag === undefined ? message : `--${flag}: ${message}`,
	);
}

/**
 * A file and an environment speak of a whole project, so what they say of providers that are not started lies idle.
 * A flag that does is a slip, and stays to be refused.
 */
function withoutIdle(entries: readonly Entry[]): Entry[] {
	const { providers = [] } = configOf(entries);
	const isIdle = (provider: string) =>
		providers.length > 0 && !providers.includes(provider);
	return entries.flatMap((entry) => {
		const { path, value, origin } = entry;
		const [name, provider = ""] = path;
		if (origin.from === "flag") return entry;
		if (name === "options" || name === "credentials")
			return isIdle(provider) ? [] : entry;
		if (name !== "receiver" || typeof value === "string") return entry;
		const kept = Object.entries(value as object).filter(
			([id]) => id === everyOther || !isIdle(id),
		);
		return { ...entry, value: Object.fromEntries(kept) };
	});
}

/** As the settings are listed, with the defaults of those that nobody set. */
function inOrder(entries: readonly Entry[], defaults: Config = {}): Entry[] {
	return settingEntries.flatMap(([name, setting]): Entry[] => {
		const own = entries.filter(({ path }) => path[0] === name);
		if (own.length > 0) return own;
		const value = defaults[name] ?? setting.default;
		return [{ path: [name], value, origin: { from: "default" } }];
	});
}
