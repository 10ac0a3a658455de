import { parseAllowedReceiver } from "../delivery/allowed-receivers.ts";
import { commandLine } from "../generated/command-line.ts";
import {
	parseAccessToken,
	parseCorsOrigin,
	parseHostName,
} from "../server/access.ts";
import {
	certificates,
	credentials,
	faults,
	file,
	headers,
	type Kind,
	list,
	number,
	options,
	parseClock,
	rewrites,
	text,
	toggle,
} from "./kinds.ts";
import { checkProvider } from "./provider-problems.ts";
import { receivers } from "./receivers.ts";

const { flags: said } = commandLine;

/** One thing that can be set, by flag, by variable or in a configuration file. */
export interface Setting<Value = unknown> {
	/** As Commander writes it. The one without is the list of words after the command. */
	readonly flag?: string;
	readonly summary: string;
	readonly kind: Kind<Value>;
	readonly default?: Value;
	/** What goes without it, where there is no default. */
	readonly otherwise?: string;
	/** Shown as a fingerprint. */
	readonly secret?: true;
}

/** What each setting of `localhook start` can be. What it is called and means is in fixtures/command-line.yaml. */
const kinds = {
	providers: list(checkProvider),
	port: number("integer", 0, 65_535),
	host: text(),
	seed: text(),
	clock: text(parseClock),
	speed: number("number", 1, 1_000_000),
	receiver: receivers,
	receiverHeaders: headers,
	receiverCa: certificates,
	strict: toggle,
	credentials,
	options,
	allowReceivers: list(parseAllowedReceiver),
	rewrites,
	allowHosts: list(parseHostName),
	corsOrigins: list(parseCorsOrigin),
	token: text(parseAccessToken),
	handlers: file,
	faults,
	faultsFile: file,
	writeEnvFile: file,
	overwriteEnvFile: toggle,
	json: toggle,
	quiet: toggle,
} satisfies Readonly<Record<keyof typeof said, Kind<never>>>;

export type SettingName = keyof typeof kinds;

/** Every setting, by its name in a configuration file. */
export const settings = Object.fromEntries(
	Object.entries(kinds).map(([name, kind]) => [
		name,
		{ ...said[name as SettingName], kind },
	]),
) as unknown as Readonly<Record<SettingName, Setting>>;

type ValueOf<Name extends SettingName> =
	(typeof kinds)[Name] extends Kind<infer Value> ? Value : never;

/** What `localhook.config.*` may say: the flags of `localhook start` by name. */
export type Config = {
	readonly [Name in SettingName]?: ValueOf<Name>;
};

/** What is in force: a value where one was given or there is a default. */
export type Setup = {
	readonly [Name in SettingName]:
		| ValueOf<Name>
		| ((typeof said)[Name] extends { default: unknown } ? never : undefined);
};

/** The same, one by one. */
export const settingEntries = Object.entries(settings) as readonly (readonly [
	SettingName,
	Setting,
])[];

/** Those that a flag or a variable gives, too. */
export const flagEntries = settingEntries.filter(
	([name]) => name !== "faults",
) as readonly (readonly [Exclude<SettingName, "faults">, Setting])[];

/** `port` of `--port <number>`, `LOCALHOOK_PORT` of both. */
export function longFlag(setting: Setting): string | undefined {
	return /--([a-z-]+)/.exec(setting.flag ?? "")?.[1];
}

/** @example variableOf("allowReceivers") // "LOCALHOOK_ALLOW_RECEIVER" */
export function variableOf(name: SettingName): string {
	const word = longFlag(settings[name]) ?? name;
	return `LOCALHOOK_${word.replaceAll("-", "_").toUpperCase()}`;
}
