import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { builtInIds } from "../../src/catalog.ts";
import { claimEnvFile } from "../../src/cli/env-file.ts";
import { environmentOf } from "../../src/cli/exec-command.ts";
import {
	command,
	type Finished,
	main,
	spawnCommand,
	startCommand,
} from "../support/command.ts";
import { folderWith } from "../support/folder.ts";
import { runInProcess, startInProcess } from "../support/in-process.ts";

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
	} catch {
		return false;
	}
	// Of a process that has ended, an entry may stay that nobody collects.
	return (
		process.platform !== "linux" ||
		!/^State:\sZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))
	);
}

async function expectGone(...pids: number[]): Promise<void> {
	await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]));
}

/** The lines `NAME=value` of a text. */
function variablesIn(text: string): Record<string, string> {
	return Object.fromEntries(
		text
			.split("\n")
			.map((line) => /^(\w+)=(.*)$/.exec(line))
			.filter((match) => match !== null)
			.map(([, name, value]) => [name as string, value as string]),
	);
}

/** Runs `exec` in this process, with a shell whose output is kept in a file. */
async function execShell(
	flags: readonly string[],
	script: string,
	...surroundings: [Parameters<typeof runInProcess>[1]?]
): Promise<Finished> {
	const file = join(await folderWith({ stdout: "" }), "stdout");
	const shell = ["sh", "-c", `exec >'${file}'; ${script}`];
	const words = ["exec", ...flags, "--", ...shell];
	const ended = await runInProcess(words, ...surroundings);
	expect(ended.stdout).toBe("");
	return { ...ended, stdout: await readFile(file, "utf8") };
}

describe("with a receiver", () => {
	/** What one command finds out about what it is given. */
	const script = `
		const { env } = process;
		const call = (url, headers) => fetch(url, { headers }).then(({ status }) => status);
		const statuses = await Promise.all([
			call(env.LOCALHOOK_URL + "/_localhook/health"),
			call(env.PROLIFIC_API_URL + "/api/v1/hooks/event-types/", { authorization: "Token " + env.PROLIFIC_API_TOKEN }),
			call(env.SOLVIMON_API_URL + "/v1/webhooks", { "x-api-key": env.SOLVIMON_API_KEY }),
			call(env.OPENFORMAT_API_URL + "/webhook/secret", { "x-api-key": env.OPENFORMAT_API_KEY }),
		]);
		const shown = await (await fetch(env.LOCALHOOK_URL + "/_localhook/providers?reveal=true")).json();
		const secrets = shown.providers.map(({ id, secrets }) =>
			[id, secrets[0] === env[id.toUpperCase() + "_WEBHOOK_SECRET"]]);
		console.log(JSON.stringify({ statuses, secrets }));
	`;
	let ended: Finished;

	beforeAll(async () => {
		const node = [process.execPath, "--input-type=module", "-e", script];
		const words = ["exec", "--receiver", "built-in", "--", ...node];
		ended = await spawnCommand(words).finished;
	});

	test("the command is given URLs at which the providers answer to the credentials it is given", () => {
		expect(ended.stderr).toBe("");
		expect(JSON.parse(ended.stdout).statuses).toEqual([200, 200, 200, 200]);
		expect(ended.code).toBe(0);
	});

	test("each provider's webhook secret is the one its deliveries are signed with", () => {
		expect(JSON.parse(ended.stdout).secrets).toEqual(
			builtInIds.map((id) => [id, true]),
		);
	});
});

