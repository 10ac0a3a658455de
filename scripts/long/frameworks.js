/** What npm test does not have, by the file of users/ that needs it. */
const kinds = {
	small: [
		"express4@npm:express@4",
		"express5@npm:express@5",
		"connect@3",
		"koa@3",
		"polka@0.5",
	],
	nest: [
		"@nestjs/common@11",
		"@nestjs/core@11",
		"@nestjs/platform-express@11",
		"@nestjs/platform-fastify@11",
		"reflect-metadata@0.2",
		"rxjs@7",
	],
};

/** @param {import("./lab.js").Lab} lab */
export default async function frameworks(lab) {
	for (const [kind, packages] of Object.entries(kinds))
		await lab.check(`receivers in frameworks: ${kind}`, async () => {
			const { run, versionOf } = await lab.project({
				packages,
				copied: ["frameworks.test.mjs", `frameworks-${kind}.mjs`],
			});
			const told = await run(
				["--test", "--test-reporter=tap", "frameworks.test.mjs"],
				{ env: { KIND: kind } },
			);
			const [, tests] = /^# pass (\d+)$/m.exec(told) ?? [];
			const names = packages.map((each) => each.slice(0, each.indexOf("@", 1)));
			const versions = await Promise.all(
				names.map(async (name) => `${name} ${await versionOf(name)}`),
			);
			return `${tests} tests passed with ${versions.join(", ")}`;
		});
}
