import { writeFile } from "node:fs/promises";
import { LocalhookError, quoted } from "../errors.ts";
import { printableLine } from "../printing.ts";
import { coloursFor, type Io } from "./io.ts";

/**
 * Writes data to a file that only its owner may read, or to stdout for `-`: byte for byte.
 *
 * @throws LocalhookError `invalid-option`
 */
export async function writeOutput(
	file: string,
	bytes: Buffer,
	{ stdout }: Io,
): Promise<void> {
	if (file === "-") {
		stdout.write(bytes);
		return;
	}
	try {
		await writeFile(file, bytes, { mode: 0o600 });
	} catch (error) {
		throw new LocalhookError(
			"invalid-option",
			`Failed to write ${quoted(file)}: ${reasonOf(error as NodeJS.ErrnoException)}. Give the path of a file in a folder that exists, or - for stdout.`,
			{ cause: error },
		);
	}
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
	if (code === "ENOENT") return "no such file";
	if (code === "EISDIR") return "it is a folder";
	if (code === "ENOSPC") return "the disk is full";
	return message;
}

/** Tells of what does no harm, on stderr. */
export function warn(
	sentences: readonly string[],
	json: boolean,
	{ stderr, env }: Pick<Io, "stderr" | "env">,
): void {
	const { yellow } = coloursFor(stderr, env);
	for (const message of sentences)
		stderr.write(
			json
				? `${JSON.stringify({ kind: "warning", message })}\n`
				: `${yellow(printableLine(message))}\n`,
		);
}
