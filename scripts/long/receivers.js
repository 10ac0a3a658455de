import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { judge } from "../../test/collection/judge.js";

/**
 * @typedef {import("../../test/collection/judge.js").Receiver} Receiver
 *
 * @typedef {object} Score
 * @property {Receiver} receiver
 * @property {string} file
 * @property {import("../../test/collection/judge.js").Mark} mark
 * @property {string[]} told
 * @property {number} seconds
 * @property {number} requests
 */

const execute = promisify(execFile);
const here = new URL("receivers/", import.meta.url);
const collection = new URL("../../test/collection/", import.meta.url);
/** How many receivers are asked at once: most of the time, one waits. */
const atOnce = 4;
/** Milliseconds for one receiver. */
const patience = 120_000;

/** Debian's own, whatever else is installed. */
const tools = {
	python: {
		program: "/usr/bin/python3",
		probe: ["-c", "import flask, django"],
		packages: ["python3-flask", "python3-django"],
	},
	go: {
		program: "/usr/bin/go",
		probe: ["version"],
		packages: ["golang-go"],
	},
};

/**
 * `localhook check` about each receiver of test/collection: right ones pass without a remark, no mistake is taken for
 * another one, and nine of ten are named exactly.
 *
 * @param {import("./lab.js").Lab} lab
 */
export default async function receivers(lab) {
	const read = (/** @type {string} */ name) =>
		readFile(new URL(name, here), "utf8");
	/** @type {Receiver[]} */
	const all = parse(
		await readFile(new URL("collection.yaml", collection), "utf8"),
	);
	const { folder } = await lab.project({
		manifest: JSON.parse(await read("package.json")),
		files: { "package-lock.json": await read("package-lock.json") },
	});
	await cp(collection, folder, { recursive: true });
	const absent = new Set();
	for (const [language, tool] of Object.entries(tools))
		if (!(await isThere(tool))) absent.add(language);
	if (!absent.has("go"))
		await execute(tools.go.program, ["build", "-o", "../receivers", "."], {
			cwd: join(folder, "go"),
		});
	const looked = all.filter(({ file }) => !absent.has(languageOf(file)));

	/** @type {Score[]} */
	const scores = [];
	const waiting = [...looked];
	async function askOn() {
		for (let one = waiting.shift(); one; one = waiting.shift())
			scores.push(await scoreOf(folder, one));
	}
	await Promise.all(Array.from({ length: atOnce }, askOn));

	scores.sort((one, other) => (one.file < other.file ? -1 : 1));
	for (const { file, mark, told } of scores)
		console.log(`        ${mark.padEnd(9)}${file.padEnd(46)}${told.join(" ")}`);
	for (const half of ["first", "second"])
		console.log(`        ${half} half: ${figuresOf(scores, half)}`);
	for (const language of absent)
		console.log(`        not looked at: ${language}, which is not installed`);

	/** @param {(score: Score) => boolean} isBad */
	function none(isBad) {
		const bad = scores.filter(isBad);
		if (bad.length === 0) return;
		const lines = bad.map(({ file, told }) => `${file}: ${told.join(" ")}`);
		throw new Error(lines.join("\n"));
	}
	await lab.check("right receivers pass without a remark", () =>
		none(({ mark }) => mark === "remarked"),
	);
	await lab.check("no mistake is taken for another one", () =>
		none(({ mark }) => mark === "wrong"),
	);
	await lab.check("nine of ten mistakes are named exactly", () => {
		const mistakes = scores.filter(({ receiver }) => !receiver.right);
		const exact = mistakes.filter(({ mark }) => mark === "exact");
		const told = `${exact.length} of ${mistakes.length}`;
		if (exact.length < mistakes.length * 0.9) throw new Error(told);
		return told;
	});
	await lab.check("the others are among a group that is named", () =>
		none(({ mark }) => mark === "missed"),
	);
	await lab.check("none gets more than 150 requests", () =>
		none(({ requests }) => requests > 150),
	);
	// Spritz has the most types of event. Beside others it would be a measurement of those.
	await lab.check("a check takes less than 10 s", async () => {
		const [one] = looked.filter(({ file }) => /spritz-express4\./.test(file));
		const { seconds } = await scoreOf(folder, /** @type {Receiver} */ (one));
		const told = `${seconds.toFixed(1)} s`;
		if (seconds > 10) throw new Error(told);
		return told;
	});
}

/** @param {string} file */
function languageOf(file) {
	return /** @type {"javascript" | "python" | "go"} */ (file.split("/")[0]);
}

/**
 * Whether a language is installed, if need be by apt.
 *
 * @param {typeof tools[keyof typeof tools]} tool
 */
async function isThere({ program, probe, packages }) {
	const works = () =>
		execute(program, probe).then(
			() => true,
			() => false,
		);
	if (existsSync(program) && (await works())) return true;
	const install = ["install", "-y", "-qq", "--no-install-recommends"];
	await execute("apt-get", [...install, ...packages]).catch(() => {});
	return works();
}

/**
 * What the report of `localhook check` on a receiver that it starts is worth.
 *
 * @param {string} folder
 * @param {Receiver} receiver
 * @returns {Promise<Score>}
 */
async function scoreOf(folder, receiver) {
	const { file, scheme, env } = receiver;
	const command = {
		javascript: [process.execPath, "javascript/serve.js", file],
		python: [tools.python.program, "python/serve.py", file],
		go: ["./receivers", basename(file, ".go")],
	}[languageOf(file)];
	const bin = "node_modules/localhook/dist/cli/main.js";
	const words = ["check", "--scheme", scheme, "--json", "--", ...command];
	// Where a check fails, so does the command: its report is what counts.
	const { stdout, stderr } = await execute(process.execPath, [bin, ...words], {
		cwd: folder,
		env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: "1", ...env },
		timeout: patience,
		maxBuffer: 64 * 1024 * 1024,
	}).catch((error) => error);
	const lines = String(stdout).split("\n");
	const told = lines.filter(Boolean).map((line) => JSON.parse(line));
	const summary = told.find(({ kind }) => kind === "summary");
	if (summary === undefined)
		throw new Error(`${file}: there is no report\n${stdout}${stderr}`);
	const results = told.filter(({ kind }) => kind === "check");
	return {
		receiver,
		file,
		...judge(receiver, results),
		seconds: summary.duration / 1000,
		requests: summary.deliveries,
	};
}

/**
 * @param {readonly { receiver: Receiver, mark: string }[]} scores
 * @param {string} half
 */
function figuresOf(scores, half) {
	const marks = scores
		.filter(({ receiver }) => receiver.half === half)
		.map(({ mark }) => mark);
	const names = ["passed", "remarked", "exact", "group", "missed", "wrong"];
	const counts = names.map((name) =>
		[name, marks.filter((mark) => mark === name).length].join(" "),
	);
	return marks.length === 0 ? "none" : counts.join(", ");
}
