import { readFile } from "node:fs/promises";

const vitestConfig = `
import { defineConfig } from "vitest/config";
const { POOL: pool, ENVIRONMENT: environment, ISOLATE } = process.env;
// msw itself loads no DOM environment in these pools: it wants WritableStream, which jsdom has not, and BroadcastChannel,
// which happy-dom has not.
const isBare = pool.startsWith("vm") && environment !== "node";
export default defineConfig({
	test: {
		pool,
		environment,
		isolate: ISOLATE !== "no",
		include: isBare ? ["vitest.test.mjs"] : ["vitest*.test.mjs"],
		// msw 3 answers below happy-dom's fetch, which then asks a provider for CORS headers, as a page would.
		environmentOptions: { happyDOM: { settings: { fetch: { disableSameOriginPolicy: process.env.SAME_ORIGIN === "no" } } } },
	},
});
`;
const pools = ["threads", "forks", "vmThreads", "vmForks"];
const environments = ["node", "jsdom", "happy-dom"];

/** @param {import("./lab.js").Lab} lab */
export default async function runners(lab) {
	await jest(lab);
	await nodeTest(lab);
	await playwright(lab);
	await tooOld(lab);
	await vitest(lab, "4.1", "20", "msw@2.15");
	await vitest(lab, "5", "22", "msw@3");
}

/**
 * @param {import("./lab.js").Lab} lab
 * @param {string} version
 * @param {string} node
 * @param {string} msw
 */
async function vitest(lab, version, node, msw) {
	const { run, versionOf } = await lab.project({
		packages: [`vitest@${version}`, msw, "jsdom@26", "happy-dom@20"],
		files: { "vitest.config.mjs": vitestConfig },
		copied: ["vitest.test.mjs", "vitest-msw.test.mjs"],
	});
	const SAME_ORIGIN = msw === "msw@3" ? "no" : "yes";
	const exact = `Vitest ${await versionOf("vitest")}`;
	// A context of its own is what the vm pools are for.
	for (const POOL of pools)
		for (const ENVIRONMENT of environments)
			for (const ISOLATE of POOL.startsWith("vm") ? ["yes"] : ["yes", "no"])
				await lab.check(
					`${exact}, ${POOL}, ${ENVIRONMENT}${ISOLATE === "no" ? ", without isolation" : ""}`,
					async () => {
						const told = await run(["node_modules/vitest/vitest.mjs", "run"], {
							node: await lab.node(node),
							env: { POOL, ENVIRONMENT, ISOLATE, SAME_ORIGIN },
						});
						return /Tests +(.*)/.exec(told)?.[1];
					},
				);
}

/** @param {import("./lab.js").Lab} lab */
async function tooOld(lab) {
	await lab.check(
		"Vitest 3 is told which version the fixtures need",
		async () => {
			const { run } = await lab.project({
				packages: ["vitest@3"],
				files: { "app.test.mjs": 'import "localhook/vitest";' },
			});
			const told = await run(["node_modules/vitest/vitest.mjs", "run"]).catch(
				({ message }) => message,
			);
			if (
				!/localhook\/vitest: it needs vitest 4\.1 or newer, and 3\.\d+\.\d+ is/.test(
					told,
				)
			)
				throw new Error(told);
		},
	);
}

/** @param {import("./lab.js").Lab} lab */
async function jest(lab) {
	const program = "node_modules/jest/bin/jest.js";
	const copied = ["jest.test.cjs", "jest-msw.test.cjs", "jest-esm.test.mjs"];
	const match = { testMatch: ["**/*.test.?js"] };
	const plain = await lab.project({
		packages: ["jest@30", "msw@2.10"],
		copied,
		manifest: { jest: match },
	});
	const exact = `Jest ${await plain.versionOf("jest")}`;
	for (const version of ["20", "22", "24"])
		await lab.check(
			`${exact}, CommonJS without a flag, msw 2.10, Node ${version}`,
			async () => {
				const node = await lab.node(version);
				return told(await plain.run([program, "cjs"], { node }));
			},
		);
	await lab.check(`${exact}, ES modules, msw 2.10`, async () => {
		const flag = "--experimental-vm-modules";
		return told(await plain.run([flag, program, "mjs"]));
	});
	// As docs/msw.md has it: what newer versions of msw stand on is ES modules alone.
	const { run } = await lab.project({
		packages: [
			"jest@30",
			"msw@2.15",
			"@babel/plugin-transform-modules-commonjs@7",
		],
		copied,
		manifest: { jest: { ...match, ...(await documentedForJest()) } },
	});
	await lab.check(`${exact}, CommonJS, msw 2.15, transformed`, async () =>
		told(await run([program, "cjs"])),
	);
	await lab.check(`${exact}, CommonJS beside msw 2.15, without it`, async () =>
		told(await run([program, "jest.test.cjs"])),
	);
}

/** @param {string} output */
function told(output) {
	return /Tests: +(.*)/.exec(output)?.[1];
}

async function documentedForJest() {
	const page = new URL("../../docs/msw.md", import.meta.url);
	const text = await readFile(page, "utf8");
	const [, block] = /^("jest": \{.*?^\})$/ms.exec(text) ?? [];
	return JSON.parse(`{${block}}`).jest;
}

/** @param {import("./lab.js").Lab} lab */
async function nodeTest(lab) {
	const { run } = await lab.project({
		copied: ["node.test.mjs", "node.test.cjs"],
	});
	for (const version of ["20", "22", "24"])
		await lab.check(`node:test of Node ${version}`, async () => {
			const node = await lab.node(version);
			const told = await run(["--test", "--test-reporter=tap"], { node });
			return `${/^# pass (\d+)$/m.exec(told)?.[1]} passed`;
		});
}

/** @param {import("./lab.js").Lab} lab */
async function playwright(lab) {
	for (const version of ["1.50", "latest"])
		await lab.check(`Playwright ${version}`, async () => {
			const { run, versionOf } = await lab.project({
				packages: [`@playwright/test@${version}`],
				copied: ["playwright.spec.mjs"],
			});
			const told = await run(["node_modules/@playwright/test/cli.js", "test"]);
			return `${await versionOf("@playwright/test")}, ${/(\d+ passed)/.exec(told)?.[1]}`;
		});
}
