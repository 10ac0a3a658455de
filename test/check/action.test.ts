import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { parse } from "yaml";
import { builtInIds } from "../../src/catalog.ts";
import { main } from "../support/command.ts";
import { folderWith } from "../support/folder.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Runner {
	/** RUNNER_TEMP. */
	readonly temp: string;
	/** Runs a step's script as a runner does: variables of earlier steps in its environment. */
	step(
		script: string,
		inputs: Record<string, string>,
	): { code: number | null; log: string };
	/** What the steps wrote so far: variables for later steps, outputs. */
	written(file: "GITHUB_ENV" | "GITHUB_OUTPUT"): Promise<Map<string, string>>;
}

/** A stand-in for GitHub's runner, as far as the scripts can tell. */
async function createRunner(): Promise<Runner> {
	const temp = await folderWith({ GITHUB_ENV: "", GITHUB_OUTPUT: "" });
	onTestFinished(() => stopAll(temp));
	const given = new Map<string, string>();
	const written: Runner["written"] = async (file) =>
		new Map(
			(await readFile(join(temp, file), "utf8"))
				.split("\n")
				.filter((line) => line !== "")
				.map((line) => line.split(/=(.*)/s) as [string, string]),
		);
	return {
		temp,
		step(script, inputs) {
			const { status, stdout, stderr } = spawnSync(join(root, script), {
				cwd: temp,
				encoding: "utf8",
				env: {
					PATH: process.env.PATH,
					LOCALHOOK_PORT: "0",
					...Object.fromEntries(given),
					GITHUB_ACTIONS: "true",
					RUNNER_TEMP: temp,
					GITHUB_ENV: join(temp, "GITHUB_ENV"),
					GITHUB_OUTPUT: join(temp, "GITHUB_OUTPUT"),
					...inputs,
				},
			});
			return { code: status, log: stdout + stderr };
		},
		async written(file) {
			const pairs = await written(file);
			if (file === "GITHUB_ENV") for (const pair of pairs) given.set(...pair);
			return pairs;
		},
	};
}

async function stopAll(temp: string): Promise<void> {
	const started = join(temp, "localhook");
	for (const name of await readdir(started).catch(() => [])) {
		const pid = await readFile(join(started, name, "pid"), "utf8");
		try {
			process.kill(Number(pid), "SIGKILL");
		} catch {
			// It has ended by itself.
		}
	}
}

const starting = (values: Record<string, string> = {}) => ({
	INPUT_COMMAND: `${process.execPath} ${main}`,
	INPUT_PROVIDERS: "",
	INPUT_RECEIVER: "",
	INPUT_TIMEOUT: "15",
	...values,
});

test("the action starts localhook, hides its secrets and exports its variables for later steps", async () => {
	const runner = await createRunner();

	const { code, log } = runner.step(
		"action/start.sh",
		starting({
			INPUT_PROVIDERS: "prolific openformat",
			INPUT_RECEIVER: "built-in",
			LOCALHOOK_CREDENTIAL: "openformat=with#and$in-it",
		}),
	);

	expect([code, log]).toEqual([0, expect.stringContaining("is ready at")]);
	const env = await runner.written("GITHUB_ENV");
	const url = env.get("LOCALHOOK_URL");
	expect((await fetch(`${url}/_localhook/health`)).status).toBe(200);
	expect((await runner.written("GITHUB_OUTPUT")).get("url")).toBe(url);
	expect(env.has("SPRITZ_API_URL")).toBe(false);
	// Without the quotes that the file has around it, and hidden just so.
	expect(env.get("OPENFORMAT_API_KEY")).toBe("with#and$in-it");
	for (const name of ["OPENFORMAT_API_KEY", "PROLIFIC_WEBHOOK_SECRET"])
		expect(log).toContain(`::add-mask::${env.get(name)}\n`);
	expect(log.indexOf("::add-mask::")).toBe(0);
	// Nobody else on a shared machine reads what is not for the log.
	const [folder] = await readdir(join(runner.temp, "localhook"));
	const { mode } = await stat(join(runner.temp, "localhook", `${folder}`));
	expect(mode & 0o077).toBe(0);
});

test("the action fails with what localhook says when it cannot start", async () => {
	const runner = await createRunner();

	const { code, log } = runner.step(
		"action/start.sh",
		starting({ INPUT_PROVIDERS: "prolific nonesuch" }),
	);

	expect(code).toBe(1);
	expect(log).toContain(builtInIds.join(", "));
	expect(log).toContain("::error title=localhook::It ended before");
	expect(await runner.written("GITHUB_ENV")).toEqual(new Map());
});

