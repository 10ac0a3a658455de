import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { builtInIds } from "../src/catalog.ts";
import { startControlServer } from "./support/control-server.ts";
import { runInProcess } from "./support/in-process.ts";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const lacks = (shell: string) =>
	spawnSync(shell, ["--version"]).error !== undefined;

const idsFrom = (start: string) =>
	builtInIds.filter((id) => id.startsWith(start));

/** Runs a script in a shell that finds `localhook`, with `$1` for what `localhook completion` prints. */
async function inShell(shell: string, script: string): Promise<string[]> {
	const folder = await mkdtemp(join(tmpdir(), "localhook-"));
	onTestFinished(() => rm(folder, { recursive: true, force: true }));
	const { stdout: completion } = await runInProcess(["completion", shell]);
	const command = `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`;
	await writeFile(join(folder, "localhook"), command, { mode: 0o755 });
	await writeFile(join(folder, "completion"), completion);
	const { stdout, stderr } = spawnSync(
		shell,
		["-c", `cd '${folder}'\n${script}`],
		{
			encoding: "utf8",
			env: {
				...process.env,
				HOME: folder,
				PATH: `${folder}${delimiter}${process.env.PATH}`,
			},
		},
	);
	expect(stderr).toBe("");
	return stdout.trim().split("\n");
}

test.each([
	[["cl"], ["clock"]],
	[["pro"], ["prolific"]],
	[
		["clock", ""],
		["now", "advance", "next", "drain", "help"],
	],
	[["help", "clo"], ["clock"]],
	[["send", "p"], idsFrom("p")],
	[["send", "prolific", "study.s"], ["study.status.change"]],
	[
		["send", "--json", "spritz", "payment.c"],
		["payment.created", "payment.completed"],
	],
	[["send", "--to", "x", "spritz", "payment.r"], ["payment.refunded"]],
	[["send", "prolfic", ""], []],
	[["send", "prolific", "x", "--sign", "=", "wr"], ["wrong-secret"]],
	[["send", "prolific", "x", "--d"], ["--dry-run"]],
	[["start", "spritz", "p"], idsFrom("p")],
	[["--strict", "spritz", "p"], idsFrom("p")],
	[["--st"], ["--strict"]],
	[["endpoint", "pause", "so"], ["solvimon"]],
	[["demo", "s"], idsFrom("s")],
	[["send", "prolific", "x", "--no"], ["--no-wait"]],
	[["log", "--no"], []],
	[["start", "--env"], []],
	[["secret", "so"], ["solvimon"]],
	[["resend", "l"], ["latest"]],
	[["export", "h"], ["har"]],
	[
		["completion", ""],
		["bash", "zsh", "fish"],
	],
	[["snapshot", "load", "x"], []],
	[
		["log", "e"],
		["event:", "endpoint:", "error:"],
	],
	[["log", "state:f"], ["state:failed"]],
	[
		["wait", "state:failed", "provider:s"],
		idsFrom("s").map((id) => `provider:${id}`),
	],
	[["export", "har", "type:study.s"], ["type:study.status.change"]],
	[["log", "state", ":", "f"], ["failed"]],
	[["log", "provider", ":"], builtInIds],
	[["log", "body:x"], []],
	[["start", "--option", "prolific.j"], ["prolific.json="]],
	[["start", "--option", "prolific.json=c"], ["prolific.json=compact"]],
	[["start", "--option", "prolific.json", "=", "c"], ["compact"]],
	[["start", "--option=prolific.json=c"], ["--option=prolific.json=compact"]],
	[["send", "prolific", "x", "--sign=no"], ["--sign=none"]],
	[["send", "prolific", "x", "--sign", "=", "no"], ["none"]],
])("%j goes on with %j", async (words, expected) => {
	const { code, stdout } = await runInProcess(["complete", "--", ...words]);

	expect(stdout.split("\n").filter(Boolean)).toEqual(expected);
	expect(code).toBe(0);
});

test("endpoints of the running server go on an endpoint's id", async () => {
	const { url } = await startControlServer({
		"GET /endpoints": ({ query }) => ({
			body: { endpoints: [{ id: `${query.provider ?? "any"}-1` }] },
		}),
	});
	const complete = async (env: Record<string, string>, ...words: string[]) =>
		(await runInProcess(["complete", "--", ...words], { env })).stdout;
	const env = { LOCALHOOK_URL: url };

	expect([
		await complete(env, "endpoint", "pause", "prolific", ""),
		await complete(env, "send", "spritz", "x", "--endpoint", ""),
		await complete(env, "log", "endpoint:"),
		await complete({ LOCALHOOK_URL: "http://127.0.0.1:1" }, "log", "endpoint:"),
	]).toEqual(["prolific-1\n", "spritz-1\n", "endpoint:any-1\n", ""]);
});

test.skipIf(lacks("bash"))("bash completes with it", async () => {
	const printed = await inShell(
		"bash",
		`. ./completion
		try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _localhook; echo "\${COMPREPLY[*]}"; }
		try localhook clo
		try localhook send prolific study.s
		try localhook send prolific x --sign = p
		complete -p localhook`,
	);

	expect(printed).toEqual([
		"clock",
		"study.status.change",
		"previous-secret",
		"complete -o default -F _localhook localhook",
	]);
});

test.skipIf(lacks("zsh"))("zsh completes with it", async () => {
	const printed = await inShell(
		"zsh",
		`compdef() { echo "compdef $*" }
		compadd() { echo "\${(P)2}" }
		_files() { echo "files" }
		. ./completion
		try() { words=("$@"); CURRENT=$#; _localhook }
		try localhook clo
		try localhook send prolific study.s
		try localhook snapshot load ""`,
	);

	expect(printed).toEqual([
		"compdef _localhook localhook",
		"clock",
		"study.status.change",
		"files",
	]);
});

test.skipIf(lacks("fish"))("fish completes with it", async () => {
	const printed = await inShell(
		"fish",
		`. ./completion
		complete -C "localhook clo"
		complete -C "localhook send prolific study.s"
		complete -C "localhook snapshot load comp"`,
	);

	expect(printed).toEqual(["clock", "study.status.change", "completion"]);
});
