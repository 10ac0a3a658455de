// npm ci && node run.js [--rounds <n>] [--json]: see ../README.md.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
	exchange,
	freePort,
	openConnections,
	toWire,
} from "../support/http-client.js";
import { toNdjson, toTable } from "../support/report.js";
import { compare, interleave } from "../support/rounds.js";

const { values } = parseArgs({
	options: {
		rounds: { type: "string", default: "6" },
		json: { type: "boolean", default: false },
	},
});
const rounds = Number(values.rounds);
const connections = 32;
const roundMilliseconds = 500;
const document = pathOf("../../openapi/prolific.yaml");
const path = "/api/v1/hooks/secrets/";
/** @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();
process.on("exit", () => {
	for (const child of children) child.kill("SIGKILL");
});
const stubs = await mkdtemp(join(tmpdir(), "localhook-bench-"));

/**
 * The command of each contender; each answers the same call, which makes a secret, from the same document. WireMock, which
 * reads none, has a stub for it.
 *
 * @type {Record<string, { words: (port: number) => string[], command?: string, path?: string }>}
 */
const contenders = {
	localhook: {
		words: (port) => [
			pathOf("../../dist/cli/main.js"),
			...["start", "--port", `${port}`, "--quiet"],
		],
		path: `/prolific${path}`,
	},
	Prism: {
		words: (port) => [
			pathOf("node_modules/@stoplight/prism-cli/dist/index.js"),
			...["mock", document, "-p", `${port}`, "-v", "silent"],
		],
	},
	Mockoon: {
		words: (port) => [
			pathOf("node_modules/@mockoon/cli/bin/run.js"),
			...["start", "--data", document, "--port", `${port}`],
			...["--hostname", "127.0.0.1", "--disable-log-to-file"],
		],
	},
	...(spawnSync("java", ["-version"]).status === 0 && {
		WireMock: {
			command: "java",
			words: (/** @type {number} */ port) => [
				...["-cp", pathOf("node_modules/wiremock/build/*")],
				...["wiremock.Run", "--port", `${port}`, "--root-dir", stubs],
				...["--bind-address", "127.0.0.1", "--no-request-journal"],
			],
		},
	}),
};

/** @param {string} file */
function pathOf(file) {
	return fileURLToPath(new URL(file, import.meta.url));
}

/**
 * Starts one and waits for its first good answer.
 *
 * @param {string} name
 */
async function start(name) {
	const { command = process.execPath, words, path: own } = contenders[name];
	const port = await freePort();
	const wire = toWire(
		"POST",
		own ?? path,
		{ authorization: "Token bench" },
		{ workspace_id: "63722982f9cc073ecc730f6b" },
	);
	const started = performance.now();
	const child = spawn(command, words(port), { stdio: "ignore" });
	children.add(child);
	for (;;) {
		const answer = await exchange(port, wire).catch(() => undefined);
		if (answer?.status === 201) break;
		if (answer !== undefined)
			throw new Error(`${name}: ${answer.status} ${answer.body}`);
		if (child.exitCode !== null) throw new Error(`${name} has ended`);
		await setTimeout(1);
	}
	return {
		port,
		wire,
		milliseconds: performance.now() - started,
		async stop() {
			child.kill("SIGKILL");
			children.delete(child);
			if (child.exitCode === null && child.signalCode === null)
				await once(child, "exit");
		},
	};
}

/** @param {string} name */
async function firstAnswer(name) {
	const { milliseconds, stop } = await start(name);
	await stop();
	return { value: milliseconds };
}

async function callsPerSecond() {
	const running = new Map();
	for (const name of Object.keys(contenders))
		running.set(name, await start(name));
	const samples = await interleave(
		contendersWith(async (name) => {
			const { port, wire } = running.get(name);
			// Anew each time: nobody keeps one open that is not used while the others have their turn.
			const client = await openConnections(port, connections);
			const { calls, seconds } = await client.callFor(
				wire,
				201,
				roundMilliseconds,
			);
			client.close();
			return { value: calls / seconds };
		}),
		{ rounds, warmUps: 3 },
	);
	for (const { stop } of running.values()) await stop();
	return samples;
}

/** @param {(name: string) => Promise<import("../support/rounds.js").Sample>} measure */
function contendersWith(measure) {
	return Object.fromEntries(
		Object.keys(contenders).map((name) => [name, () => measure(name)]),
	);
}

/**
 * @param {string} what
 * @param {string} unit
 * @param {Record<string, import("../support/rounds.js").Sample[]>} samples
 */
function toRows(what, unit, { localhook, ...peers }) {
	return Object.entries(peers).map(([peer, theirs]) => ({
		case: `${what}: ${peer}`,
		unit,
		peer,
		...compare(localhook, theirs),
	}));
}

try {
	await mkdir(join(stubs, "mappings"));
	await writeFile(
		join(stubs, "mappings/create-secret.json"),
		JSON.stringify({
			request: { method: "POST", urlPath: path },
			response: {
				status: 201,
				headers: { "content-type": "application/json" },
				jsonBody: { id: "1", value: "secret" },
			},
		}),
	);
	const rows = [
		...toRows(
			"first answer",
			"ms",
			await interleave(contendersWith(firstAnswer), { rounds }),
		),
		...toRows("calls", "/s", await callsPerSecond()),
	];
	console.log(
		values.json ? toNdjson("peers", rows) : `\n${toTable("peers", rows)}`,
	);
} finally {
	await rm(stubs, { recursive: true, force: true });
}
