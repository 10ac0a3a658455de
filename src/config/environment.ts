import { LocalhookError } from "../errors.ts";
import { newName } from "../nearest.ts";
import type { ConfigProblem } from "./problem.ts";
import { providerProblems } from "./provider-problems.ts";
import {
	type Config,
	flagEntries,
	type SettingName,
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

/** What the environment sets, and what is wrong with it. */
export interface FromEnvironment {
	readonly config: Config;
	readonly problems: readonly ConfigProblem[];
}

export function readEnvironment(environment: Environment): FromEnvironment {
	const problems: ConfigProblem[] = [];
	const given: [SettingName, unknown][] = [];
	for (const [variable, text] of Object.entries(environment)) {
		const now = newName(variable);
		if (text && now?.startsWith("LOCALHOOK_"))
			problems.push({ variable, path: "", message: `it is now called ${now}` });
	}
	for (const [name, { kind }] of flagEntries) {
		const variable = variableOf(name);
		const text = environment[variable];
		// Where a variable cannot be taken away, as in many CI systems, it is emptied.
		if (text === undefined || text === "") continue;
		try {
			const texts = kind.many ? separated(text) : [text];
			given.push([name, kind.read(texts)]);
		} catch (error) {
			if (!(error instanceof LocalhookError)) throw error;
			const message = kind.many
				? withCommaAdvice(error.message, text)
				: error.message;
			problems.push({ variable, path: name, message });
		}
	}
	const config: Config = Object.fromEntries(given);
	for (const { path, message } of providerProblems(config)) {
		const name = path[0] as SettingName;
		problems.push({ variable: variableOf(name), path: name, message });
	}
	return { config, problems };
}

/** The values of a variable that holds several: one a line, so that one may have a comma in it; on a single line, between commas. */
function separated(text: string): string[] {
	return text
		.split(text.includes("\n") ? "\n" : ",")
		.map((part) => part.trim())
		.filter((part) => part !== "");
}

/** What is wrong with such a variable, and how to hold a comma in a value where one may have been cut. */
function withCommaAdvice(message: string, text: string): string {
	return /^[^\n]*,[^\n]*$/.test(text)
		? `${message} If the comma belongs to a value, end each value with a line break instead.`
		: message;
}
