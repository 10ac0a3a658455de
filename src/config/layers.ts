import { fingerprint } from "../fingerprint.ts";
import { maskUrl } from "../mask-url.ts";
import type { Path } from "../problem.ts";
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
	originOf: (path: Path, name: SettingName) => Origin,
): Entry[] {
	return (Object.entries(config) as [SettingName, unknown][])
		.filter(
			([name, value]) => Object.hasOwn(settings, name) && value !== undefined,
		)
		.flatMap(([name, value]) =>
			leaves([name], value, settings[name].kind.depth).map((leaf) => ({
				...leaf,
				origin: originOf(leaf.path, name),
			})),
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

/** Entries as one configuration again. */
export function configOf(entries: readonly Entry[]): Config {
	return assembled(
		entries
			.filter(({ value }) => value !== undefined)
			.map(({ path, value }) => ({ path, value })),
	) as Config;
}

interface Leaf<At extends Path = Path> {
	readonly path: At;
	readonly value: unknown;
}

function leaves(
	path: Entry["path"],
	value: unknown,
	depth: number,
): Leaf<Entry["path"]>[] {
	return depth === 0
		? [{ path, value }]
		: Object.entries(value as object).flatMap(([name, below]) =>
				leaves([...path, name], below, depth - 1),
			);
}

function assembled(all: readonly Leaf[]): unknown {
	const [first] = all;
	if (first !== undefined && first.path.length === 0) return first.value;
	const names = new Set(all.map(({ path }) => path[0] as string));
	return Object.fromEntries(
		[...names].map((name) => [
			name,
			assembled(
				all
					.filter(({ path }) => path[0] === name)
					.map(({ path, value }) => ({ path: path.slice(1), value })),
			),
		]),
	);
}

/** The value of an entry without what is nobody else's business. */
export function masked({ path: [name], value }: Entry): unknown {
	const setting: Setting = settings[name];
	const mask = setting.secret === true ? fingerprint : maskUrl;
	return mapText(value, mask);
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

function mapText(value: unknown, map: (text: string) => string): unknown {
	if (typeof value === "string") return map(value);
	if (Array.isArray(value)) return value.map((each) => mapText(each, map));
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, each]) => [name, mapText(each, map)]),
	);
}
