import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder of its own with these files in it; it is removed when the test ends. */
export async function folderWith(
	files: Readonly<Record<string, string>> = {},
): Promise<string> {
	const { folder, remove } = await makeFolder(files);
	onTestFinished(remove);
	return folder;
}

/** The same for several tests: whoever makes it removes it. */
export async function makeFolder(
	files: Readonly<Record<string, string>>,
): Promise<{ folder: string; remove(): Promise<void> }> {
	const folder = await mkdtemp(join(tmpdir(), "localhook-"));
	for (const [name, text] of Object.entries(files))
		await writeFile(join(folder, name), text);
	return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
