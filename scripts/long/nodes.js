/** @param {import("./lab.js").Lab} lab */
export default async function nodes(lab) {
	const { run, folder } = await lab.project({
		packages: ["msw@2.15", "@playwright/test"],
		files: { "by-import.mjs": byImport, "by-require.cjs": byRequire },
	});
	for (const version of ["20", "22", "24"]) {
		const node = await lab.node(version);
		for (const script of ["by-import.mjs", "by-require.cjs"])
			await lab.check(`Node ${version}, ${script}`, async () =>
				(await run([script], { node, env: { FOLDER: folder } })).trim(),
			);
	}
}

/** Vitest's own package can be loaded by Vitest alone: it is the part `runners` that loads `localhook/vitest`. */
const entries = [
	"localhook",
	"localhook/msw",
	"localhook/matchers",
	"localhook/node-test",
	"localhook/playwright",
];

/** The same, whichever way the entries were loaded. */
const use = `
async function use(modules) {
	for (const [name, module] of Object.entries(modules))
		if (Object.keys(module).length === 0) throw new Error(name + " exports nothing");
	const { startLocalhook } = modules["localhook"];
	const hooks = await startLocalhook({ providers: ["prolific"], receiver: () => new Response() });
	const { state } = await hooks.prolific.send("study.status.change").settled.then(() => hooks.deliveries()[0]);
	await hooks.close();
	if (state !== "delivered") throw new Error("the delivery is " + state);
	console.log(process.versions.node + " loads " + Object.keys(modules).length + " entries, and delivers");
}`;

const byImport = `${use}
const modules = {};
for (const name of ${JSON.stringify(entries)}) modules[name] = await import(name);
const { createRequire } = await import("node:module");
const other = createRequire(import.meta.url)("localhook");
if (other.LocalhookError !== modules["localhook"].LocalhookError)
	throw new Error("an error of one form is no instance of the other form's class");
await use(modules);
`;

const byRequire = `${use}
const modules = {};
for (const name of ${JSON.stringify(entries)}) modules[name] = require(name);
use(modules);
`;
