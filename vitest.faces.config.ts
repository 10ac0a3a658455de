import { defineConfig } from "vitest/config";

/** The behaviour of the providers through every client that msw intercepts: `npm run test:faces`. */
export default defineConfig({
	test: {
		globalSetup: ["test/support/build.ts"],
		include: ["test/providers/*.test.ts"],
		exclude: ["test/providers/spritz-sdk.test.ts"],
		provide: { everyFace: true },
		sequence: { shuffle: true },
		testTimeout: 20_000,
		maxWorkers: "100%",
		isolate: false,
	},
});
