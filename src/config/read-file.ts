import { resolve } from "node:path";
import { whyNoFile } from "../user-file.ts";
import { broken, type ConfigFile } from "./config-file.ts";
import { isCode } from "./find-file.ts";

/** Reads a configuration: one in JavaScript or TypeScript is run, one in YAML or JSON is only read. */
export async function readConfigFile(
	folder: string,
	file: string,
): Promise<ConfigFile> {
	const path = resolve(folder, file);
	const reason = whyNoFile(path);
	if (reason !== undefined)
		return broken(`it cannot be read: ${reason}. Put a file there.`);
	if (isCode(file)) {
		const { readModule } = await import("./read-module.ts");
		return readModule(path);
	}
	const { readData } = await import("./read-data.ts");
	return readData(path).catch((error: Error) =>
		broken(
			`it cannot be read: ${error.message}. Give a short file that may be read.`,
		),
	);
}
