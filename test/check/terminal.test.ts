import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { command, main } from "../support/command.ts";
import { folderWith } from "../support/folder.ts";
import { python, withoutPython } from "../support/python.ts";

/** A browser that writes down what it is to open. */
async function browser(code = 0) {
	const folder = await folderWith({
		browser: `#!/bin/sh\nprintf %s "$1" > "$0.opened"\nexit ${code}\n`,
	});
	const path = join(folder, "browser");
	await chmod(path, 0o755);
	return { path, opened: () => readFile(`${path}.opened`, "utf8") };
}

/** Runs a command in a terminal, types there when a text is shown, and gives all that it shows. */
const inTerminal = `
import os, pty, select, sys
typed = sys.argv[1].split("|")
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown = ""
while True:
    ready, _, _ = select.select([terminal], [], [], 20)
    if not ready:
        break
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    shown += data.decode()
    while len(typed) > 1 and typed[0] in shown:
        at = shown.index(typed[0]) + len(typed[0])
        print(shown[:at], end="")
        shown = shown[at:]
        os.write(terminal, (typed[1] + "\\n").encode())
        typed = typed[2:]
print(shown)
_, status = os.waitpid(child, 0)
print("exit", os.waitstatus_to_exitcode(status))
`;

async function typed(
	pairs: readonly string[],
	words: readonly string[],
	env: Record<string, string>,
): Promise<string> {
	const start = [process.execPath, main, "start", "--port", "0", ...words];
	const child = spawn(python, ["-c", inTerminal, pairs.join("|"), ...start], {
		env: { ...process.env, GITHUB_ACTIONS: "", ...env },
		stdio: ["ignore", "pipe", "inherit"],
	});
	onTestFinished(() => void child.kill());
	let shown = "";
	child.stdout.on("data", (data) => {
		shown += data;
	});
	await once(child, "close");
	return shown;
}

it.skipIf(withoutPython || process.platform === "win32")(
	"the terminal that localhook runs in takes a letter and Enter",
	async () => {
		const { path, opened } = await browser();
		const token = "a-token-of-16-characters";

		const shown = await typed(
			[
				...["h + Enter lists", "h", "q + Enter", "x", "q + Enter", "o"],
				...["Opened", "r", "Started over", "q"],
			],
			["--token", token],
			{ BROWSER: path },
		);

		expect(shown).toContain("o + Enter  open the inspector");
		expect(shown).toContain('There is no shortcut "x".');
		// It is the user's own, and need not stand on a screen.
		expect(shown).not.toContain(token);
		expect(shown).toContain("stopped (localhook stop)");
		expect(shown).toContain("exit 0");
		expect(await opened()).toMatch(
			new RegExp(`^http://127\\.0\\.0\\.1:\\d+/#token=${token}$`),
		);
	},
);

it("open opens the page of a running server, with its token, and prints the URL without it", async () => {
	const { path, opened } = await browser();
	const failing = await browser(3);
	const LOCALHOOK_TOKEN = "a-token-of-16-characters";
	const running = command(["start", "--port", "0", "--json"], {
		LOCALHOOK_TOKEN,
	});
	const [, url = ""] = await running.printed(/"url":"([^"]+)"/);
	const env = { LOCALHOOK_URL: url, LOCALHOOK_TOKEN };

	const done = await command(["open"], { ...env, BROWSER: path }).finished;
	const failed = await command(["open"], { ...env, BROWSER: failing.path })
		.finished;
	const none = await command(["open", "--json"], { ...env, BROWSER: "/none" })
		.finished;

	expect(done).toEqual({ code: 0, stdout: `${url}/\n`, stderr: "" });
	expect(await opened()).toBe(`${url}/#token=${LOCALHOOK_TOKEN}`);
	expect(failed.stderr).toContain(`Failed to start "${failing.path}"`);
	expect(JSON.parse(none.stdout)).toEqual({
		kind: "opened",
		url,
		opened: false,
	});
});
