import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";

/** Without waiting for somebody who writes into a pipe. Windows knows no such flag. */
const reading = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** A file that cannot be read; the message is the reason, without a full stop. */
export class UnreadableFile extends Error {
	override readonly name = "UnreadableFile";
}

/**
 * Reads a file of the user's. It has to be a regular one: a device or a pipe may have no end.
 *
 * @param most KiB
 * @throws UnreadableFile
 * @example
 * const bytes = await readUserFile("faults.yaml", 128)
 */
export async function readUserFile(
	path: string,
	most: number,
): Promise<Buffer> {
	const file = await open(path, reading).catch(refuse);
	try {
		const reason = whyIrregular(await file.stat());
		if (reason !== undefined) throw new UnreadableFile(reason);
		const chunks: Buffer[] = [];
		// One byte more than may be tells that there are too many.
		const end = most * 1024;
		let size = 0;
		for await (const chunk of file.createReadStream({ end })) {
			chunks.push(chunk as Buffer);
			size += (chunk as Buffer).length;
		}
		if (size > end) throw new UnreadableFile(`it is longer than ${most} KiB`);
		return Buffer.concat(chunks);
	} finally {
		await file.close();
	}
}

/** Why a path is no file that can be read; undefined: it is a regular file. */
export async function whyNoFile(path: string): Promise<string | undefined> {
	try {
		return whyIrregular(await stat(path));
	} catch (error) {
		return reasonOf(error as NodeJS.ErrnoException);
	}
}

export const noSuchFile = "there is no such file";

function whyIrregular(found: {
	isFile(): boolean;
	isDirectory(): boolean;
}): string | undefined {
	if (found.isFile()) return undefined;
	return found.isDirectory()
		? "it is a folder"
		: "it is a pipe or a device, not a regular file";
}

function refuse(error: NodeJS.ErrnoException): never {
	throw new UnreadableFile(reasonOf(error));
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
	return code === "ENOENT" ? noSuchFile : message;
}
