// node bench/run.js [name...] [--rounds <n>] [--json] [--check]: see README.md.
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { holds, toNdjson, toTable } from "./support/report.js";

/** @type {Record<string, (options: { rounds: number }) => Promise<import("./support/report.js").Row[]>>} */
const benches = {
	"provider-calls": async (options) =>
		(await import("./provider-calls.js")).providerCalls(options),
	"cold-start": async (options) =>
		(await import("./cold-start.js")).coldStart(options),
	dispatch: async (options) =>
		(await import("./dispatch.js")).dispatch(options),
	memory: async (options) => (await import("./memory.js")).memory(options),
	"fault-run": async () => (await import("./fault-run.js")).faultRun(),
	msw: async (options) => (await import("./msw.js")).msw(options),
	state: async (options) => (await import("./state.js")).state(options),
	signing: async (options) => (await import("./signing.js")).signing(options),
};

const usage = `Usage: node bench/run.js [bench...] [options]

Benches: ${Object.keys(benches).join(", ")}. Default: all.

Options:
  --rounds <n>  how many rounds the contenders take turns (default: 12)
  --json        print NDJSON
  --check       exit with 1 if a limit is not kept
  --help        print this`;

/** @param {string} reason */
function refuse(reason) {
	console.error(`${reason}\n\n${usage}`);
	return process.exit(2);
}

const { values, positionals } = readArguments();
if (values.help) {
	console.log(usage);
	process.exit(0);
}
const names = positionals.length === 0 ? Object.keys(benches) : positionals;
const unknown = names.find((name) => !Object.hasOwn(benches, name));
if (unknown !== undefined) refuse(`Unknown bench "${unknown}".`);
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
	refuse(
		`Invalid --rounds "${values.rounds}": must be a whole number above 0.`,
	);

console.error(
	`Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0].toFixed(2)}, ${new Date().toISOString()}`,
);
let kept = true;
for (const name of names) {
	const rows = await benches[name]({ rounds });
	console.log(values.json ? toNdjson(name, rows) : `\n${toTable(name, rows)}`);
	kept &&= rows.every(holds);
}
if (values.check && !kept) process.exitCode = 1;

function readArguments() {
	try {
		return parseArgs({
			allowPositionals: true,
			options: {
				rounds: { type: "string", default: "12" },
				json: { type: "boolean", default: false },
				check: { type: "boolean", default: false },
				help: { type: "boolean", short: "h", default: false },
			},
		});
	} catch (error) {
		return refuse(/** @type {Error} */ (error).message);
	}
}
