/** @param {import("./lab.js").Lab} lab */
export default async function timers(lab) {
	for (const [vitest, node, msw] of [
		["4.1", "20", "2.15"],
		["5", "22", "3"],
	])
		await lab.check(`fake timers of Vitest ${vitest}`, async () => {
			const { run } = await lab.project({
				packages: [`vitest@${vitest}`, `msw@${msw}`],
				copied: ["timers-vitest.test.mjs"],
			});
			// Only in a thread does Vitest let nextTick be faked.
			const words = ["run", "--pool=threads", "--test-timeout=10000"];
			const told = await run(["node_modules/vitest/vitest.mjs", ...words], {
				node: await lab.node(/** @type {string} */ (node)),
			});
			return /Tests +(.*)/.exec(told)?.[1];
		});
	await lab.check("modern fake timers of Jest 30", async () => {
		const { run } = await lab.project({
			packages: ["jest@30", "msw@2.10"],
			copied: ["timers-jest.test.cjs"],
			manifest: { jest: { testMatch: ["**/*.test.cjs"] } },
		});
		return /Tests: +(.*)/.exec(
			await run(["node_modules/jest/bin/jest.js"]),
		)?.[1];
	});
	const { run } = await lab.project({ copied: ["timers-node.test.mjs"] });
	for (const version of ["20", "22", "24"])
		await lab.check(`mock timers of node:test, Node ${version}`, async () => {
			const node = await lab.node(version);
			const told = await run(["--test", "--test-reporter=tap"], { node });
			return `${/^# pass (\d+)$/m.exec(told)?.[1]} passed`;
		});
}
