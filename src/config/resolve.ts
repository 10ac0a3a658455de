import { LocalhookError } from "../errors.ts";
import { fingerprint } from "../fingerprint.ts";
import { newName } from "../nearest.ts";
import { type PlacedProblem, problemsOf } from "../problem.ts";
import { maskUrl } from "../web-address.ts";
import { loadConfig } from "./load-config.ts";
import { type ConfigProblem, invalidConfig } from "./problem.ts";
import { readTexts } from "./read-texts.ts";
import { everyOther } from "./receivers.ts";
import { settingProblems } from "./schema.ts";
import {
	type Config,
	depthOf,
	flagEntries,
	isMany,
	longFlag,
	type Setting,
	type SettingName,
	type Setup,
	settingEntries,
	settings,
	variableOf,
} from "./settings.ts";

/** The texts of each flag that was given; of a switch, `true` or `false`. */
export type Flags = { readonly [Name in SettingName]?: readonly string[] };

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Sources {
	readonly flags: Flags;
	readonly environment: Environment;
	readonly folder: string;
	readonly file?: string | undefined;
	/** A command's own, in place of the usual ones. */
	readonly defaults?: Config;
}

/**
 * Lays flags over the environment over the configuration file over the defaults.
 *
 * @throws LocalhookError for a flag that cannot be read; `invalid-config` with every problem of the other two
 */
export async function resolveSetup(sources: Sources): Promise<Setup> {
	const flags = readFlags(sources.flags);
	const environment = readEnvironment(sources.environment);
	const loaded = await loadConfig(
		sources.folder,
		wantedConfig(sources.file, sources.environment),
	);
	const problems = [...environment.problems, ...(loaded?.problems ?? [])];
	if (problems.length > 0) throw invalidConfig(problems);

	const { providers = [] } = {
		...loaded?.config,
		...environment.config,
		...flags,
	};
	return layered(
		[
			withoutIdle(loaded?.config ?? {}, providers),
			withoutIdle(environment.config, providers),
			flags,
		],
		sources.defaults,
	);
}

export const configVariable = "LOCALHOOK_CONFIG";

export function wantedConfig(
	flag: string | undefined,
	environment: Environment,
): string | undefined {
	return flag ?? (environment[configVariable] || undefined);
}

function readFlags(flags: Flags): Config {
	const { config, problems } = readGiven((name) => flags[name]);
	const [problem] = problems;
	if (problem === undefined) return config;
	const { path, message, code = "invalid-option" } = problem;
	const flag = longFlag(settings[path[0] as SettingName]);
	throw new LocalhookError(
		code,
		flag === undefined ? message : `--${flag}: ${message}`,
	);
}

function readEnvironment(environment: Environment) {
	const renamed = Object.keys(environment).flatMap((variable) => {
		const now = newName(variable);
		return environment[variable] && now?.startsWith("LOCALHOOK_")
			? [{ variable, path: "", message: `it is now called ${now}.` }]
			: [];
	});
	const { config, problems } = readGiven((name, setting) => {
		const text = environment[variableOf(name)];
		// Where a variable cannot be taken away, as in many CI systems, it is emptied.
		if (text === undefined || text === "") return undefined;
		return isMany(setting) ? separated(text) : [text];
	});
	const found = problems.map(({ path, message }): ConfigProblem => {
		const name = path[0] as SettingName;
		const variable = variableOf(name);
		const mayBeCut =
			isMany(settings[name]) &&
			/^[^\n]*,[^\n]*$/.test(environment[variable] ?? "");
		const advice = mayBeCut
			? " If the comma belongs to a value, end each value with a line break instead."
			: "";
		return { variable, path: name, message: `${message}${advice}` };
	});
	return { config, problems: [...renamed, ...found] };
}

/** The values of a variable that holds several: one a line, so that one may have a comma in it; on a single line, between commas. */
function separated(text: string): string[] {
	return text
		.split(text.includes("\n") ? "\n" : ",")
		.map((part) => part.trim())
		.filter((part) => part !== "");
}

function readGiven(
	textsOf: (
		name: SettingName,
		setting: Setting,
	) => readonly string[] | undefined,
) {
	const given: [SettingName, unknown][] = [];
	const problems: PlacedProblem[] = [];
	for (const [name, setting] of flagEntries) {
		const texts = textsOf(name, setting);
		if (texts === undefined) continue;
		const unread = problemsOf([name], () => {
			given.push([name, readTexts(name, texts)]);
		});
		problems.push(...unread);
	}
	for (const [name, value] of given)
		problems.push(...settingProblems(name, value));
	const config: Config = Object.fromEntries(given);
	return { config, problems };
}

/**
 * A file and an environment speak of a whole project, so what they say of providers that are not started lies idle.
 * A flag that does is a mistake, and stays to be refused.
 */
function withoutIdle(config: Config, providers: readonly string[]): Config {
	if (providers.length === 0) return config;
	const kept: Record<string, unknown> = { ...config };
	for (const name of ["options", "credentials", "receiver"]) {
		const table = kept[name];
		if (typeof table !== "object") continue;
		const started = Object.entries(table as Table).filter(
			([id]) => providers.includes(id) || id === everyOther,
		);
		kept[name] = Object.fromEntries(started);
	}
	return kept;
}

/** The later over the earlier ones: what holds tables name by name, all else as a whole. */
function layered(sources: readonly Config[], defaults: Config = {}): Setup {
	const all = settingEntries.map(([name, setting]) => {
		const depth = depthOf(setting.schema);
		const given = sources
			.map((source) => source[name])
			.reduce(
				(lower: unknown, upper) => merged(lower, upper, depth),
				undefined,
			);
		return [name, given ?? defaults[name] ?? setting.default];
	});
	return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

function merged(lower: unknown, upper: unknown, depth: number): unknown {
	if (depth === 0 || lower === undefined || upper === undefined)
		return upper ?? lower;
	const [below, above] = [lower as Table, upper as Table];
	const names = Object.keys({ ...below, ...above });
	return Object.fromEntries(
		names.map((name) => [name, merged(below[name], above[name], depth - 1)]),
	);
}

type Table = Readonly<Record<string, unknown>>;

/** A value without what is nobody else's business. */
export function masked({ secret }: Setting, value: unknown): unknown {
	const mask = secret ? fingerprint : maskUrl;
	return JSON.parse(JSON.stringify(value), (_, each) =>
		typeof each === "string" ? mask(each) : each,
	);
}
