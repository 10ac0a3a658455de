import { LocalhookError } from "../errors.ts";
import { fingerprint } from "../fingerprint.ts";
import { newName } from "../nearest.ts";
import { type PlacedProblem, problemsOf } from "../problem.ts";
import { maskUrl } from "../web-address.ts";
import { readTexts } from "./kinds.ts";
import { loadConfig } from "./load-config.ts";
import { type ConfigProblem, invalidConfig } from "./problem.ts";
import { everyOther } from "./receivers.ts";
import { settingProblems } from "./schema.ts";
import {
	type Config,
	flagEntries,
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

/** Who said it. */
export type Origin =
	| { readonly from: "flag"; readonly flag?: string }
	| { readonly from: "env"; readonly variable: string }
	| { readonly from: "config"; readonly file: string; readonly line?: number }
	| { readonly from: "default" };

/** One value in force: a whole setting, or one name of a table. */
export interface Entry {
	/** Such as `["port"]` or `["options", "prolific", "retry"]`. */
	readonly path: readonly [SettingName, ...string[]];
	/** Undefined: it is not set, and has no default. */
	readonly value: unknown;
	readonly origin: Origin;
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

	const fromFlags = entriesOf(flags, ([name]) => {
		const flag = longFlag(settings[name]);
		return { from: "flag", ...(flag && { flag: `--${flag}` }) };
	});
	const fromEnvironment = entriesOf(environment.config, ([name]) => ({
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
	const { config, problems } = readGiven((name, { kind }) => {
		const text = environment[variableOf(name)];
		// Where a variable cannot be taken away, as in many CI systems, it is emptied.
		if (text === undefined || text === "") return undefined;
		return kind.many ? separated(text) : [text];
	});
	const found = problems.map(({ path, message }): ConfigProblem => {
		const name = path[0] as SettingName;
		const variable = variableOf(name);
		const mayBeCut =
			settings[name].kind.many &&
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
		const { kind, secret = false } = setting;
		const texts = textsOf(name, setting);
		if (texts === undefined) continue;
		const unread = problemsOf([name], () => {
			given.push([name, readTexts(kind, texts, secret)]);
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

function entriesOf(
	config: Config,
	originOf: (path: Entry["path"]) => Origin,
): Entry[] {
	return (Object.entries(config) as [SettingName, unknown][])
		.filter(
			([name, value]) => Object.hasOwn(settings, name) && value !== undefined,
		)
		.flatMap(([name, value]) =>
			leaves([name], value, settings[name].kind.depth),
		)
		.map((leaf) => ({ ...leaf, origin: originOf(leaf.path) }));
}

function leaves(
	path: Entry["path"],
	value: unknown,
	depth: number,
): Pick<Entry, "path" | "value">[] {
	return depth === 0
		? [{ path, value }]
		: Object.entries(value as object).flatMap(([name, below]) =>
				leaves([...path, name], below, depth - 1),
			);
}

/** The sources laid over each other: of each entry, the one that comes last. */
function layered(...sources: readonly (readonly Entry[])[]): Entry[] {
	return [
		...new Map(
			sources.flat().map((entry) => [JSON.stringify(entry.path), entry]),
		).values(),
	];
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
	const setting: Setting = settings[name];
	const mask = setting.secret === true ? fingerprint : maskUrl;
	if (value === undefined) return undefined;
	return JSON.parse(JSON.stringify(value), (_, each) =>
		typeof each === "string" ? mask(each) : each,
	);
}

/** @example originText({ from: "env", variable: "LOCALHOOK_PORT" }) // "env LOCALHOOK_PORT" */
export function originText(origin: Origin): string {
	switch (origin.from) {
		case "flag":
			return origin.flag === undefined ? "flag" : `flag ${origin.flag}`;
		case "env":
			return `env ${origin.variable}`;
		case "config":
			return origin.line === undefined
				? origin.file
				: `${origin.file}:${origin.line}`;
		case "default":
			return "default";
	}
}
