// Takes the pictures of the inspector in docs/, of a real run: node scripts/inspector-pictures.js [the browser's path]
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const [, , executablePath = "/usr/bin/chromium"] = process.argv;
const cli = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const docs = fileURLToPath(new URL("../docs/", import.meta.url));
const url = "http://127.0.0.1:4655";

/** One that hashes the body it has parsed. */
const receiver = createServer((request, response) => {
	request.resume();
	response.writeHead(401).end('{"error":"bad signature"}');
}).listen(4656, "127.0.0.1");
const options = ["--port", "4655", "--clock", "virtual"];
const server = spawn(
	process.execPath,
	[
		cli,
		"start",
		"prolific",
		...options,
		"--receiver",
		"http://127.0.0.1:4656/",
	],
	{ stdio: "ignore" },
);
const browser = await chromium.launch({
	executablePath,
	args: ["--no-sandbox"],
});
try {
	const page = await browser.newPage({
		viewport: { width: 1280, height: 800 },
	});
	while (!(await fetch(url).catch(() => undefined)))
		await new Promise((resolve) => setTimeout(resolve, 100));
	for (const type of ["study.status.change", "submission.status.change"])
		await fetch(`${url}/_localhook/events`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ provider: "prolific", type, wait: true }),
		});
	const { deliveries } = await (
		await fetch(`${url}/_localhook/deliveries`)
	).json();
	const [{ id }] = deliveries;
	/** @type {readonly [place: string, shown: string][]} */
	const views = [
		[`delivery=${id}&tab=signature`, "mark"],
		["", "[data-id]"],
		[`delivery=${id}`, "ol"],
		[`delivery=${id}&tab=request`, "pre"],
		["view=send", "select"],
		["view=steer", "button"],
		["view=providers", "table"],
		["calls=shown", "#calls"],
	];
	for (const [colorScheme, suffix] of /** @type {const} */ ([
		["light", ""],
		["dark", "-dark"],
	])) {
		await page.emulateMedia({ colorScheme });
		const taken = [];
		for (const [place, shown] of views) {
			await page.goto(`${url}/?${place}`);
			await page.locator(`html.live ${shown}`).first().waitFor();
			taken.push(await page.screenshot());
		}
		if (colorScheme === "light")
			await writeFile(`${docs}inspector.png`, taken[0] ?? "");
		// One picture of all views, as a contact sheet: a package has so many files.
		const sheet = await browser.newPage({
			viewport: { width: 1280, height: 10 },
		});
		await sheet.setContent(
			`<body style="margin:0;display:grid;grid-template-columns:1fr 1fr;gap:8px;background:#888">${taken
				.map(
					(each) =>
						`<img style="width:100%" src="data:image/png;base64,${each.toString("base64")}">`,
				)
				.join("")}`,
		);
		await sheet.screenshot({
			path: `${docs}inspector-views${suffix}.png`,
			fullPage: true,
		});
	}
} finally {
	await browser.close();
	server.kill();
	receiver.close();
}
