import { LocalhookError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { ConfigProblem } from "./problem.ts";
import { providerFlaws } from "./provider-flaws.ts";
import {
	type Config,
	type SettingName,
	settingEntries,
	variableOf,
} from "./settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Which configuration to read. */
export const configVariable = "LOCALHOOK_CONFIG";

/** The configuration that a flag or else the environment asks for. */
export function wantedConfig(
	flag: string | undefined,
	environment: Environment,
): string | undefined {
	return flag ?? (environment[configVariable] || undefined);
}

/** What clients of a running localhook are told with, so nothing that was meant for it. */
const clients = ["LOCALHOOK_URL", "LOCALHOOK_RECEIVER_URL"];

/** What the environment sets, and what is wrong with it. */
export interface FromEnvironment {
	readonly config: Config;
	readonly problems: readonly ConfigProblem[];
	/** Sentences on variables that set nothing. */
	readonly warnings: readonly string[];
}

export async function readEnvironment(
	environment: Environment,
): Promise<FromEnvironment> {
	const problems: ConfigProblem[] = [];
	const given: [SettingName, unknown][] = [];
	for (const [name, { kind }] of settingEntries) {
		const variable = variableOf(name);
		const text = environment[variable];
		// Where a variable cannot be taken away, as in many CI systems, it is emptied.
		if (text === undefined || text === "") continue;
		try {
			const texts = kind.many ? separated(text) : [text];
			given.push([name, kind.read(texts)]);
		} catch (error) {
			if (!(error instanceof LocalhookError)) throw error;
			const cut = kind.many && /^[^\n]*,[^\n]*$/.test(text);
			const message = cut
				? `${error.message} If the comma belongs to a value, end each value with a line break instead.`
				: error.message;
			problems.push({ variable, path: name, message });
		}
	}
	const config: Config = Object.fromEntries(given);
	for (const { path, message } of await providerFlaws(config)) {
		const name = path[0] as SettingName;
		problems.push({ variable: variableOf(name), path: name, message });
	}
	return { config, problems, warnings: strangers(environment) };
}

/** One a line; on a single line, between commas. So a value that has a comma in it gets a line of its own. */
function separated(text: string): string[] {
	return text
		.split(text.includes("\n") ? "\n" : ",")
		.map((part) => part.trim())
		.filter((part) => part !== "");
}

function strangers(environment: Environment): string[] {
	const known = [
		...settingEntries.map(([name]) => variableOf(name)),
		configVariable,
	];
	return Object.keys(environment)
		.filter(
			(name) =>
				name.startsWith("LOCALHOOK_") &&
				!known.includes(name) &&
				!clients.includes(name),
		)
		.sort()
		.map(
			(name) =>
				`Ignored ${name}: localhook reads no such variable.${didYouMean(name, known)}`,
		);
}
