import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { startCommand } from "../support/command.ts";
import { exchange } from "../support/http.ts";
import { usual } from "../support/providers.ts";
import { open } from "../support/raw.ts";
import { openReceiver } from "../support/running-acme.ts";

const event = { provider: usual.id, type: usual.event };

describe("a stop of the command", () => {
	it("with deliveries in flight records the end of each, and leaves nothing", async () => {
		const receiver = await openReceiver();
		receiver.answer({ hang: true });
		const { url, process, finished } = await startCommand([
			usual.id,
			"--receiver",
			receiver.url,
			"--json",
		]);
		await exchange(url, "GET", `/${usual.id}${usual.path}`);
		const { port } = new URL(url);
		// One that does not hang up.
		open(Number(port), "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n").on(
			"error",
			() => {},
		);
		await Promise.all(
			Array.from({ length: 100 }, () =>
				exchange(
					url,
					"POST",
					"/_localhook/events",
					{ "content-type": "application/json" },
					JSON.stringify(event),
				),
			),
		);
		const started = performance.now();

		process.kill("SIGINT");
		const { code, stdout } = await finished;

		expect(performance.now() - started).toBeLessThan(5000);
		expect(code).toBe(130);
		const lines = stdout
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		const settled = lines.filter(({ kind }) => kind === "settled");
		expect(new Set(settled.map(({ delivery }) => delivery)).size).toBe(100);
		for (const each of settled)
			expect(each).toMatchObject({
				state: "cancelled",
				reason: "localhook was stopped",
			});
		expect(lines.at(-1)).toMatchObject({ kind: "stopped" });
	});

	const lingering = fileURLToPath(
		new URL("../handlers/lingering.ts", import.meta.url),
	);

	it("does not wait for what the user's handlers left open", async () => {
		const { process, finished } = await startCommand([
			usual.id,
			"--handlers",
			lingering,
		]);
		const started = performance.now();

		process.kill("SIGTERM");
		const { code } = await finished;

		expect(code).toBe(143);
		expect(performance.now() - started).toBeLessThan(5000);
	});

	it("is immediate the second time", async () => {
		const { process, printed, finished } = await startCommand([
			usual.id,
			"--handlers",
			lingering,
		]);
		process.kill("SIGINT");
		await printed(/stopped/);
		const started = performance.now();

		process.kill("SIGINT");
		const { code } = await finished;

		expect(code).toBe(130);
		expect(performance.now() - started).toBeLessThan(1000);
	});
});
