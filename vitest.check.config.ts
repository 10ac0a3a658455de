import { defineConfig } from "vitest/config";

/**
 * What `npm run check` tests besides `npm test`, because it takes long or starts other programs of some size: each
 * command as a process, `exec` and what ends it, test runners, bundlers, a browser, examples, the GitHub Action, ten
 * thousand resets; and the providers through each client that msw intercepts.
 */
export default defineConfig({
	test: {
		globalSetup: ["scripts/build-if-stale.js"],
		include: ["test/check/*.test.ts", "test/providers/*.test.ts"],
		exclude: ["test/providers/spritz-sdk.test.ts"],
		provide: { otherFaces: true },
		sequence: { shuffle: true },
		testTimeout: 20_000,
		hookTimeout: 20_000,
		maxWorkers: "100%",
		experimental: { fsModuleCache: true },
		isolate: false,
	},
});
