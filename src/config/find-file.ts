import { extname, resolve } from "node:path";
import { LocalhookError, quoted } from "../errors.ts";
import { noSuchFile, whyNoFile } from "../user-file.ts";

/** Those that run code, and those that hold data. */
const codeEndings = [".ts", ".mts", ".js", ".mjs"];
const dataEndings = [".yaml", ".yml", ".json"];
const endings = [...codeEndings, ...dataEndings];

/** Whether a configuration is a program, by the end of its name alone. */
export function isCode(file: string): boolean {
	return codeEndings.includes(extname(file));
}

/**
 * The configuration to read: the one asked for, else the only one in the folder, if there is any.
 *
 * @returns the name as it is to be shown, seen from the folder
 * @throws LocalhookError `invalid-config` for one that is not there, is no configuration, or is one of several
 */
export async function findConfig(
	folder: string,
	wanted: string | undefined,
): Promise<string | undefined> {
	if (wanted !== undefined) {
		if (!endings.includes(extname(wanted)))
			throw refusal(
				wanted,
				`its name ends in none of ${endings.join(", ")}`,
				"Give one that does.",
			);
		const reason = whyNoFile(resolve(folder, wanted));
		if (reason !== undefined)
			throw refusal(wanted, reason, "Give the path of a configuration.");
		return wanted;
	}
	const names = endings.map((ending) => `localhook.config${ending}`);
	const found = names.filter(
		(name) => whyNoFile(resolve(folder, name)) !== noSuchFile,
	);
	if (found.length < 2) return found[0];
	throw new LocalhookError(
		"invalid-config",
		`Failed to choose a configuration: ${found.join(" and ")} are here together, and they are not merged. ` +
			"Keep one of them, or name the one to read with --config.",
	);
}

function refusal(file: string, reason: string, remedy: string): LocalhookError {
	return new LocalhookError(
		"invalid-config",
		`Failed to read the configuration ${quoted(file)}: ${reason}. ${remedy}`,
	);
}
