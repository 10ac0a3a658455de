import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The oldest that works, the newest of each, and one that is too old; msw 3 wants Node 22. */
const versions = [
	{ msw: "2.10.0", node: "20" },
	{ msw: "2.13.0", node: "20" },
	{ msw: "2.15", node: "20" },
	{ msw: "3", node: "22" },
];

/** @param {import("./lab.js").Lab} lab */
export default async function msw(lab) {
	const manifest = fileURLToPath(
		new URL("../../package.json", import.meta.url),
	);
	const { devDependencies } = JSON.parse(await readFile(manifest, "utf8"));
	for (const { msw, node } of versions)
		await lab.check(`msw ${msw}, on Node ${node}`, async () => {
			const { run, versionOf } = await lab.project({
				packages: [`msw@${msw}`, `axios@${devDependencies.axios}`],
				copied: ["msw.test.mjs"],
			});
			const told = await run(
				["--test", "--test-reporter=tap", "msw.test.mjs"],
				{ node: await lab.node(node) },
			);
			const [, tests] = /^# pass (\d+)$/m.exec(told) ?? [];
			return `${tests} tests passed with ${await versionOf("msw")}`;
		});

	await lab.check(
		"msw 2.9 is installed, and refused by who needs it",
		async () => {
			const { run } = await lab.project({
				packages: ["msw@2.9"],
				files: {
					"command.mjs":
						'import { startLocalhook } from "localhook"; (await startLocalhook()).close();',
					"handlers.mjs": 'import "localhook/msw";',
				},
			});
			await run(["command.mjs"]);
			const told = await run(["handlers.mjs"]).catch(({ message }) => message);
			if (!/it needs msw 2\.10 or newer, and 2\.9\.\d+ is installed/.test(told))
				throw new Error(told);
		},
	);
}
