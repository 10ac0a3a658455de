import { readdir, readFile, rename } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { chromium } from "@playwright/test";

/** @param {import("./lab.js").Lab} lab */
export default async function bundlers(lab) {
	const { folder, run } = await lab.project({
		packages: ["msw@2.15", "vite@7", "esbuild"],
		copied: ["page.js", "server.js", "handlers.js"],
		files: {
			"index.html": '<body><script type="module" src="/page.js"></script>',
			"iife/index.html": '<body><script src="/page.js"></script>',
		},
	});
	const esbuild = "node_modules/esbuild/bin/esbuild";

	await lab.check("Vite, for a page of es2020", async () => {
		const target = ["--target", "es2020"];
		await run(["node_modules/vite/bin/vite.js", "build", ...target]);
		return inPage(join(folder, "dist"));
	});
	await lab.check("esbuild, for a page, iife of es2020", async () => {
		const how = ["--bundle", "--format=iife", "--target=es2020"];
		await run([esbuild, "page.js", ...how, "--outfile=iife/page.js"]);
		return inPage(join(folder, "iife"));
	});
	for (const name of ["server", "handlers"])
		for (const [format, ending] of [
			["esm", "mjs"],
			["cjs", "cjs"],
		])
			await lab.check(`esbuild, for Node, ${format}, ${name}.js`, async () => {
				const out = `out-${name}-${format}/bundle.${ending}`;
				const how = ["--bundle", "--platform=node", `--format=${format}`];
				await run([esbuild, `${name}.js`, ...how, `--outfile=${out}`]);
				// It shall find nothing beside itself.
				const hidden = join(folder, "hidden");
				await rename(join(folder, "node_modules"), hidden);
				try {
					return (await run([out])).trim();
				} finally {
					await rename(hidden, join(folder, "node_modules"));
				}
			});
}

/**
 * What the page of a folder shows once it is done.
 *
 * @param {string} folder
 */
async function inPage(folder) {
	const types = { ".html": "text/html", ".js": "text/javascript" };
	const server = createServer(async ({ url = "/" }, response) => {
		const path = url === "/" ? "/index.html" : url;
		const text = await readFile(join(folder, path)).catch(() => undefined);
		const type = types[/** @type {".js"} */ (extname(path))];
		response.writeHead(text === undefined ? 404 : 200, {
			"content-type": type ?? "text/plain",
		});
		response.end(text);
	});
	await new Promise((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve(undefined)),
	);
	const { port } = /** @type {import("node:net").AddressInfo} */ (
		server.address()
	);
	const browser = await chromium.launch({
		executablePath: await chromiumIn(process.env.PATH ?? ""),
		args: ["--no-sandbox"],
	});
	try {
		const page = await browser.newPage();
		/** @type {string[]} */
		const errors = [];
		page.on("pageerror", ({ message }) => errors.push(message));
		await page.goto(`http://127.0.0.1:${port}/`);
		await page
			.waitForFunction("document.title !== ''", undefined, { timeout: 20_000 })
			.catch(({ message }) => errors.push(message));
		const title = await page.title();
		if (title !== "delivered and answered")
			throw new Error(`the page says "${title}"\n${errors.join("\n")}`);
		return title;
	} finally {
		await browser.close();
		server.close();
	}
}

/** @param {string} path */
export async function chromiumIn(path) {
	const names = ["chromium", "chromium-browser", "google-chrome"];
	for (const folder of path.split(":")) {
		const found = await readdir(folder).catch(() => []);
		const name = names.find((each) => found.includes(each));
		if (name !== undefined) return join(folder, name);
	}
	throw new Error("no Chromium is in the PATH: install one");
}
