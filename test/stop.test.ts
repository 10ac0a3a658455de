import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { command } from "./support/command.ts";
import { startControlServer } from "./support/control-server.ts";
import { folderWith } from "./support/folder.ts";
import { exchange } from "./support/http.ts";
import { runInProcess, startInProcess } from "./support/in-process.ts";
import { usual } from "./support/providers.ts";
import { serve } from "./support/server.ts";

const answers = (url: string) =>
	exchange(url, "GET", "/_localhook/health").then(
		({ status }) => status,
		({ code }) => code as string,
	);

describe("POST /_localhook/stop", () => {
	test("answers, and then closes the server", async () => {
		const { control, url } = await serve();

		const { status, body } = await control("POST", "/stop");

		expect([status, body]).toEqual([202, { stopping: true }]);
		await expect.poll(() => answers(url)).toBe("ECONNREFUSED");
	});

	test("leaves the end to a server's owner who wants to be asked", async () => {
		let asked = () => {};
		const stopped = new Promise<void>((resolve) => {
			asked = resolve;
		});
		const { control, url } = await serve(usual.id, {}, { onStop: asked });

		const { status } = await control("POST", "/stop");
		await stopped;

		expect(status).toBe(202);
		expect(await answers(url)).toBe(200);
	});

	test.each([
		["a page of another site", { origin: "https://evil.test" }, 403],
		["a caller without the token", {}, 401],
	])("is refused to %s", async (_, headers, expected) => {
		const { control, url } = await serve(
			usual.id,
			{},
			{ token: "0123456789abcdef" },
		);

		const { status } = await control("POST", "/stop", undefined, headers);

		expect(status).toBe(expected);
		expect(await answers(url)).toBe(401);
	});
});

describe("localhook stop", () => {
	test.each([
		[[], (url: string) => `stopped ${url}\n`],
		[
			["--json"],
			(url: string) => `${JSON.stringify({ kind: "stopped", url })}\n`,
		],
	])(
		"ends with 0 once nothing answers at the URL any more, with %j",
		async (more, expected) => {
			const { url } = await serve(usual.id, {}, { token: "0123456789abcdef" });

			const { code, stdout, stderr } = await runInProcess(
				["stop", "--url", url, ...more],
				{ env: { LOCALHOOK_TOKEN: "0123456789abcdef" } },
			);

			expect([code, stdout, stderr]).toEqual([0, expected(url), ""]);
			expect(await answers(url)).toBe("ECONNREFUSED");
		},
	);

	test("ends with 4 where nothing answers", async () => {
		const server = await startControlServer({});
		await server.close();

		const { code, stdout, stderr } = await runInProcess(["stop"], {
			env: { LOCALHOOK_URL: server.url },
		});

		expect([code, stdout]).toEqual([4, ""]);
		expect(stderr).toContain("nothing listens there");
	});

	test("ends with 5 where the server goes on", async () => {
		const { url, requests } = await startControlServer({
			"POST /stop": { status: 202, body: { stopping: true } },
			"GET /health": { body: {} },
		});

		const { code, stderr } = await runInProcess([
			"stop",
			"--url",
			url,
			"--timeout",
			"1ms",
		]);

		expect(code).toBe(5);
		expect(stderr).toBe(
			`Failed to stop localhook at ${url}: it still answers after 1ms. Try again with a longer --timeout.\n`,
		);
		expect(requests).toContainEqual(
			expect.objectContaining({ method: "POST", path: "/stop" }),
		);
	});

	test("ends a start with 0, which removes its env file", async () => {
		const file = join(await folderWith(), "env");
		const words = [usual.id, "--write-env-file", file];
		const started = await startInProcess(words);
		await started.printed(/next {2}/);

		const { code } = await runInProcess(["stop", "--url", started.url]);
		const ended = await started.finished;

		expect([code, ended.code]).toEqual([0, 0]);
		expect(ended.stderr).toMatch(/\nstopped \(localhook stop\)\n$/);
		expect(existsSync(file)).toBe(false);
	});

	test("ends the command of an exec with SIGTERM", async () => {
		const script =
			'process.on("SIGTERM", () => process.exit(7)); setInterval(() => {}, 1000); console.log(process.env.LOCALHOOK_URL)';
		const running = command([
			"exec",
			usual.id,
			"--",
			process.execPath,
			"-e",
			script,
		]);
		const [url] = await running.printed(/http:\S+/);

		const { code } = await runInProcess(["stop", "--url", url]);

		expect([code, (await running.finished).code]).toEqual([0, 7]);
	});
});
