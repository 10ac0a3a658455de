import { parseAllowedTarget } from "../delivery/targets.ts";
import { defaultSeed } from "../random.ts";
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
import { builtIn, receivers } from "./receivers.ts";

/** One thing that can be set, by flag, by variable or in a configuration file. */
export interface Setting<Value = unknown> {
	/** As Commander writes it. The one without is the list of words after the command. */
	readonly flag?: string;
	/** Another spelling of the flag, which the help leaves out. */
	readonly alias?: string;
	readonly summary: string;
	readonly kind: Kind<Value>;
	readonly default?: Value;
	/** What goes without it, where there is no default. */
	readonly otherwise?: string;
	/** Shown as a fingerprint. */
	readonly secret?: true;
}

/**
 * Every setting of `localhook start`, by its name in a configuration file. Flags, variables, types, the JSON Schema
 * and the help all come from here, so that a new setting is one more entry.
 */
export const settings = {
	providers: {
		summary: "which providers to start",
		kind: list(checkProvider),
		otherwise: "all",
	},
	port: {
		flag: "-p, --port <number>",
		summary: "port to listen on; 0 picks a free one",
		kind: number("integer", 0, 65_535),
		default: 4600,
	},
	host: {
		flag: "--host <address>",
		summary: "address to listen on; any but loopback requires a token",
		kind: text(),
		otherwise: "both loopback addresses",
	},
	seed: {
		flag: "--seed <text>",
		summary:
			"seed for ids, secrets and jitter, which a restart repeats; auto draws one",
		kind: text(),
		default: defaultSeed,
	},
	clock: {
		flag: "--clock <real|virtual>",
		summary: "use real time, or a clock you turn; virtual=<time> starts there",
		kind: text(parseClock),
		default: "real",
	},
	speed: {
		flag: "--speed <number>",
		summary: "run provider time this many times faster",
		kind: number("number", 1, 1_000_000),
		default: 1,
	},
	receiver: {
		flag: "-r, --receiver <[provider=]url>",
		summary: `register this receiver; "${builtIn}" is localhook's own (repeatable)`,
		kind: receivers(),
	},
	receiverHeaders: {
		flag: "--receiver-header <name=value>",
		summary: "add this header to every delivery (repeatable)",
		kind: headers,
		secret: true,
	},
	receiverCa: {
		flag: "--receiver-ca <file>",
		summary: "trust this certificate authority for https receivers (PEM file)",
		kind: certificates,
		otherwise: "what Node trusts",
	},
	strict: {
		flag: "--strict",
		summary: "enforce provider rules relaxed for development, such as https",
		kind: toggle,
		default: false,
	},
	credentials: {
		flag: "--credential <provider=value>",
		summary: "accept only this credential (repeatable)",
		kind: credentials,
		otherwise: "every well-formed one",
		secret: true,
	},
	options: {
		flag: "--option <provider.name=value>",
		summary: "set an option of a provider (repeatable)",
		kind: options,
		otherwise: "each provider's own",
	},
	allowReceivers: {
		flag: "--allow-receiver <host[:port]>",
		summary: "allow deliveries to this host too (repeatable)",
		kind: list(parseAllowedTarget),
		otherwise: "loopback only",
	},
	rewrites: {
		flag: "--rewrite <origin=origin>",
		summary: "send deliveries for one origin to another (repeatable)",
		kind: rewrites,
	},
	allowHosts: {
		flag: "--allow-host <name>",
		summary: "answer requests for this Host name too (repeatable)",
		kind: list(parseHostName),
		otherwise: "loopback names and the providers' own",
	},
	corsOrigins: {
		flag: "--cors-origin <origin>",
		summary: "allow pages of this origin to call (repeatable)",
		kind: list(parseCorsOrigin),
		otherwise: "no other pages",
	},
	token: {
		flag: "--token <text>",
		summary: "require this token on the control API and front page",
		kind: text(parseAccessToken),
		otherwise: "none on loopback; beyond it, one that is made",
		secret: true,
	},
	handlers: {
		flag: "--handlers <file>",
		summary: "ask your msw handlers in this file first",
		kind: file,
	},
	faults: {
		summary: "inject these faults",
		kind: faults,
	},
	faultsFile: {
		flag: "--faults-file <file>",
		summary: "inject the faults listed in this YAML or JSON file",
		kind: file,
	},
	writeEnvFile: {
		flag: "--write-env-file <file>",
		// Node, and npx with it, looks for this among a script's words too, and ends with 9 where there is no such file.
		// https://github.com/nodejs/node/issues/54232
		alias: "--env-file <file>",
		summary: "write URLs, secrets and credentials to this file until the end",
		kind: file,
	},
	overwriteEnvFile: {
		flag: "--overwrite-env-file",
		summary: "overwrite that file even if git tracks it",
		kind: toggle,
		default: false,
	},
	json: {
		flag: "--json",
		summary: "print NDJSON to stdout",
		kind: toggle,
		default: false,
	},
	quiet: {
		flag: "-q, --quiet",
		summary: "print nothing for calls and attempts",
		kind: toggle,
		default: false,
	},
} satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof settings;

type ValueOf<Name extends SettingName> =
	(typeof settings)[Name]["kind"] extends Kind<infer Value> ? Value : never;

/** What `localhook.config.*` may say: the flags of `localhook start` by name. */
export type Config = {
	readonly [Name in SettingName]?: ValueOf<Name>;
};

/** What is in force: a value where one was given or there is a default. */
export type Setup = {
	readonly [Name in SettingName]:
		| ValueOf<Name>
		| ((typeof settings)[Name] extends { default: unknown }
				? never
				: undefined);
};

/** The settings by name, without their particular types. */
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
