import { createRequire } from "node:module";
import { dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isPem, readCertificates } from "../delivery/trust.ts";
import { LocalhookError, quoted } from "../errors.ts";
import type { Path } from "../problem.ts";
import { noSuchFile, whyNoFile } from "../user-file.ts";
import {
	broken,
	type ConfigFile,
	type ConfigProblem,
	type Place,
	problemsIn,
} from "./problem.ts";
import { readFaults } from "./provider-problems.ts";
import { checkConfig } from "./schema.ts";
import { type Config, settingEntries } from "./settings.ts";

/** Those that run code, and those that hold data. */
const codeEndings = [".ts", ".mts", ".js", ".mjs"];
const endings = [...codeEndings, ".yaml", ".yml", ".json"];

export type LoadedConfig = NonNullable<Awaited<ReturnType<typeof loadConfig>>>;

/**
 * The configuration in a folder, or the one that is asked for.
 *
 * @throws LocalhookError `invalid-config` where none can be chosen
 */
export async function loadConfig(folder: string, wanted: string | undefined) {
	const file = wanted ?? configIn(folder);
	if (file === undefined) return undefined;
	const path = resolve(folder, file);
	refuseUnfit(file, path);
	const read = await readConfigFile(path);
	const problems = problemsIn(file, read, checkConfig);
	const isSound = problems.length === 0;
	const config = isSound ? withFiles(read.value as Config, dirname(path)) : {};
	const locate = (path: Path) => read.locate(path, true);
	return { file, config, problems, locate };
}

function configIn(folder: string): string | undefined {
	const found = endings
		.map((ending) => `localhook.config${ending}`)
		.filter((name) => whyNoFile(resolve(folder, name)) !== noSuchFile);
	if (found.length < 2) return found[0];
	throw new LocalhookError(
		"invalid-config",
		`Failed to choose a configuration: ${found.join(" and ")} are here together, and they are not merged. ` +
			"Keep one of them, or name the one to read with --config.",
	);
}

function refuseUnfit(file: string, path: string): void {
	const reason = endings.includes(extname(file))
		? whyNoFile(path)
		: `its name ends in none of ${endings.join(", ")}`;
	if (reason === undefined) return;
	throw new LocalhookError(
		"invalid-config",
		`Failed to read the configuration ${quoted(file)}: ${reason}. Give the path of a configuration.`,
	);
}

/** What names a file means it from where the configuration is, wherever localhook is started. */
function withFiles(config: Config, folder: string): Config {
	const files = settingEntries.flatMap(([name, { isFile }]) => {
		const path = config[name];
		return isFile && typeof path === "string" && !isPem(path)
			? [[name, resolve(folder, path)]]
			: [];
	});
	return { ...config, ...Object.fromEntries(files) };
}

async function readConfigFile(path: string): Promise<ConfigFile> {
	if (codeEndings.includes(extname(path))) return runModule(path);
	const { readData } = await import("./read-data.ts");
	try {
		return readData(path);
	} catch (error) {
		return broken(
			`it cannot be read: ${(error as Error).message}. Give a short file that may be read.`,
		);
	}
}

async function runModule(path: string): Promise<ConfigFile> {
	try {
		const { createJiti } = await import("jiti");
		const jiti = createJiti(import.meta.url, {
			// The one that is running, so that `defineConfig` is there under npx too, where nothing is installed.
			alias: { localhook: createRequire(import.meta.url).resolve("localhook") },
			moduleCache: false,
			// Else a copy of it stays in the temporary folder, where others can read it, and runs the next time.
			fsCache: false,
			// Otherwise a module without a default export passes for its own.
			interopDefault: false,
		});
		const module: { default?: unknown } = await jiti.import(
			pathToFileURL(path).href,
		);
		if (module.default === undefined)
			return broken(
				"it exports nothing by default. Write `export default defineConfig({ ... })`.",
			);
		return { value: module.default, problems: [], locate: () => undefined };
	} catch (error) {
		const message = String((error as Error)?.message ?? error);
		const [reason = ""] = message.split("\n");
		return broken(
			`it cannot be run: ${reason.trim().replace(/\.$/, "")}. Mend the program.`,
			placeIn(message, path),
		);
	}
}

/** The parser tells where it stopped on a line of its own, and counts columns from 0. */
function placeIn(message: string, path: string): Place | undefined {
	const rest = message.split(`${path}:`)[1] ?? "";
	const [, line, column] = /^(\d+):(\d+)/.exec(rest) ?? [];
	return line === undefined
		? undefined
		: { line: Number(line), column: Number(column) + 1 };
}

/** What is wrong with the files that a configuration names. Those that a start would run are only looked for. */
export async function namedFileProblems({
	file,
	config: { faultsFile, handlers, receiverCa },
	locate,
}: LoadedConfig): Promise<ConfigProblem[]> {
	const checks: Readonly<Record<string, () => unknown>> = {
		faultsFile: () => faultsFile && readFaults(faultsFile),
		handlers: () => handlers && refuseNoFile(handlers),
		receiverCa: () => receiverCa && readCertificates(receiverCa),
	};
	const problems: ConfigProblem[] = [];
	for (const [path, check] of Object.entries(checks)) {
		try {
			await check();
		} catch (error) {
			if (!(error instanceof LocalhookError)) throw error;
			const { message, details } = error;
			// A file of data has places of its own.
			const own = details.problems as readonly ConfigProblem[] | undefined;
			problems.push(...(own ?? [{ file, ...locate([path]), path, message }]));
		}
	}
	return problems;
}

function refuseNoFile(handlers: string): void {
	const reason = whyNoFile(handlers);
	if (reason !== undefined)
		throw new LocalhookError(
			"invalid-config",
			`"${handlers}" cannot be read: ${reason}. Give the path of a module that exports msw handlers.`,
		);
}
