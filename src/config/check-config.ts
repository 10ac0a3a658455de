import type { Flaw } from "./flaw.ts";
import { providerFlaws } from "./provider-flaws.ts";
import { configSchema } from "./schema.ts";
import { schemaFlaws } from "./schema-flaws.ts";
import {
	type Config,
	type Setting,
	type SettingName,
	settingEntries,
	settings,
} from "./settings.ts";

const schema = configSchema();

/** Everything that is wrong with what a file says; none: it is a `Config`. */
export async function checkConfig(value: unknown): Promise<Flaw[]> {
	const flaws = await schemaFlaws(value, schema, isSecret);
	const misshapen = new Set(flaws.map(({ path: [name] }) => name));
	// A file that is no table at all.
	if (misshapen.has(undefined)) return flaws;
	const sound: Config = Object.fromEntries(
		Object.entries(value as object).filter(
			([name, given]) => !misshapen.has(name) && given !== undefined,
		),
	);
	for (const [name, { kind }] of settingEntries) {
		const given = sound[name];
		if (given === undefined) continue;
		for (const flaw of kind.check(given))
			flaws.push({ ...flaw, path: [name, ...flaw.path] });
	}
	return [...flaws, ...(await providerFlaws(sound))];
}

function isSecret(name: string | undefined): boolean {
	if (name === undefined || !Object.hasOwn(settings, name)) return false;
	const setting: Setting = settings[name as SettingName];
	return setting.secret === true;
}
