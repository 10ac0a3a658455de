import type {
	PlaywrightTestArgs,
	PlaywrightTestOptions,
	PlaywrightWorkerArgs,
	PlaywrightWorkerOptions,
	TestType,
} from "@playwright/test";
import { test as baseTest } from "@playwright/test";
import { repeat } from "../hooks/delivery-timeline.ts";
import type { ProviderId } from "../hooks/document-types.ts";
import { checkOptions } from "../hooks/options.ts";
import { requirePeer } from "../peers.ts";
import {
	type StartedLocalhook,
	type StartOptions,
	startLocalhook,
	startOptions,
} from "./start.ts";
import { transcriptOf } from "./transcript.ts";

export type { StartedLocalhook, StartOptions } from "./start.ts";

requirePeer("@playwright/test", "localhook/playwright");

/** Of each test. */
export interface TestFixtures<Id extends ProviderId> {
	/** A scope of its own. */
	readonly hooks: StartedLocalhook<Id>;
}

/** Of each worker. */
export interface WorkerFixtures<Id extends ProviderId> {
	/** What the scopes of its tests are opened from. */
	readonly localhook: StartedLocalhook<Id>;
}

type Test<T extends object, W extends object> = TestType<
	PlaywrightTestArgs & PlaywrightTestOptions & T,
	PlaywrightWorkerArgs & PlaywrightWorkerOptions & W
>;

/**
 * Playwright's `test` with the fixture `hooks`: a localhook of each test's own, started once for each worker. A test
 * that fails gets the attachment `webhooks.ndjson`.
 *
 * @param base a `test` with fixtures of your own
 * @example
 * const test = withLocalhook({ providers: ["openformat"], receiver: app })
 * test("pays out", async ({ hooks, page }) => { hooks.openformat.emit("transaction") })
 */
export function withLocalhook<
	Id extends ProviderId = ProviderId,
	T extends object = object,
	W extends object = object,
>(
	options: StartOptions<Id> = {},
	base: Test<T, W> = baseTest as unknown as Test<T, W>,
): Test<T & TestFixtures<Id>, W & WorkerFixtures<Id>> {
	checkOptions(options, startOptions, "withLocalhook");
	return (base as Test<object, object>).extend<
		TestFixtures<Id>,
		WorkerFixtures<Id>
	>({
		localhook: [
			// biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from its pattern.
			async ({}, use) => {
				const hooks = await startLocalhook(options);
				await use(hooks);
				await hooks.close();
			},
			{ scope: "worker" },
		],
		hooks: async ({ localhook }, use, info) => {
			const hooks = await localhook.scope();
			await use(hooks);
			if (info.status !== info.expectedStatus) {
				const body = transcriptOf(hooks.engine);
				info.annotations.push({
					type: "localhook",
					description: repeat(hooks.seed),
				});
				await info.attach("webhooks.ndjson", {
					body,
					contentType: "application/x-ndjson",
				});
			}
			await hooks.close();
		},
	}) as unknown as Test<T & TestFixtures<Id>, W & WorkerFixtures<Id>>;
}
