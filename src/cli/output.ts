import { writeFile } from "node:fs/promises";
import { LocalhookError } from "../errors.ts";
import { reasonOf } from "./input.ts";
import type { Io } from "./io.ts";
import { printable } from "./printable.ts";

/**
 * Writes data to a file that only its owner may read, or to stdout for `-`: byte for byte, but for a terminal, which
 * must not be made to hide or forge anything.
 *
 * @throws LocalhookError `invalid-option`
 */
export async function writeOutput(
	file: string,
	bytes: Buffer,
	{ stdout }: Io,
): Promise<void> {
	if (file === "-") {
		stdout.write(stdout.isTTY ? printable(bytes.toString()) : bytes);
		return;
	}
	try {
		await writeFile(file, bytes, { mode: 0o600 });
	} catch (error) {
		throw new LocalhookError(
			"invalid-option",
			`Failed to write "${file}": ${reasonOf(error as NodeJS.ErrnoException)}. Give the path of a file in a folder that exists, or - for stdout.`,
			{ cause: error },
		);
	}
}
