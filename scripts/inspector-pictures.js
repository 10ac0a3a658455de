// Takes the pictures of the inspector in docs/, of a real run: node scripts/inspector-pictures.js [the browser's path]
import { spawn } from "node:child_process";
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
	/** @type {readonly [name: string, place: string, shown: string][]} */
	const views = [
		["inspector", `delivery=${id}&tab=signature`, "mark"],
		["inspector-list", "", "[data-id]"],
		["inspector-timeline", `delivery=${id}`, "ol"],
		["inspector-request", `delivery=${id}&tab=request`, "pre"],
		["inspector-send", "view=send", "select"],
		["inspector-steer", "view=steer", "button"],
		["inspector-providers", "view=providers", "table"],
	];
	for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
		await page.emulateMedia({ colorScheme });
		for (const [name, place, shown] of views) {
			await page.goto(`${url}/?${place}`);
			await page.locator(`html.live ${shown}`).first().waitFor();
			const suffix = colorScheme === "dark" ? "-dark" : "";
			const folder = name === "inspector" ? docs : `${docs}pictures/`;
			await page.screenshot({ path: `${folder}${name}${suffix}.png` });
		}
	}
} finally {
	await browser.close();
	server.kill();
	receiver.close();
}
