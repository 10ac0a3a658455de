import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "@playwright/test";

const names = ["chromium", "chromium-browser", "google-chrome"];
const executablePath = (process.env.PATH ?? "")
	.split(delimiter)
	.flatMap((folder) => names.map((name) => join(folder, name)))
	.find(isExecutable);

/** Without a browser nothing can be shown in one; `.ci/run` installs it, so CI never skips. Empty: there is one. */
export const withoutChromium =
	executablePath === undefined
		? `none of ${names.join(", ")} is in the PATH`
		: "";

/** Whoever starts it closes it. */
export function startChromium(): Promise<Browser> {
	return chromium.launch({
		...(executablePath !== undefined && { executablePath }),
		// Containers rarely allow a sandbox; the pages are our own.
		args: ["--no-sandbox"],
	});
}

function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
