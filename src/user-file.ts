import {
	closeSync,
	constants,
	fstatSync,
	openSync,
	readFileSync,
	type Stats,
	statSync,
} from "node:fs";

/** Without waiting for somebody who writes into a pipe. Windows knows no such flag. */
const reading = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export const noSuchFile = "there is no such file";

/** A file that cannot be read; the message is the reason, without a full stop. */
export class UnreadableFile extends Error {
	override readonly name = "UnreadableFile";
}

/**
 * Reads a file of the user's. It has to be a regular one: a device or a pipe may have no end.
 *
 * @param most KiB
 */
export function readUserFile(path: string | URL, most: number): Buffer {
	let file: number | undefined;
	try {
		file = openSync(path, reading);
		const found = fstatSync(file);
		const reason = whyIrregular(found);
		if (reason !== undefined) throw new UnreadableFile(reason);
		const tooLong = new UnreadableFile(`it is longer than ${most} KiB`);
		if (found.size > most * 1024) throw tooLong;
		const bytes = readFileSync(file);
		// Of files in /proc, the system says a length of 0.
		if (bytes.length > most * 1024) throw tooLong;
		return bytes;
	} catch (error) {
		if (error instanceof UnreadableFile) throw error;
		throw new UnreadableFile(reasonOf(error as NodeJS.ErrnoException));
	} finally {
		if (file !== undefined) closeSync(file);
	}
}

/** Why a path is no file that can be read; undefined: it is a regular file. */
export function whyNoFile(path: string): string | undefined {
	try {
		const found = statSync(path, { throwIfNoEntry: false });
		return found ? whyIrregular(found) : noSuchFile;
	} catch (error) {
		return reasonOf(error as NodeJS.ErrnoException);
	}
}

function whyIrregular(found: Stats): string | undefined {
	if (found.isFile()) return undefined;
	return found.isDirectory()
		? "it is a folder"
		: "it is a pipe or a device, not a regular file";
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
	return code === "ENOENT" ? noSuchFile : message;
}
