import { readFile } from "node:fs/promises";

/** @param {import("./lab.js").Lab} lab */
export default async function runners(lab) {
	await jest(lab);
	await nodeTest(lab);
	await playwright(lab);
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
