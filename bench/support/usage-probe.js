// Loaded with --import into a process under test, so that it can be measured as it is shipped.
import { answerAsks } from "./answer-asks.js";

// No bench, no reason to go on: nothing is left behind, however the bench ends.
process.on("disconnect", () => process.exit());

answerAsks({
	cpu: () => {
		const { user, system } = process.cpuUsage();
		return user + system;
	},
	memory: () => {
		globalThis.gc?.();
		return process.memoryUsage();
	},
});
