import { defineConfig } from "vitest/config";

/** The behaviour of the providers through the other clients that msw intercepts: `npm run test:faces`. */
export default defineConfig({
	test: {
		globalSetup: ["scripts/build-if-stale.js"],
		include: ["test/providers/*.test.ts"],
		exclude: ["test/providers/spritz-sdk.test.ts"],
		provide: { otherFaces: true },
		sequence: { shuffle: true },
		testTimeout: 20_000,
		maxWorkers: "100%",
		isolate: false,
	},
});
