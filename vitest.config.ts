import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const all = ["test/**/*.test.ts"];
/** They change what a whole process shares: its global fetch, its interceptors. */
const alone = ["test/providers/spritz-sdk.test.ts"];

// Where it is set, each Node process that a test starts would read a whole file of certificates first.
delete process.env.NODE_EXTRA_CA_CERTS;

export default defineConfig({
	test: {
		globalSetup: ["scripts/build-if-stale.js"],
		sequence: { shuffle: true },
		testTimeout: 20_000,
		hookTimeout: 20_000,
		// One more than there are cores: tests wait for other processes.
		maxWorkers: availableParallelism() + 1,
		// Nine seconds less for who runs the tests again.
		experimental: { fsModuleCache: true },
		projects: [
			{
				extends: true,
				// Loading everything anew for each file would be a third of the time.
				test: {
					name: "together",
					include: all,
					exclude: [...alone, "test/check/**"],
					isolate: false,
				},
			},
			{ extends: true, test: { name: "alone", include: alone } },
		],
	},
});
