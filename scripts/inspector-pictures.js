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
		viewport: { width: 1280, height: 640 },
	});
	while (!(await fetch(url).catch(() => undefined)))
		await new Promise((resolve) => setTimeout(resolve, 100));
	for (const type of ["study.status.change", "submission.status.change"])
		await fetch(`${url}/_localhook/events`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ provider: "prolific", type, wait: true }),
		});
	for (const [colorScheme, name] of /** @type {const} */ ([
		["light", "inspector"],
		["dark", "inspector-dark"],
	])) {
		await page.emulateMedia({ colorScheme });
		await page.goto(`${url}/?delivery=latest&tab=signature`);
		await page.locator("html.live mark").first().waitFor();
		await page.screenshot({ path: `${docs}${name}.png` });
	}
} finally {
	await browser.close();
	server.kill();
	receiver.close();
}