describe("without a receiver", () => {
	let given: Record<string, string>;

	beforeAll(async () => {
		const credentials = [
			"spritz=int_mine:sk_mine",
			"solvimon=mine:WEBHOOK.VIEW",
		];
		const flags = credentials.flatMap((each) => ["--credential", each]);
		const { finished } = spawnCommand(
			["exec", "spritz", "solvimon", ...flags, "--", "env"],
			{
				SPRITZ_WEBHOOK_SECRET: "chosen",
				SPRITZ_API_SECRET: "a real one",
				LOCALHOOK_URL: "http://elsewhere",
				LOCALHOOK_SEED: "7",
			},
		);
		given = variablesIn((await finished).stdout);
	});

	test("a pinned credential is handed on in the parts that a client holds, and a secret that is not there yet leaves what was set", () => {
		expect(given).toMatchObject({
			SPRITZ_INTEGRATOR_KEY: "int_mine",
			SPRITZ_API_SECRET: "sk_mine",
			SPRITZ_WEBHOOK_SECRET: "chosen",
			SOLVIMON_API_KEY: "mine",
		});
		expect(given).not.toHaveProperty("SOLVIMON_WEBHOOK_SECRET");
		expect(given).not.toHaveProperty("PROLIFIC_API_URL");
	});

	test("settings of this run do not reach a localhook that the command starts", () => {
		const { LOCALHOOK_URL, LOCALHOOK_RECEIVER_URL, ...others } = given;

		expect(LOCALHOOK_URL).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
		expect(LOCALHOOK_RECEIVER_URL).toBe(`${LOCALHOOK_URL}/_localhook/receiver`);
		expect(
			Object.keys(others).filter((name) => name.startsWith("LOCALHOOK_")),
		).toEqual([]);
	});
});

test.each([
	[{}, "127.0.0.1,localhost,::1", "127.0.0.1,localhost,::1"],
	[
		{ NO_PROXY: "corp.test" },
		"corp.test,127.0.0.1,localhost,::1",
		"corp.test,127.0.0.1,localhost,::1",
	],
	[
		{ NO_PROXY: "a.test, localhost", no_proxy: "b.test" },
		"a.test, localhost,127.0.0.1,::1",
		"b.test,127.0.0.1,localhost,::1",
	],
	[{ no_proxy: "*" }, "*", "*"],
])(
	"no proxy is between the command and localhook where the environment has %j",
	(given, upper, lower) => {
		const { NO_PROXY, no_proxy } = environmentOf(
			given,
			[],
			"http://127.0.0.1:1",
		);

		expect([NO_PROXY, no_proxy]).toEqual([upper, lower]);
	},
);

test("no proxy is in between at an address beyond loopback either", () => {
	const { NO_PROXY } = environmentOf({}, [], "http://192.0.2.7:4600");

	expect(NO_PROXY).toBe("127.0.0.1,localhost,::1,192.0.2.7");
});

test("a batch file is run on Windows as a shell there would run it", async () => {
	const folder = await folderWith({
		"tool.cmd": "",
		"windows.cjs": windows,
	});
	const { stdout } = await command(
		["exec", "prolific", "--", "tool", "a b", "100%", '"&calc'],
		{
			NODE_OPTIONS: `--require ${join(folder, "windows.cjs")}`,
			PATH: folder,
			PATHEXT: ".EXE;.CMD",
			comspec: "cmd.exe",
		},
	).finished;

	expect(JSON.parse(stdout)).toEqual({
		file: "cmd.exe",
		args: ["/d", "/s", "/c", '"tool ^"a^ b^" ^"100^%^" ^"\\^"^&calc^""'],
		windowsVerbatimArguments: true,
	});
});

/** Makes Node say that it runs on Windows, and tells what would be run there. */
const windows = `
Object.defineProperty(process, "platform", { value: "win32" });
const processes = require("node:child_process");
processes.spawn = (file, args, { windowsVerbatimArguments }) => {
	console.log(JSON.stringify({ file, args, windowsVerbatimArguments }));
	const child = new (require("node:events").EventEmitter)();
	process.nextTick(() => child.emit("exit", 0, null));
	return child;
};
require("node:module").syncBuiltinESMExports();
`;

test("the configuration counts, and a localhook that the command starts has nothing to warn of", async () => {
	const folder = await folderWith({
		"localhook.config.yaml": "providers: [spritz]\nwriteEnvFile: ./env\n",
	});
	const nested = `"${process.execPath}" "${main}" config show --json --no-strict`;
	const { code, stdout, stderr } = await execShell(
		["--config", join(folder, "localhook.config.yaml")],
		`cd '${folder}'; cat env; ${nested} | grep writeEnvFile`,
	);

	expect([code, stderr]).toEqual([0, ""]);
	expect(stdout).toMatch(/^SPRITZ_API_URL=/m);
	expect(stdout).not.toMatch(/^PROLIFIC_API_URL=/m);
	expect(stdout).toContain(`"value":${JSON.stringify(join(folder, "env"))}`);
});

