import { createReadStream } from "node:fs";
import { inexactNumberIn } from "../engine/json-limits.ts";
import { unfitIn } from "../engine/payload.ts";
import { LocalhookError, quoted } from "../errors.ts";
import type { Io } from "./io.ts";

const limit = 256 * 1024 * 1024;

/** The bytes of a file, or of stdin for `-`. @throws LocalhookError `invalid-option` */
export async function readInput(file: string, { stdin }: Io): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	try {
		for await (const chunk of file === "-" ? stdin : createReadStream(file)) {
			const bytes = Buffer.from(chunk as Uint8Array);
			chunks.push(bytes);
			size += bytes.length;
			if (size > limit) throw new Error(`it is longer than ${limit} bytes`);
		}
	} catch (error) {
		throw new LocalhookError(
			"invalid-option",
			`Failed to read ${quoted(file)}: ${reasonOf(error as NodeJS.ErrnoException)}. Give the path of a file, or - for stdin.`,
			{ cause: error },
		);
	}
	return Buffer.concat(chunks);
}

/** The same, as JSON. */
export async function readJson(file: string, io: Io): Promise<object> {
	const text = (await readInput(file, io)).toString();
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw notJson(file, (error as Error).message);
	}
	if (typeof value !== "object" || value === null || Array.isArray(value))
		throw notJson(file, "it holds something else");
	// It is sent as it was read, not as it was written.
	const unfit = inexactNumberIn(text) ?? unfitIn(value, false);
	if (unfit !== undefined)
		throw new LocalhookError(
			"invalid-option",
			`Failed to read ${quoted(file)}: ${unfit}.`,
		);
	return value;
}

function notJson(file: string, reason: string): LocalhookError {
	return new LocalhookError(
		"invalid-option",
		`Failed to read ${quoted(file)}: it is not a JSON object (${reason}). Give a file that holds one.`,
	);
}

export function reasonOf(error: NodeJS.ErrnoException): string {
	if (error.code === "ENOENT") return "no such file";
	if (error.code === "EISDIR") return "it is a folder";
	return error.message;
}
