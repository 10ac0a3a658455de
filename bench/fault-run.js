import { startChild } from "./support/child.js";
import { oursAtMost } from "./support/report.js";

const megabyte = 1024 * 1024;
const count = 10_000;

/** Deliveries to a receiver that fails, stalls, resets and babbles: where they end, and whether they do so again. */
export async function faultRun() {
	const receiver = await startChild(
		new URL("processes/wild-receiver.js", import.meta.url),
	);
	const url = `http://127.0.0.1:${receiver.ready.port}`;
	const first = await run(`${url}/first`);
	const second = await run(`${url}/second`);
	await receiver.stop();
	if (first.deliveries !== count) throw new Error("some were not kept");
	return [
		{
			case: "deliveries that end otherwise than scheduled",
			unit: `of ${count.toLocaleString("en")}`,
			peer: "",
			ours: first.unknown,
			limit: oursAtMost(0),
		},
		{
			case: "second runs of the same seed that differ",
			unit: "of 1",
			peer: "",
			ours: first.digest === second.digest ? 0 : 1,
			limit: oursAtMost(0),
		},
		{
			case: "RSS at its highest",
			unit: "MB",
			peer: "",
			ours: first.highest / megabyte,
			limit: oursAtMost(300),
		},
	];
}

/** @param {string} url */
async function run(url) {
	const script = new URL("processes/fault-runner.js", import.meta.url);
	const runner = await startChild(script, { words: [url, String(count)] });
	const result = await runner.ask("run");
	await runner.stop();
	return result;
}