test("the action gives up on a localhook that is not ready in time, and stops it", async () => {
	const runner = await createRunner();
	// Like npx, it passes no signal on.
	await writeFile(join(runner.temp, "slow"), "sh slower & wait");
	await writeFile(
		join(runner.temp, "slower"),
		"echo not yet >&2; sleep 60 & trap 'kill $! 2>/dev/null; echo stopped >end; exit' TERM; wait",
	);

	const { code, log } = runner.step(
		"action/start.sh",
		starting({ INPUT_COMMAND: "sh slow", INPUT_TIMEOUT: "1" }),
	);

	expect(code).toBe(1);
	expect(log).toMatch(/not yet\n::error title=localhook::It was not ready/);
	await vi.waitFor(() => readFile(join(runner.temp, "end")));
});

test("collect gathers the journal and the deliveries of the job, without secrets", async () => {
	const runner = await createRunner();
	runner.step("action/start.sh", starting({ INPUT_RECEIVER: "built-in" }));
	const env = await runner.written("GITHUB_ENV");
	await fetch(`${env.get("LOCALHOOK_URL")}/_localhook/events`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: '{"provider":"spritz","type":"payment.completed"}',
	});
	await fetch(`${env.get("LOCALHOOK_URL")}/_localhook/wait`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: '{"query":"state:delivered"}',
	});

	const { code, log } = runner.step("action/collect/collect.sh", {
		INPUT_COMMAND: `${process.execPath} ${main}`,
	});

	expect(code).toBe(0);
	const folder = (await runner.written("GITHUB_OUTPUT")).get("folder");
	const files = (await readdir(`${folder}`)).sort();
	expect(files).toEqual(["deliveries.ndjson", "journal-1.ndjson"]);
	const texts = await Promise.all(
		files.map((file) => readFile(join(`${folder}`, file), "utf8")),
	);
	expect(texts[0]).toContain('"state":"delivered"');
	expect(texts[1]).toContain('{"kind":"attempt"');
	expect(log).toContain(texts[1]?.trim());
	const secrets = [...env].filter(([name]) => /_(SECRET|KEY)$/.test(name));
	expect(secrets.length).toBeGreaterThan(4);
	for (const [name, secret] of secrets)
		expect(texts.join(""), name).not.toContain(secret);
});

test("collect gathers the journal of a localhook that has ended, and warns where none was started", async () => {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	const [ended, none] = [await createRunner(), await createRunner()];
	ended.step("action/start.sh", starting({ INPUT_PROVIDERS: "openformat" }));
	await ended.written("GITHUB_ENV");
	await stopAll(ended.temp);
	const collecting = {
		INPUT_COMMAND: `${process.execPath} ${main}`,
		LOCALHOOK_URL: `http://127.0.0.1:${port}`,
	};

	const afterwards = ended.step("action/collect/collect.sh", collecting);
	const without = none.step("action/collect/collect.sh", collecting);

	expect(afterwards.code).toBe(0);
	expect(afterwards.log).toContain("::warning title=localhook::The deliveries");
	expect(without.code).toBe(0);
	expect(without.log).toContain("No localhook was started");
	const folder = (await ended.written("GITHUB_OUTPUT")).get("folder");
	expect(await readdir(`${folder}`)).toEqual(["journal-1.ndjson"]);
});

test.each(["action.yml", "action/collect/action.yml"])(
	"%s hands its inputs to scripts that are there, and pins what it uses",
	async (file) => {
		const { inputs, runs } = parse(await readFile(join(root, file), "utf8"));
		const [script, ...others] = runs.steps;
		const path = /GITHUB_ACTION_PATH\/([\w./-]+)/.exec(script.run)?.[1];
		const text = await readFile(join(root, file, "..", `${path}`), "utf8");

		expect(runs.using).toBe("composite");
		for (const [name, value] of Object.entries(script.env)) {
			const input = name.replace("INPUT_", "").toLowerCase();
			expect(value).toBe(`\${{ inputs.${input} }}`);
			expect(inputs).toHaveProperty(input);
			expect(text).toContain(`$${name}`);
		}
		// An expression in a script's text would let its value run.
		for (const { run } of runs.steps) expect(run ?? "").not.toContain("${{");
		for (const { uses } of others)
			expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
	},
);
