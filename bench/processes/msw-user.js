// A process of its own, since an import counts once: how long a setup takes, a reset, a scope, and what they leave.
import { setupLocalhook } from "../../dist/msw/index.js";

const resets = 10_000;
const megabyte = 1024 * 1024;
const imported = performance.now();
const hooks = setupLocalhook({ receiver: () => new Response() });
const ready = performance.now() - imported;

/** @param {number} times @param {() => Promise<void>} act */
async function each(times, act) {
	const started = performance.now();
	for (let time = 0; time < times; time++) await act();
	return (performance.now() - started) / times;
}
function heap() {
	globalThis.gc?.();
	return process.memoryUsage().heapUsed / megabyte;
}

hooks.prolific.send("study.status.change");
await hooks.idle();
await each(1000, hooks.reset);
const before = heap();
const reset = await each(resets, hooks.reset);
const after = heap();
const scope = await each(100, async () => {
	const opened = await hooks.scope();
	opened.prolific.send("study.status.change");
	await opened.idle();
	await opened.close();
});
await hooks.close();
process.stdout.write(JSON.stringify({ ready, reset, scope, before, after }));
