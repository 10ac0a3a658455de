import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { copyWithFifth } from "../fifth-provider.js";

const execute = promisify(execFile);
// npm does not follow a link to packages, and a test asks it what is installed.
const quietly = [
	"--prefer-offline",
	"--ignore-scripts",
	"--no-audit",
	"--no-fund",
];

/**
 * Everything that `npm run check` tests, in a copy of the tree with a fifth provider.
 *
 * @param {import("./lab.js").Lab} lab
 */
export default async function fifth(lab) {
	const folder = await mkdtemp(join(tmpdir(), "localhook-fifth-"));
	/** @type {(command: string, ...words: string[]) => Promise<void>} */
	const run = async (command, ...words) => {
		const large = { cwd: folder, maxBuffer: 1e9 };
		await execute(command, words, large).catch(({ stdout, stderr }) => {
			throw new Error(`${[command, ...words].join(" ")}\n${stdout}${stderr}`);
		});
	};
	try {
		await lab.check("a fifth provider builds and is documented", () =>
			copyWithFifth(folder, run, () => run("npm", "ci", ...quietly)),
		);
		await lab.check("the compiler finds nothing", () =>
			run("npx", "tsc", "--noEmit"),
		);
		for (const script of ["test", "test:check"])
			await lab.check(`npm run ${script} passes beside it`, () =>
				run("npm", "run", script),
			);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
