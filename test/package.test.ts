import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../", import.meta.url));
const minutes = 60_000;

test(
	"the packed tarball, installed in an empty folder, starts and answers",
	async () => {
		const folder = await mkdtemp(join(tmpdir(), "localhook-"));
		onTestFinished(() => rm(folder, { recursive: true, force: true }));
		await run(
			"npm",
			["pack", "--ignore-scripts", "--pack-destination", folder],
			{ cwd: root },
		);
		const [tarball] = (await readdir(folder)) as [string];
		await writeFile(
			join(folder, "package.json"),
			'{ "private": true, "type": "module" }',
		);
		const install = [
			"install",
			"--prefer-offline",
			"--no-audit",
			"--no-fund",
			`./${tarball}`,
		];
		await run("npm", install, { cwd: folder });
		await writeFile(join(folder, "use.js"), use);

		const { stdout: version } = await run("npx", ["localhook", "--version"], {
			cwd: folder,
		});
		const { stdout } = await run(process.execPath, ["use.js"], { cwd: folder });

		expect(version.trim()).toMatch(/^\d+\.\d+\.\d+$/);
		expect(JSON.parse(stdout)).toEqual({
			started: 4,
			secret: 201,
			delivered: "delivered",
			exit: 0,
		});
	},
	3 * minutes,
);

test("what is not bundled is installed along", async () => {
	const manifest = JSON.parse(
		await readFile(join(root, "package.json"), "utf8"),
	);
	const along = { ...manifest.dependencies, ...manifest.peerDependencies };
	const files = await readdir(join(root, "dist"), { recursive: true });
	const texts = await Promise.all(
		files
			.filter((file) => file.endsWith(".js"))
			.map((file) => readFile(join(root, "dist", file), "utf8")),
	);
	const form =
		/^(?:import|export) .*?from "([^".][^"]*)"|(?:\bimport|__require)\("([^".][^"]*)"\)/gm;
	const wanted = new Set(
		texts
			.flatMap((text) => [...text.matchAll(form)])
			.map(([, fixed, late]) => (fixed ?? late) as string)
			.filter((name) => !isBuiltin(name)),
	);

	expect(wanted).toContain("undici");
	const missing = [...wanted].filter((name) => {
		const [first = "", second] = name.split("/");
		return !((first.startsWith("@") ? `${first}/${second}` : first) in along);
	});
	// A module of Express' tries this one, and does as well without.
	expect(missing).toEqual(["supports-color"]);
});

/** A user's script: the installed command as a process, and the installed engine in this one. */
const use = `
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createEngine, install, providerIds, startServer } from "localhook";

const child = spawn("node_modules/.bin/localhook", ["start", "--port", "0", "--json"], { stdio: ["ignore", "pipe", "inherit"] });
const [line] = await once(createInterface(child.stdout), "line");
const { url, providers } = JSON.parse(line);
const secret = await fetch(url + "/prolific/api/v1/hooks/secrets/", {
	method: "POST",
	headers: { authorization: "Token any", "content-type": "application/json" },
	body: '{"workspace_id":"63722982f9cc073ecc730f6b"}',
});
child.kill("SIGTERM");
const [code] = await once(child, "close");

let receiver = "";
const engine = createEngine({
	providers: await Promise.all((await providerIds()).map(install)),
	target: (id) => receiver + "/_localhook/receiver/" + id,
});
const server = await startServer({ engine, port: 0 });
receiver = server.url;
const { deliveries } = await engine.emit("spritz", "payment.completed");
await engine.idle();
await server.close();
await engine.close();
console.log(JSON.stringify({ started: providers.length, secret: secret.status, delivered: deliveries[0].state, exit: code === 143 ? 0 : code }));
`;
