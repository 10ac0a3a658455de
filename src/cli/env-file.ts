import { execFile } from "node:child_process";
import { lstatSync, rmSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Variable } from "../engine/secrets.ts";
import { LocalhookError } from "../errors.ts";
import { readUserFile } from "../user-file.ts";

const marker = "# Written by localhook, and removed when it stops.";

/** KiB that an env file of ours is always below. */
const most = 1024;

/** @param overwrite whether git may track it and somebody else may have written it */
export async function claimEnvFile(path: string, overwrite: boolean) {
	const found = tried(path, () => lstatSync(path, { throwIfNoEntry: false }));
	if (found !== undefined && !found.isFile())
		throw refusal(path, "it is not a regular file");
	if (!overwrite) {
		const instead =
			"Name another one, or add --overwrite-env-file if its content may go.";
		if (await isTracked(path)) throw refusal(path, "git tracks it", instead);
		const nothing = found === undefined || found.size === 0;
		if (
			!nothing &&
			!tried(path, () => readUserFile(path, most))
				.toString()
				.startsWith(marker)
		)
			throw refusal(path, "localhook did not write it", instead);
	}
	let written = "";
	return {
		async write(variables: readonly Variable[]): Promise<void> {
			process.once("exit", remove);
			written = `${[marker, ...variables.map(lineOf)].join("\n")}\n`;
			await replace(path, written);
		},
		/** Unless somebody has written it since. However the process ends by itself, this happens. */
		remove(): void {
			process.off("exit", remove);
			remove();
		},
	};

	function remove(): void {
		if (written === "") return;
		try {
			if (readUserFile(path, most).toString() === written) rmSync(path);
		} catch {
			// It is gone, or not ours any more.
		}
		written = "";
	}
}

function tried<Found>(path: string, look: () => Found): Found {
	try {
		return look();
	} catch (error) {
		throw refusal(path, (error as Error).message);
	}
}

/** In one step: a reader of the file sees the old content or the new one. */
async function replace(path: string, content: string): Promise<void> {
	const draft = `${path}.${process.pid}.tmp`;
	try {
		const file = await open(draft, "wx", 0o600);
		await file.writeFile(content);
		await file.close();
		await rename(draft, path);
	} catch (error) {
		await rm(draft, { force: true });
		throw refusal(path, (error as Error).message);
	}
}

function isTracked(path: string): Promise<boolean> {
	const words = ["ls-files", "--error-unmatch", "--", basename(path)];
	return new Promise((resolve) => {
		execFile("git", words, { cwd: dirname(path) }, (error) =>
			resolve(error === null),
		);
	});
}

/** Quotes only what needs them: Docker takes them for a part of the value. */
function lineOf({ name, value }: Variable): string {
	if (/^[\w./:@%+,=~-]*$/.test(value)) return `${name}=${value}`;
	if (!/['\p{Cc}]/u.test(value)) return `${name}='${value}'`;
	throw new LocalhookError(
		"invalid-credential",
		`Failed to write ${name} to the env file: its value holds an apostrophe or a control character, ` +
			"which no two readers of such files understand alike. Use a credential without.",
	);
}

function refusal(
	path: string,
	reason: string,
	advice = "Name another one.",
): LocalhookError {
	return new LocalhookError(
		"refused-file",
		`Failed to write the env file "${path}": ${reason}. ${advice}`,
	);
}
