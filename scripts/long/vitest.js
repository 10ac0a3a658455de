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
export default async function vitest(lab) {
	await tooOld(lab);
	await inEachPool(lab, "4.1", "20", "msw@2.15");
	await inEachPool(lab, "5", "22", "msw@3");
}

/**
 * @param {import("./lab.js").Lab} lab
 * @param {string} version
 * @param {string} node
 * @param {string} msw
 */
async function inEachPool(lab, version, node, msw) {
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
