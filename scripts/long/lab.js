import { execFile } from "node:child_process";
import {
	copyFile,
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rm,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const users = new URL("users/", import.meta.url);
/** Milliseconds for one command: a hang is what many of these checks look for. Installing waits for the network. */
const patience = { node: 120_000, npm: 300_000 };

/**
 * @typedef {object} Project a user's
 * @property {string} folder
 * @property {(command: string[], how?: { node?: string, env?: Record<string, string> }) => Promise<string>} run
 *   Node on a script, or `npm`; gives what it printed, and throws it if the command fails.
 * @property {(name: string) => Promise<string>} versionOf of what is installed
 *
 * @typedef {Awaited<ReturnType<typeof createLab>>} Lab
 */

/** Where the checks of a run take place: a temporary folder with the tarball, and what has been counted. */
export async function createLab() {
	const folder = await mkdtemp(join(tmpdir(), "localhook-long-"));
	/** @type {Promise<string> | undefined} */
	let packed;
	/** @type {Map<string, Promise<string>>} */
	const nodes = new Map();
	let projects = 0;
	let passed = 0;
	let failed = 0;

	/** The tarball, packed for the first who wants it. */
	function tarball() {
		packed ??= (async () => {
			const into = join(folder, "packed");
			await mkdir(into);
			const pack = ["pack", "--pack-destination", into];
			await execute("npm", pack, { cwd: root });
			const [name] = await readdir(into);
			return join(into, /** @type {string} */ (name));
		})();
		return packed;
	}

	/**
	 * A project in which the tarball and other packages are installed.
	 *
	 * @param {object} wanted
	 * @param {readonly string[]} [wanted.packages]
	 * @param {readonly string[]} [wanted.copied] files of users/
	 * @param {Readonly<Record<string, string>>} [wanted.files] others, by name
	 * @param {object} [wanted.manifest]
	 * @returns {Promise<Project>}
	 */
	async function project({
		packages = [],
		copied = [],
		files = {},
		manifest = { type: "module" },
	}) {
		const place = join(folder, `project-${++projects}`);
		await mkdir(place);
		const all = {
			"package.json": JSON.stringify({ private: true, ...manifest }),
			...files,
		};
		for (const [name, text] of Object.entries(all)) {
			await mkdir(dirname(join(place, name)), { recursive: true });
			await writeFile(join(place, name), text);
		}
		for (const name of copied)
			await copyFile(new URL(name, users), join(place, name));
		await run(place, [
			"npm",
			"install",
			"--prefer-offline",
			"--ignore-scripts",
			"--no-audit",
			"--no-fund",
			await tarball(),
			...packages,
		]);
		return {
			folder: place,
			run: (command, how) => run(place, command, how),
			versionOf: async (name) =>
				JSON.parse(
					await readFile(
						join(place, "node_modules", name, "package.json"),
						"utf8",
					),
				).version,
		};
	}

	/**
	 * @param {string} cwd
	 * @param {string[]} command
	 * @param {{ node?: string, env?: Record<string, string> }} [how]
	 */
	async function run(
		cwd,
		[first, ...words],
		{ node = process.execPath, env } = {},
	) {
		const isNpm = first === "npm";
		const timeout = isNpm ? patience.npm : patience.node;
		const [file, args] = isNpm
			? ["npm", words]
			: [node, [/** @type {string} */ (first), ...words]];
		try {
			const { stdout, stderr } = await execute(file, args, {
				cwd,
				env: {
					PATH: process.env.PATH,
					HOME: process.env.HOME,
					NO_COLOR: "1",
					CI: "1",
					...(isNpm && process.env),
					...env,
				},
				timeout,
				killSignal: "SIGKILL",
				maxBuffer: 64 * 1024 * 1024,
			});
			return stdout + stderr;
		} catch (error) {
			const { stdout, stderr, killed } = /** @type {any} */ (error);
			const why = killed ? `no end within ${timeout / 1000} s` : "failed";
			throw new Error(
				`${[first, ...words].join(" ")}: ${why}\n${stdout}${stderr}`,
			);
		}
	}

	/**
	 * The program of a version of Node: this one, or what npm brings under its name.
	 *
	 * @param {string} major
	 */
	function node(major) {
		if (process.versions.node.startsWith(`${major}.`))
			return Promise.resolve(process.execPath);
		let found = nodes.get(major);
		if (found === undefined) {
			found = (async () => {
				const place = join(folder, `node-${major}`);
				await mkdir(place);
				await writeFile(join(place, "package.json"), '{ "private": true }');
				// Its program is put in place by a script of the package.
				const install = ["install", "--prefer-offline", "--no-audit"];
				await run(place, ["npm", ...install, `node@${major}`]);
				return join(place, "node_modules/node/bin/node");
			})();
			nodes.set(major, found);
		}
		return found;
	}

	/**
	 * Counts one check and tells of it; it fails by throwing.
	 *
	 * @param {string} name
	 * @param {() => unknown} act may return more to tell
	 * @param {"quiet"} [quiet] tells of a failure alone
	 */
	async function check(name, act, quiet) {
		const start = performance.now();
		const seconds = () =>
			`${((performance.now() - start) / 1000).toFixed(1)} s`;
		try {
			const more = await act();
			if (quiet) return;
			passed++;
			const told = typeof more === "string" ? `: ${more}` : "";
			console.log(`  ok    ${name}${told} (${seconds()})`);
		} catch (error) {
			failed++;
			const lines = String(/** @type {Error} */ (error).message).split("\n");
			const left = lines.length - 60;
			const shown =
				left > 0 ? [...lines.slice(0, 20), "...", ...lines.slice(-40)] : lines;
			console.log(`  FAIL  ${name} (${seconds()})`);
			for (const line of shown) console.log(`        ${line}`);
		}
	}

	return {
		project,
		node,
		check,
		get passed() {
			return passed;
		},
		get failed() {
			return failed;
		},
		close: () => rm(folder, { recursive: true, force: true }),
	};
}
