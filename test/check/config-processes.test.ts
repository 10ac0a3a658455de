import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { command } from "../support/command.ts";
import { folderWith } from "../support/folder.ts";
import { runInProcess } from "../support/in-process.ts";

describe("a configuration, by processes", () => {
	it("start goes by the file, and by what it names from where the file is", async () => {
		const folder = await folderWith({
			"localhook.config.ts":
				'import { defineConfig } from "localhook";\n' +
				'export default defineConfig({ providers: ["spritz"], port: 0, json: true, handlers: "./handlers.ts" });',
			"handlers.ts": "export const handlers = [];",
		});
		const elsewhere = await folderWith();
		const running = command(
			["--config", join(folder, "localhook.config.ts")],
			{ LOCALHOOK_SEED: "7", LOCALHOOK_SED: "8" },
			elsewhere,
		);

		const [line] = await running.printed(/.*"ready".*/);
		// It is told before the file is read, which asks for JSON.
		await running.printed(/Ignored LOCALHOOK_SED: /);

		expect(JSON.parse(line)).toMatchObject({
			seed: "7",
			providers: [{ id: "spritz" }],
		});
	});

	it("start and config validate print the same problems and end with 2", async () => {
		const folder = await folderWith({
			"localhook.config.yaml": "prot: 1\noptions:\n  prolific: { retry: x }\n",
		});
		const config = join(folder, "localhook.config.yaml");
		const run = (...words: string[]) => command(words, {}, folder).finished;

		const [start, validate, json] = await Promise.all([
			run("start"),
			run("config", "validate"),
			runInProcess(["config", "validate", "--json", "--config", config]),
		]);

		expect([start.code, validate.code, json.code]).toEqual([2, 2, 2]);
		expect(validate.stdout).toMatch(
			/^localhook\.config\.yaml:1:1: prot: .*"port".*\nlocalhook\.config\.yaml:3:22: options\.prolific\.retry: .*"x".*\n$/,
		);
		expect(start.stderr).toBe(validate.stdout);
		expect(
			json.stdout
				.trim()
				.split("\n")
				.map((line) => JSON.parse(line)),
		).toMatchObject([
			{ kind: "problem", line: 1, column: 1, path: "prot" },
			{ kind: "problem", line: 3, path: "options.prolific.retry" },
			{ kind: "result", valid: false, problems: 2 },
		]);
	});

	it("config validate ends with 0 for a sound file, with 2 where there is none", async () => {
		const folder = await folderWith({ "localhook.config.json": "{}" });
		const words = ["config", "validate"];

		const sound = await command(words, {}, folder).finished;
		const none = await runInProcess(words);

		expect(sound).toMatchObject({
			code: 0,
			stdout: "localhook.config.json is valid\n",
			stderr: "",
		});
		expect(none).toMatchObject({ code: 2, stdout: "" });
		expect(none.stderr).toContain("no localhook.config file");
	});

	it("config show prints what start would go by, and no secret", async () => {
		const folder = await folderWith({
			"localhook.config.yaml":
				"receiver: http://me:hidden@127.0.0.1:1/\ncredentials: { prolific: [hidden] }\nfaults: [{ fault: drop }, { fault: timeout, times: 1 }]\n",
		});
		const show = ["config", "show"];
		const config = join(folder, "localhook.config.yaml");

		const [text, json] = await Promise.all([
			command(
				[...show, "--origin", "--no-strict", "prolific"],
				{ LOCALHOOK_SEED: "9" },
				folder,
			).finished,
			runInProcess([...show, "--json", "--port", "0", "--config", config]),
		]);

		expect(text.code).toBe(0);
		const rows = text.stdout
			.trim()
			.split("\n")
			.map((row) => row.split(/ {2,}/));
		expect(rows).toEqual(
			expect.arrayContaining([
				["providers", "prolific", "flag"],
				["port", "4600", "default"],
				["seed", "9", "env LOCALHOOK_SEED"],
				["strict", "false", "flag --strict"],
				[
					"receiver",
					expect.stringMatching(/^http:\/\/\(masked\)@127\.0\.0\.1:1\/$/),
					"localhook.config.yaml:1",
				],
				[
					"faults",
					'{"fault":"drop"}, {"fault":"timeout","times":1}',
					"localhook.config.yaml:3",
				],
				[
					"credentials.prolific",
					expect.stringMatching(/^sha256:\w{12}$/),
					"localhook.config.yaml:2",
				],
			]),
		);
		const lines = json.stdout
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		expect(lines).toContainEqual({ kind: "setting", name: "port", value: 0 });
		expect(lines).toContainEqual({
			kind: "setting",
			name: "host",
			value: null,
		});
		expect(text.stdout + json.stdout).not.toContain("hidden");
	});
});
