import { invalidOption } from "../errors.ts";
import type { JsonSchema } from "../schema-problems.ts";
import { quotedUrl } from "../web-address.ts";
import { everyOther, type Receivers } from "./receivers.ts";
import {
	depthOf,
	type Setting,
	type SettingName,
	settings,
} from "./settings.ts";

/**
 * The value that the texts of a flag or of a variable stand for, not yet checked.
 *
 * @throws LocalhookError `invalid-option` for a text of another form
 */
export function readTexts(
	name: SettingName,
	texts: readonly string[],
): unknown {
	const setting = settings[name];
	if (name === "receiver") return readReceivers(texts);
	if (setting.schema.type === "object") return readTable(setting, texts);
	return setting.schema.type === "array"
		? texts
		: readScalar(setting.schema, texts.at(-1) ?? "");
}

/** `[provider=]url`: the last one for each provider, and the last one for all others. */
function readReceivers(texts: readonly string[]): Receivers | undefined {
	const given = texts.map((each) => {
		const [, provider = everyOther, url = ""] =
			/^(?:([\w-]+)=)?(.*)$/s.exec(each) ?? [];
		return [provider, url] as const;
	});
	return given.every(([provider]) => provider === everyOther)
		? given.at(-1)?.[1]
		: Object.fromEntries(given);
}

function readScalar({ type }: JsonSchema, text: string): unknown {
	if (type === "boolean") return switches.get(text) ?? text;
	const isNumber = type === "integer" || type === "number";
	return isNumber && /^\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : text;
}

const switches = new Map([
	["true", true],
	["1", true],
	["false", false],
	["0", false],
]);

function readTable(
	{ form, schema, secret }: Setting,
	texts: readonly string[],
): Readonly<Record<string, unknown>> {
	const pattern =
		depthOf(schema) === 1 ? /^([^=]+)=(.*)$/s : /^([^.=]+)\.([^=]+)=(.*)$/s;
	const all = texts.map((each) => {
		const parts = pattern.exec(each)?.slice(1);
		if (parts !== undefined) return parts;
		const found = secret
			? ". What was given is not shown, since it may be a secret."
			: `, not ${quotedUrl(each)}.`;
		throw invalidOption(`it must be ${form}${found}`);
	});
	const { type } = schema.additionalProperties as JsonSchema;
	const valueFor = (name: string) => {
		const own = all
			.filter((parts) => parts[0] === name)
			.map((parts) => parts.slice(1));
		if (type === "array") return own.flat();
		return type === "object" ? Object.fromEntries(own) : own.flat().at(-1);
	};
	return Object.fromEntries(all.map(([name = ""]) => [name, valueFor(name)]));
}