test("what follows the dashes is the command's, dashes and flags included", async () => {
	const file = join(await folderWith(), "given");
	const shell = ["sh", "-c", `printf '%s,' "$@" >'${file}'`, "sh"];
	const words = ["exec", "prolific", "-p", "0", "--", ...shell];

	const { code } = await runInProcess([...words, "--", "--help", "--", "x"]);

	expect(await readFile(file, "utf8")).toBe("--,--help,--,x,");
	expect(code).toBe(0);
});

test("--no-quiet prints calls to stderr and leaves stdout to the command", async () => {
	const script =
		'fetch(process.env.PROLIFIC_API_URL + "/").then(() => console.log("mine"))';
	const { stdout, stderr } = await execShell(
		["--no-quiet", "prolific"],
		`"${process.execPath}" -e '${script}'`,
	);

	expect(stdout).toBe("mine\n");
	expect(stderr).toMatch(/prolific +call +404 +GET \//);
});

test.each([
	["exit code", "exit 7", 7],
	["end by SIGTERM", "kill -TERM $$", 143],
	["end by SIGKILL", "kill -KILL $$", 137],
])("it ends as the command does: %s", async (_, script, expected) => {
	const { code, stderr } = await execShell(["prolific"], script);

	expect(stderr).toBe("");
	expect(code).toBe(expected);
});

test("it ends as the command does when that signals it at once", async () => {
	const shell = ["sh", "-c", "kill -TERM $PPID; sleep 1000"];

	const { finished } = command(["exec", "prolific", "--", ...shell]);

	expect(await finished).toMatchObject({ code: 143, stderr: "" });
});

test("a command that is not found ends it with 127, one that is not executable with 126, none with 2", async () => {
	const plain = join(await folderWith(), "plain");
	await writeFile(plain, "");
	const end = (...words: string[]) =>
		runInProcess(["exec", "prolific", ...words]);

	const missing = await end("--", "nonesuch");
	const notExecutable = await end("--", plain);
	const none = await end("npm", "test");

	expect(missing.code).toBe(127);
	expect(missing.stderr).toContain('"nonesuch": there is no such command');
	expect(notExecutable.code).toBe(126);
	expect(notExecutable.stderr).toContain(`chmod +x ${plain}`);
	expect(none.code).toBe(2);
	expect(none.stderr).toContain("localhook exec -- prolific npm test");
});

test("SIGTERM ends the command and what it started, and leaves no process", async () => {
	const running = command([
		"exec",
		"prolific",
		"--",
		"sh",
		"-c",
		"sleep 1000 & echo $$ $!; sleep 1000",
	]);
	const [, shell, sleep] = await running.printed(/(\d+) (\d+)\n/);

	running.process.kill("SIGTERM");
	const { code } = await running.finished;

	expect(code).toBe(143);
	await expectGone(Number(shell), Number(sleep));
});

test("what the command leaves behind ends with it, even what does not heed SIGTERM", async () => {
	const { code, stdout } = await execShell(
		["prolific", "--grace", "100ms"],
		"sleep 1000 & echo $!; (trap '' TERM; exec sleep 1000) & echo $!; exit 3",
	);

	expect(code).toBe(3);
	await expectGone(...stdout.trim().split("\n").map(Number));
});

test("a command that does not heed SIGTERM is ended after the grace period", async () => {
	const running = command([
		"exec",
		"prolific",
		"--grace",
		"100ms",
		"--",
		"sh",
		"-c",
		"trap '' TERM; echo ready; while :; do sleep 1; done",
	]);
	await running.printed(/ready/);

	running.process.kill("SIGTERM");

	expect(await running.finished).toMatchObject({ code: 137 });
});

test.each(["SIGINT", "SIGHUP"] as const)(
	"%s reaches the command, which ends as it sees fit",
	async (signal) => {
		const script = `trap 'echo heard; exit 5' ${signal.slice(3)}; echo ready; sleep 1000 & wait`;
		const shell = ["sh", "-c", script];
		const running = command(["exec", "prolific", "--", ...shell]);
		await running.printed(/ready/);

		running.process.kill(signal);

		expect(await running.finished).toEqual({
			code: 5,
			stdout: "ready\nheard\n",
			stderr: "",
		});
	},
);

test("a Ctrl-C that comes twice at once is one; a second one ends the command at once", async () => {
	// Plays npm too, which passes on what the terminal has sent already.
	const script = `
		process.once("SIGINT", () => {
			process.kill(process.ppid, "SIGINT");
			setTimeout(() => console.log("still here"), 50);
		});
		process.on("SIGINT", () => {});
		setInterval(() => {}, 1000);
		console.log("ready");
	`;
	const words = ["exec", "prolific", "--", process.execPath, "-e", script];
	const running = command(words);
	await running.printed(/ready/);

	running.process.kill("SIGINT");
	await running.printed(/still here/);
	// Not so often that they would pass for one.
	await vi.waitFor(
		() => {
			running.process.kill("SIGINT");
			expect(running.process.exitCode).toBe(137);
		},
		{ interval: 300, timeout: 10_000 },
	);
});

test("--write-env-file writes what the command gets, for its owner alone, and removes it at the end", async () => {
	const folder = await folderWith();
	const file = join(folder, "env");
	const credential = "openformat=with#and$in-it";
	const { stdout } = await execShell(
		[
			"--receiver=built-in",
			"--credential",
			credential,
			"--write-env-file",
			file,
		],
		`env; echo ===; ls -l ${file} | cut -c1-10; ls ${folder}; set -a; . ${file}; echo ===; env`,
	);

	const [given = "", facts, sourced = ""] = stdout.split("===\n");
	const names = /^(LOCALHOOK|OPENFORMAT|PROLIFIC|SOLVIMON|SPRITZ)_/;
	const ours = (text: string) =>
		Object.entries(variablesIn(text))
			.filter(([name]) => names.test(name))
			.sort();
	expect(facts).toBe("-rw-------\nenv\n");
	expect(ours(sourced)).toEqual(ours(given));
	expect(ours(given)).toHaveLength(15);
	expect(await readdir(folder)).toEqual([]);
});

test("start writes the file too, over one that localhook left behind, and removes it when it is stopped", async () => {
	const file = join(await folderWith(), "env");
	const flags = [
		"prolific",
		"--receiver",
		"built-in",
		"--write-env-file",
		file,
	];
	const killed = await startCommand(flags);
	killed.process.kill("SIGKILL");
	await killed.finished;
	const left = await readFile(file, "utf8");

	const running = await startInProcess([...flags, "--seed", "7"]);
	const written = await readFile(file, "utf8");
	await running.stop("SIGTERM");

	expect(variablesIn(left).PROLIFIC_WEBHOOK_SECRET).toMatch(/.{35}/);
	expect(written).not.toBe(left);
	expect(variablesIn(written).LOCALHOOK_URL).toBe(running.url);
	await expect(stat(file)).rejects.toThrow("ENOENT");
});

test("start goes on when nobody reads its talk any more, and removes the file when its terminal is closed", async () => {
	const file = join(await folderWith(), "env");
	const { url, process, finished } = await startCommand([
		"prolific",
		"--write-env-file",
		file,
	]);
	const call = () => fetch(`${url}/prolific/api/v1/hooks/event-types/`);
	process.stderr?.destroy();

	// The first is told of to nobody; the second shows that this ended nothing.
	const statuses = [(await call()).status, (await call()).status];
	process.kill("SIGHUP");

	expect(statuses).toEqual([401, 401]);
	expect((await finished).code).toBe(129);
	await expect(stat(file)).rejects.toThrow("ENOENT");
});

test("an env file that somebody wrote anew is left alone at the end", async () => {
	const file = join(await folderWith(), "env");

	const flags = ["prolific", "--write-env-file", file];
	await execShell(flags, `echo MINE=1 > ${file}`);

	expect(await readFile(file, "utf8")).toBe("MINE=1\n");
});

test("it does not write over a file of somebody else's, one that git tracks, or what is no file, unless told to", async () => {
	const folder = await folderWith();
	const [foreign, tracked, link] = ["foreign", "tracked", "link"].map((name) =>
		join(folder, name),
	) as [string, string, string];
	await writeFile(foreign, "MINE=1\n");
	execFileSync("git", ["init", "-q"], { cwd: folder });
	await writeFile(
		tracked,
		"# Written by localhook, and removed when it stops.\n",
	);
	execFileSync("git", ["add", "tracked"], { cwd: folder });
	await symlink(foreign, link);
	const ran = join(folder, "ran");
	const wordsFor = (file: string, ...flags: string[]) => [
		"exec",
		"prolific",
		"--write-env-file",
		file,
		...flags,
		"--",
		"touch",
		ran,
	];

	const refused = await Promise.all([
		runInProcess(wordsFor(foreign)),
		runInProcess(wordsFor(tracked)),
		runInProcess(wordsFor(link)),
	]);
	const kept = await readFile(foreign, "utf8");
	const left = existsSync(ran);
	const told = await runInProcess(wordsFor(foreign, "--overwrite-env-file"));

	expect(refused.map(({ code }) => code)).toEqual([2, 2, 2]);
	expect(left).toBe(false);
	expect(refused[0]?.stderr).toMatch(
		/foreign.*localhook did not write it.*--overwrite-env-file/,
	);
	expect(refused[1]?.stderr).toMatch(/tracked.*git tracks it/);
	expect(refused[2]?.stderr).toMatch(/link.*not a regular file/);
	expect(kept).toBe("MINE=1\n");
	expect(told.code).toBe(0);
	expect(existsSync(ran)).toBe(true);
});

test.each([
	["behind other lines", (marker: string) => `MINE=1\n${marker}\nTHEIRS=2\n`],
	["behind a space", (marker: string) => ` ${marker}\n`],
	["inside a value", (marker: string) => `MINE="${marker}"\n`],
])("localhook's marker %s makes no env file its own", async (_, content) => {
	const file = join(await folderWith(), "env");
	const text = content("# Written by localhook, and removed when it stops.");
	await writeFile(file, text);

	await expect(claimEnvFile(file, false)).rejects.toMatchObject({
		code: "refused-file",
		message: expect.stringContaining("localhook did not write it"),
	});
	expect(await readFile(file, "utf8")).toBe(text);
});

test("an env file that cannot be written ends it before the command runs", async () => {
	const folder = await folderWith();
	const file = join(folder, "none", "env");

	const ran = join(folder, "ran");

	const { code, stderr } = await runInProcess([
		"exec",
		"prolific",
		"--write-env-file",
		file,
		"--",
		"touch",
		ran,
	]);

	expect(code).toBe(2);
	expect(existsSync(ran)).toBe(false);
	expect(stderr).toContain(file);
	expect(stderr).not.toMatch(/\n\s+at /);
});

test("in GitHub Actions secrets and credentials are masked before the command runs", async () => {
	const credential = "openformat=100%percent";
	const { stdout, stderr } = await execShell(
		["openformat", "--receiver=built-in", "--credential", credential],
		'echo "$OPENFORMAT_WEBHOOK_SECRET"',
		{ env: { GITHUB_ACTIONS: "true" } },
	);

	const secret = stdout.trim();
	expect(stderr.split("\n")).toEqual(
		expect.arrayContaining([
			"::add-mask::100%25percent",
			`::add-mask::${secret}`,
			`::add-mask::${Buffer.from(secret).toString("hex")}`,
			`::add-mask::${Buffer.from(secret).toString("base64")}`,
		]),
	);
});

test("in GitHub Actions start masks what its banner shows, and leaves NDJSON alone", async () => {
	const surroundings = { env: { GITHUB_ACTIONS: "true" } };
	const words = ["prolific", "--receiver", "built-in"];
	const running = await startInProcess(words, surroundings);
	const [, secret] = await running.printed(/secret (\S+)/);
	const json = await startInProcess([...words, "--json"], surroundings);
	await json.printed(/"ready"/);

	const [masked, plain] = [await running.stop(), await json.stop()];

	expect(masked.stderr).toContain(`::add-mask::${secret}\n`);
	expect(plain.stdout).not.toContain("::add-mask::");
});
