import type { FaultSpec } from "../engine/fault-plan.ts";
import { commandLine, type Settings } from "../generated/command-line.ts";
import type { JsonSchema } from "../schema-problems.ts";

const { flags } = commandLine;

/** One thing that can be set, by flag, by variable or in a configuration file: as fixtures/command-line.yaml has it. */
export interface Setting {
	/** As Commander writes it. The one without is the list of words after the command. */
	readonly flag?: string;
	readonly summary: string;
	/** What it is in a configuration file, and in the end wherever it was given. */
	readonly schema: JsonSchema;
	/** How a flag gives one value of a table. */
	readonly form?: string;
	/** It is the path of a file: in a configuration, seen from the configuration's folder. */
	readonly isFile?: boolean;
	readonly default?: unknown;
	/** What goes without it, where there is no default. */
	readonly otherwise?: string;
	readonly secret?: boolean;
}

export type SettingName = keyof Settings;

export const settings: Readonly<Record<SettingName, Setting>> = flags;

/** What `localhook.config.*` may say: the flags of `localhook start` by name. */
export type Config = {
	readonly [Name in SettingName]?: Name extends "faults"
		? readonly FaultSpec[]
		: Settings[Name];
};

/** What is in force: a value where one was given or there is a default. */
export type Setup = {
	readonly [Name in SettingName]:
		| NonNullable<Config[Name]>
		| ((typeof flags)[Name] extends { default: unknown } ? never : undefined);
};

export const settingEntries = Object.entries(settings) as readonly (readonly [
	SettingName,
	Setting,
])[];

export const flagEntries = settingEntries.filter(
	([name]) => name !== "faults",
) as readonly (readonly [Exclude<SettingName, "faults">, Setting])[];

/** Whether the flag may be repeated, and the variable may hold several. */
export function isMany({ schema }: Setting): boolean {
	return "items" in schema || "additionalProperties" in schema;
}

/** Names above its values. What stands under different names is layered one by one: 2 for provider and option. */
export function depthOf({ type, additionalProperties }: JsonSchema): number {
	return type === "object" && typeof additionalProperties === "object"
		? 1 + depthOf(additionalProperties)
		: 0;
}

/** `port` of `--port <number>`, `LOCALHOOK_PORT` of both. */
export function longFlag(setting: Setting): string | undefined {
	return /--([a-z-]+)/.exec(setting.flag ?? "")?.[1];
}

/** @example variableOf("allowReceivers") // "LOCALHOOK_ALLOW_RECEIVER" */
export function variableOf(name: SettingName): string {
	const word = longFlag(settings[name]) ?? name;
	return `LOCALHOOK_${word.replaceAll("-", "_").toUpperCase()}`;
}
