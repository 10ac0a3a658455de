import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { LocalhookError } from "./errors.ts";

/** The oldest version of each optional peer that localhook works with. Any other may be installed beside it. */
const oldest = {
	msw: "2.10",
	vitest: "4.1",
	"@playwright/test": "1.50",
} as const;

export type Peer = keyof typeof oldest;

/**
 * For entries that stand on a peer, when they are imported: `package.json` takes every version, so that an installation
 * is never refused for the sake of an entry that nobody imports.
 */
export function requirePeer(
	peer: Peer,
	entry: string,
	found: string | undefined = installed(peer),
): void {
	if (found !== undefined && isOlder(found, oldest[peer]))
		throw new LocalhookError(
			"unsupported-peer",
			`Failed to load ${entry}: it needs ${peer} ${oldest[peer]} or newer, and ${found} is installed. ` +
				`Run: npm install --save-dev ${peer}@latest`,
		);
}

/** The error of an import, in a sentence if it is that a peer is not installed. */
export function missingPeer(
	peer: Peer,
	entry: string,
	error: unknown,
): LocalhookError | undefined {
	const { code, message } = error as { code?: string; message?: string };
	const isMissing =
		(code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") &&
		new RegExp(`['"]${peer}(/[^'"]*)?['"]`).test(message ?? "");
	if (!isMissing) return undefined;
	return new LocalhookError(
		"unsupported-peer",
		`Failed to load ${entry}: it needs ${peer} ${oldest[peer]} or newer, and none is installed. ` +
			`Run: npm install --save-dev ${peer}`,
		{ cause: error },
	);
}

/** undefined: it cannot be told, as in a bundle. */
function installed(peer: Peer): string | undefined {
	try {
		const file = createRequire(import.meta.url).resolve(`${peer}/package.json`);
		return JSON.parse(readFileSync(file, "utf8")).version;
	} catch {
		return undefined;
	}
}

/** By the two numbers that matter; a prerelease counts as what it leads to. */
function isOlder(found: string, least: string): boolean {
	const [major = 0, minor = 0] = found.split(".").map(Number.parseFloat);
	const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
	return major === leastMajor ? minor < leastMinor : major < leastMajor;
}
