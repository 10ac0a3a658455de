import type { Setup } from "../config/settings.ts";
import type { EnvFile } from "./env-file.ts";

/**
 * The env file that the settings ask for, refused before anything is started if it may not be written.
 *
 * @throws LocalhookError `refused-file`
 */
export async function wantedEnvFile({
	writeEnvFile: path,
	overwriteEnvFile,
}: Setup): Promise<EnvFile | undefined> {
	if (path === undefined) return undefined;
	const { claimEnvFile } = await import("./env-file.ts");
	return claimEnvFile(path, overwriteEnvFile);
}
