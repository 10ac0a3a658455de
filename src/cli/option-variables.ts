import { type Command, Help, InvalidArgumentError, Option } from "commander";
import { separated, withCommaAdvice } from "../config/environment.ts";
import { toggle } from "../config/kinds.ts";
import { LocalhookError } from "../errors.ts";
import type { Io } from "./io.ts";
import { RepeatableOption, SettingOption } from "./options.ts";

/** Flags that mean the same of every command: which server it is, and how to print. */
const shared: readonly string[] = ["url", "token", "json"];

/**
 * The variable that can stand for a flag of a command.
 *
 * @example
 * variableOf(send, count) // "LOCALHOOK_SEND_COUNT"
 */
export function variableOf(
	command: Command,
	option: Option,
): string | undefined {
	// Asking for help is no flag of the command's own.
	const isOwn = command.options.includes(option);
	if (!isOwn || option.negate || option.hidden) return undefined;
	const isShared =
		option instanceof SettingOption || shared.includes(option.name());
	const words = [...(isShared ? [] : pathOf(command)), option.name()];
	return ["LOCALHOOK", ...words].join("_").replaceAll("-", "_").toUpperCase();
}

/** `["clock", "drain"]` */
function pathOf(command: Command): string[] {
	const { parent } = command;
	return parent === null ? [] : [...pathOf(parent), command.name()];
}

/** Lets a command's help name the variables, and its flags that switch something on have a form that wins over theirs. */
export function addVariables(command: Command): void {
	for (const option of command.options) {
		const name = `--no-${option.name()}`;
		const isThere = command.options.some(({ long }) => long === name);
		if (variableOf(command, option) && option.isBoolean() && !isThere)
			command.addOption(new Option(name).hideHelp());
	}
	command.configureHelp({
		optionDescription(option) {
			const variable = variableOf(command, option);
			// One that is told of the variable itself, Commander would read from `process.env`.
			const shown: Option = Object.create(option);
			if (variable !== undefined && !(option instanceof SettingOption))
				shown.envVar = variable;
			return Help.prototype.optionDescription.call(this, shown);
		},
	});
}

/**
 * Gives a command's options what their variables say, where no flag has said it. Commander's own reading of variables
 * knows only `process.env`, and takes any value for "on".
 *
 * @throws LocalhookError naming the variable, with the code of what its parser throws; else `invalid-option`
 */
export function readVariables(command: Command, env: Io["env"]): void {
	for (const option of command.options) {
		if (option instanceof SettingOption) continue;
		const variable = variableOf(command, option);
		const text = variable === undefined ? undefined : env[variable];
		const key = option.attributeName();
		// Where a variable cannot be taken away, as in many CI systems, it is emptied.
		if (!text || command.getOptionValueSource(key) === "cli") continue;
		try {
			command.setOptionValueWithSource(key, read(option, text), "env");
		} catch (error) {
			throw namingVariable(variable as string, option, text, error);
		}
	}
}

function read(option: Option, text: string): unknown {
	if (option.isBoolean()) return toggle().read([text]);
	const { parseArg: parse } = option;
	if (parse === undefined) return text;
	if (!(option instanceof RepeatableOption)) return parse(text, undefined);
	return separated(text).reduce<unknown>(
		(before, part) => parse(part, before),
		undefined,
	);
}

function namingVariable(
	variable: string,
	option: Option,
	text: string,
	error: unknown,
): unknown {
	if (error instanceof InvalidArgumentError)
		return new LocalhookError(
			"invalid-option",
			`Failed to read ${variable}: ${error.message}`,
		);
	if (!(error instanceof LocalhookError)) return error;
	const message =
		option instanceof RepeatableOption
			? withCommaAdvice(error.message, text)
			: error.message;
	return new LocalhookError(error.code, `${variable}: ${message}`);
}
