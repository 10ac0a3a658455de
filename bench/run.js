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

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		rounds: { type: "string", default: "12" },
		json: { type: "boolean", default: false },
		check: { type: "boolean", default: false },
	},
});
const names = positionals.length === 0 ? Object.keys(benches) : positionals;
const unknown = names.find((name) => !Object.hasOwn(benches, name));
if (unknown !== undefined) {
	console.error(
		`Failed to run "${unknown}": choose from ${Object.keys(benches).join(", ")}.`,
	);
	process.exit(2);
}

console.error(
	`Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0].toFixed(2)}, ${new Date().toISOString()}`,
);
let kept = true;
for (const name of names) {
	const rows = await benches[name]({ rounds: Number(values.rounds) });
	console.log(values.json ? toNdjson(name, rows) : `\n${toTable(name, rows)}`);
	kept &&= rows.every(holds);
}
if (values.check && !kept) process.exitCode = 1;
