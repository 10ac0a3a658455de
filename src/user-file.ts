import {
	closeSync,
	constants,
	fstatSync,
	openSync,
	readSync,
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
		const reason = whyIrregular(fstatSync(file));
		if (reason !== undefined) throw new UnreadableFile(reason);
		return readUpTo(file, most);
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

/** What the system says of a length need not be so: of files in /proc it says 0. */
function readUpTo(file: number, most: number): Buffer {
	const chunks: Buffer[] = [];
	let size = 0;
	for (;;) {
		const chunk = Buffer.allocUnsafe(64 * 1024);
		const length = readSync(file, chunk);
		if (length === 0) return Buffer.concat(chunks);
		chunks.push(chunk.subarray(0, length));
		size += length;
		if (size > most * 1024)
			throw new UnreadableFile(`it is longer than ${most} KiB`);
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
