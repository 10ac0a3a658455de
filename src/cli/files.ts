import { access, constants, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { JsonProblem } from "../config/read-data.ts";
import { inexactNumberIn, unfitIn } from "../engine/body.ts";
import { invalidOption, quoted } from "../errors.ts";
import { isObject, parsedJson } from "../json.ts";
import { readUserFile } from "../user-file.ts";
import { readAll } from "./client.ts";
import type { Io } from "./io.ts";

const limit = 256 * 1024;

export async function readInput(file: string, { stdin }: Io): Promise<Buffer> {
	try {
		if (file !== "-") return readUserFile(file, limit);
		const tooLong = `it is longer than ${limit} KiB`;
		return await readAll(stdin, limit * 1024, tooLong);
	} catch (error) {
		throw invalidOption(
			`Failed to read ${quoted(file)}: ${(error as Error).message}. Give the path of a file, or - for stdin.`,
		);
	}
}

export async function readJson(file: string, io: Io): Promise<object> {
	const text = (await readInput(file, io)).toString();
	const value = parsedJson(text);
	if (!isObject(value)) {
		const reason =
			value === undefined
				? await jsonProblemIn(text)
				: "it holds something else";
		throw invalidOption(
			`Failed to read ${quoted(file)}: it is not a JSON object (${reason}). Give a file that holds one.`,
		);
	}
	// It is sent as it was read, not as it was written.
	const unfit = inexactNumberIn(text) ?? unfitIn(value, false);
	if (unfit !== undefined)
		throw invalidOption(`Failed to read ${quoted(file)}: ${unfit}.`);
	return value;
}

async function jsonProblemIn(text: string): Promise<string> {
	// Only now, since it comes with what reads YAML.
	const { jsonProblem } = await import("../config/read-data.ts");
	const { message, offset } = jsonProblem(text) as JsonProblem;
	const before = text.slice(0, offset).split("\n");
	return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}: ${message.replace(/ (in JSON )?at position .*/s, "")}`;
}

/** Writes data to a file that only its owner may read, or to stdout for `-`: byte for byte. */
export async function writeOutput(
	file: string,
	bytes: Buffer,
	{ stdout }: Io,
): Promise<void> {
	if (file === "-") {
		stdout.write(bytes);
		return;
	}
	await writeFile(file, bytes, { mode: 0o600 }).catch(notWritten(file));
}

/** Before what takes long: whether a file can be written. It is neither made nor changed. */
export async function expectOutput(file: string): Promise<void> {
	if (file === "-") return;
	const found = await stat(file).catch(() => undefined);
	if (found?.isDirectory()) notWritten(file)({ code: "EISDIR" });
	const place = found === undefined ? dirname(file) : file;
	await access(place, constants.W_OK).catch(notWritten(file));
}

function notWritten(file: string) {
	return ({ code = "", message }: Partial<NodeJS.ErrnoException>): never => {
		throw invalidOption(
			`Failed to write ${quoted(file)}: ${reasons[code] ?? message}. Give the path of a file in a folder that exists, or - for stdout.`,
		);
	};
}

const reasons: Readonly<Record<string, string>> = {
	ENOENT: "no such file",
	EISDIR: "it is a folder",
	ENOSPC: "the disk is full",
};
