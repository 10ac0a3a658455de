import { execFile, spawn } from "node:child_process";
import { soon } from "../delivery/clock.ts";
import type { Engine } from "../engine/engine.ts";
import { quoted } from "../errors.ts";
import type { Io } from "./io.ts";

interface Running {
	readonly engine: Engine;
	readonly page: string;
	stop(): void;
}

type Act = (running: Running, io: Io) => unknown;

/** By letter, what it does, and how. A text that it gives is shown. */
const shortcuts: Readonly<Record<string, readonly [does: string, act: Act]>> = {
	o: [
		"open the inspector",
		async ({ page }, { env }) =>
			(await openPage(page, env)) ? "Opened the inspector." : unopened(env),
	],
	r: [
		"start over: forget records and deliveries",
		async ({ engine }) => {
			await engine.reset();
			return "Started over.";
		},
	],
	c: ["clear the terminal", (_, io) => io.clear()],
	q: ["stop", ({ stop }) => stop()],
};

export function unopened({ BROWSER }: Io["env"]): string {
	const why = BROWSER
		? `Failed to start ${quoted(BROWSER)}, which BROWSER names`
		: "Failed to start a browser";
	return `${why}: open the inspector's URL in one yourself, or set BROWSER to a program that opens it.`;
}

/**
 * Takes a letter and Enter in the terminal that localhook runs in, by lines, so that the terminal stays as it is.
 * Elsewhere it does nothing, and in the background too: the system stops a process that reads there.
 *
 * @param ended lets the terminal go
 */
export async function takeShortcuts(
	io: Io,
	running: Running,
	ended: AbortSignal,
): Promise<void> {
	const { stdin, stderr } = io;
	if (!stdin.isTTY || !(await isInForeground()) || ended.aborted) return;
	ended.addEventListener("abort", () => stdin.destroy?.());
	stderr.write("  h + Enter lists the shortcuts\n\n");
	try {
		for await (const chunk of stdin)
			for (const line of String(chunk).split("\n")) {
				const letter = line.trim();
				if (letter === "") continue;
				const known = Object.hasOwn(shortcuts, letter);
				const [, act] = (known && shortcuts[letter]) || [];
				const text = act ? await act(running, io) : listFor(letter);
				if (text) stderr.write(`${text}\n`);
			}
	} catch (error) {
		// The terminal was closed, or let go.
		if (!ended.aborted)
			stderr.write(
				`Failed to read the terminal: ${(error as Error).message}.\n`,
			);
	}
}

function listFor(letter: string): string {
	const unknown =
		letter === "h" ? [] : `There is no shortcut ${quoted(letter)}.`;
	const lines = Object.entries(shortcuts).map(
		([name, [does]]) => `  ${name} + Enter  ${does}`,
	);
	return [unknown, ...lines].flat().join("\n");
}

/** Whether this process has the terminal. Windows lets every one of a console read. */
function isInForeground(): Promise<boolean> {
	const words = ["-o", "pgid=,tpgid=", "-p", String(process.pid)];
	return new Promise((resolve) => {
		execFile("ps", words, (error, found) => {
			const [group, ofTerminal] = found.trim().split(/\s+/);
			resolve(error ? process.platform === "win32" : group === ofTerminal);
		});
	});
}

/** The inspector's page, with the token where no server ever reads it. */
export function pageAt(url: string, token: string | undefined): string {
	return `${url}/${token === undefined ? "" : `#token=${token}`}`;
}

const openers: Partial<Record<NodeJS.Platform, string>> = {
	darwin: "open",
	win32: "explorer",
};

/**
 * Opens a page by `BROWSER`, or by what the system has for it, never through a shell.
 *
 * @returns false: there is no such thing, or it failed at once
 */
export function openPage(url: string, env: Io["env"]): Promise<boolean> {
	const opener = env.BROWSER || openers[process.platform] || "xdg-open";
	const child = spawn(opener, [url], { stdio: "ignore", detached: true });
	return new Promise((resolve) => {
		const end = (opened: boolean) => {
			cancel();
			child.unref();
			resolve(opened);
		};
		// A browser that goes on is open.
		const cancel = soon(1000, () => end(true));
		child.once("error", () => end(false));
		// The one of Windows always says that it failed.
		child.once("exit", (code) => end(!code || opener === "explorer"));
	});
}
