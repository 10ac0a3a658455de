import { fingerprint } from "../fingerprint.ts";
import { maskUrl } from "../web-address.ts";
import {
	type Config,
	type Setting,
	type SettingName,
	settings,
} from "./settings.ts";

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

/** What one source says, entry by entry. */
export function entriesOf(
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
export function layered(...sources: readonly (readonly Entry[])[]): Entry[] {
	return [
		...new Map(
			sources.flat().map((entry) => [JSON.stringify(entry.path), entry]),
		).values(),
	];
}

/** Entries as one configuration again. Each is sound, so no name among them is `__proto__`. */
export function configOf(entries: readonly Entry[]): Config {
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
