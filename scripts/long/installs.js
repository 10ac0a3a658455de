/** What a user may have already. Vitest 5 and msw 3 want Node 22; npm only warns of that. */
const beside = [
	[],
	["vitest@3"],
	["vitest@4.1"],
	["vitest@5"],
	["msw@2.10"],
	["msw@2.15"],
	["msw@3"],
	["@playwright/test@1.30"],
	["@playwright/test@1"],
	["vitest@5", "msw@3", "@playwright/test@1"],
	["vitest@3", "msw@2.10", "@playwright/test@1.30"],
];

/** @param {import("./lab.js").Lab} lab */
export default async function installs(lab) {
	for (const packages of beside) {
		const name = packages.length === 0 ? "no peer" : packages.join(", ");
		await lab.check(`beside ${name}`, async () => {
			// The user's own come first, as they do in life; localhook must fit in.
			const manifest = {
				devDependencies: Object.fromEntries(packages.map(rangeOf)),
			};
			const { run } = await lab.project({ manifest });
			const told = await run(["npm", "ls", "--all"]);
			if (/invalid|ERESOLVE/.test(told)) throw new Error(told);
			const version = await run([
				"node_modules/localhook/dist/cli/main.js",
				"--version",
			]);
			return `localhook ${version.trim()}`;
		});
	}
}

/** @param {string} wanted `@playwright/test@1.30` */
function rangeOf(wanted) {
	const at = wanted.lastIndexOf("@");
	return [wanted.slice(0, at), wanted.slice(at + 1)];
}
