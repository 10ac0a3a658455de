import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";
import { chromiumIn } from "./bundlers.js";

const many = 10_000;
/** How much more memory than before, in bytes, is no leak: a garbage collector is never done. */
const slack = 3_000_000;

/** @param {import("./lab.js").Lab} lab */
export default async function inspector(lab) {
	const { folder } = await lab.project({});
	const main = join(folder, "node_modules/localhook/dist/cli/main.js");
	const options = ["--port", "0", "--receiver", "built-in", "--json"];
	const server = spawn(
		process.execPath,
		[main, "start", "prolific", ...options],
		{ stdio: ["ignore", "pipe", "inherit"] },
	);
	const browser = await chromium.launch({
		executablePath: await chromiumIn(process.env.PATH ?? ""),
		args: ["--no-sandbox"],
	});
	try {
		const url = await new Promise((resolve) => {
			createInterface(server.stdout).on("line", (line) => {
				const { kind, url } = JSON.parse(line);
				if (kind === "ready") resolve(url);
			});
		});
		const send = async () => {
			const response = await fetch(`${url}/_localhook/events`, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: JSON.stringify({
					provider: "prolific",
					type: "study.status.change",
					count: many,
					wait: true,
				}),
			});
			if (!response.ok) throw new Error(await response.text());
		};
		const page = await browser.newPage();

		await lab.check(
			`${many} deliveries are painted within 300 ms`,
			async () => {
				await send();
				const times = [];
				for (let i = 0; i < 5; i++) {
					await page.goto(url);
					await page.locator("html.live [data-id]").first().waitFor();
					// A busy browser says later that it has painted.
					await page.waitForFunction(
						() => performance.getEntriesByType("paint").length > 0,
					);
					times.push(
						await page.evaluate(() => {
							const [{ responseEnd }] =
								performance.getEntriesByType("navigation");
							const [{ startTime }] = performance.getEntriesByType("paint");
							return startTime - responseEnd;
						}),
					);
				}
				const median = times.sort((a, b) => a - b)[2];
				if (median > 300) throw new Error(`It takes ${times} ms`);
				return `${Math.round(median)} ms`;
			},
		);
		await lab.check(
			"fewer than 100 of them are rows of the document",
			async () => {
				const rows = await page.locator("tr").count();
				if (rows >= 100) throw new Error(`There are ${rows}`);
				return `${rows} rows`;
			},
		);
		await lab.check(`memory is flat over ${many} live events`, async () => {
			const session = await page.context().newCDPSession(page);
			const used = async () => {
				await session.send("HeapProfiler.collectGarbage");
				const { usedSize } = await session.send("Runtime.getHeapUsage");
				return usedSize;
			};
			const settled = async () => {
				await send();
				const newest = await (
					await fetch(`${url}/_localhook/deliveries?limit=1`)
				).json();
				const [{ id }] = newest.deliveries;
				await page.locator(`[data-id="${id}"]`).waitFor();
				return used();
			};
			// What is loaded once is loaded now.
			const before = await settled();
			const after = await settled();
			const told = `${before} bytes before, ${after} after`;
			if (after - before > slack) throw new Error(told);
			return told;
		});
	} finally {
		await browser.close();
		server.kill();
	}
}
