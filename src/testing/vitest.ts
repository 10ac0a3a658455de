import { test as baseTest, type TestAPI } from "vitest";
import type { ProviderId } from "../hooks/document-types.ts";
import {
	type StartedLocalhook,
	type StartOptions,
	startLocalhook,
} from "./start.ts";
import { timelineOf } from "./timeline.ts";

export type { StartedLocalhook, StartOptions } from "./start.ts";

export interface LocalhookFixtures<Id extends ProviderId = ProviderId> {
	/** Of the worker: what the scopes of its tests are opened from. */
	readonly localhook: StartedLocalhook<Id>;
	/** Of the test: a scope of its own. */
	readonly hooks: StartedLocalhook<Id>;
}

/**
 * Vitest's `test` with the fixture `hooks`: a localhook of each test's own, started once for each worker. What happened
 * is printed with a test that fails.
 *
 * @param base a `test` with fixtures of your own
 * @example
 * const test = withLocalhook({ providers: ["prolific"], receiver: app.fetch })
 * test("answers", async ({ hooks, expect }) => {
 *   await expect(hooks.prolific.emit("study.status.change").delivery).toBeDelivered()
 * })
 */
export function withLocalhook<
	Id extends ProviderId = ProviderId,
	Base extends object = object,
>(
	options: StartOptions<Id> = {},
	base: TestAPI<Base> = baseTest as unknown as TestAPI<Base>,
): TestAPI<Base & LocalhookFixtures<Id>> {
	return (base as unknown as TestAPI)
		.extend(
			"localhook",
			{ scope: "worker" },
			// biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its pattern.
			async ({}, { onCleanup }) => {
				const hooks = await startLocalhook(options);
				onCleanup(() => hooks.close());
				return hooks;
			},
		)
		.extend("hooks", async ({ localhook, onTestFailed }, { onCleanup }) => {
			const hooks = await localhook.scope();
			onCleanup(() => hooks.close());
			onTestFailed(() => console.error(timelineOf(hooks.engine)));
			return hooks;
		}) as unknown as TestAPI<Base & LocalhookFixtures<Id>>;
}
