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
	readonly defaults?: Config;
}

export interface Origin {
	readonly from: "flag" | "env" | "config" | "default";
	readonly flag?: string;
	readonly variable?: string;
	readonly file?: string;
	readonly line?: number;
}

export interface Entry {
	/** Such as `["port"]` or `["options", "prolific", "retry"]`. */
	readonly path: readonly [SettingName, ...string[]];
	/** Undefined: it is not set, and has no default. */
	readonly value: unknown;
	readonly origin: Origin;
}

/**
 * Lays flags over the environment over the configuration file over the defaults.
 *
 * @throws LocalhookError for a flag that cannot be read; `invalid-config` with every problem of the other two
 */
export async function resolveSetup(sources: Sources) {
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
	const given: readonly Source[] = [
		{
			config: withoutIdle(loaded?.config ?? {}, providers),
			originOf(path) {
				const line = loaded?.locate(path)?.line;
				const file = loaded?.file ?? "";
				return { from: "config", file, ...(line !== undefined && { line }) };
			},
		},
		{
			config: withoutIdle(environment.config, providers),
			originOf: ([name]) => ({ from: "env", variable: variableOf(name) }),
		},
		{
			config: flags,
			originOf([name]) {
				const flag = longFlag(settings[name]);
				return { from: "flag", ...(flag && { flag: `--${flag}` }) };
			},
		},
	];
	const entries = layered(given, sources.defaults);
	return { setup: configOf(entries) as Setup, entries };
}

interface Source {
	readonly config: Config;
	originOf(path: Entry["path"]): Origin;
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
	const kept = { ...config } as Table;
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

/** The sources laid over each other, in the order of the settings: of each entry, the one that comes last. */
function layered(sources: readonly Source[], defaults: Config = {}): Entry[] {
	return settingEntries.flatMap(([name, setting]): Entry[] => {
		const entries = new Map<string, Entry>();
		for (const { config, originOf } of sources)
			for (const leaf of leaves([name], config[name], depthOf(setting.schema)))
				entries.set(leaf.path.join("\0"), {
					...leaf,
					origin: originOf(leaf.path),
				});
		if (entries.size > 0) return [...entries.values()];
		const value = defaults[name] ?? setting.default;
		return [{ path: [name], value, origin: { from: "default" } }];
	});
}

function leaves(
	path: Entry["path"],
	value: unknown,
	depth: number,
): Pick<Entry, "path" | "value">[] {
	if (value === undefined) return [];
	return depth === 0
		? [{ path, value }]
		: Object.entries(value as object).flatMap(([name, below]) =>
				leaves([...path, name], below, depth - 1),
			);
}

/** Entries as one configuration again. Each is sound, so no name among them is `__proto__`. */
function configOf(entries: readonly Entry[]): Config {
	const config: Table = {};
	for (const { path, value } of entries) {
		if (value === undefined) continue;
		let table = config;
		for (const name of path.slice(0, -1)) {
			table[name] ??= {};
			table = table[name] as Table;
		}
		table[path.at(-1) as string] = value;
	}
	return config;
}

type Table = Record<string, unknown>;

/** The value of an entry without what is nobody else's business. */
export function masked({ path: [name], value }: Entry): unknown {
	const mask = settings[name].secret ? fingerprint : maskUrl;
	if (value === undefined) return undefined;
	return JSON.parse(JSON.stringify(value), (_, each) =>
		typeof each === "string" ? mask(each) : each,
	);
}

/** @example originText({ from: "env", variable: "LOCALHOOK_PORT" }) // "env LOCALHOOK_PORT" */
export function originText({ from, file, line, ...named }: Origin): string {
	if (file !== undefined) return line === undefined ? file : `${file}:${line}`;
	return [from, named.flag ?? named.variable ?? []].flat().join(" ");
}
