import { engineOf } from "../hooks/create-hooks.ts";
import type { ProviderId } from "../hooks/document-types.ts";
import { timelineOf } from "../hooks/evidence.ts";
import { checkOptions } from "../hooks/options.ts";
import {
	type StartedLocalhook,
	type StartOptions,
	startLocalhook,
	startOptions,
} from "./start.ts";

export type { StartedLocalhook, StartOptions } from "./start.ts";

/** What of a test's context is needed: `node:test` gives it to every test and suite. */
export interface TestContext {
	/** Aborted when the test is. */
	readonly signal: AbortSignal;
	readonly passed?: boolean;
	after(end: () => Promise<void>): void;
	diagnostic(message: string): void;
}

/**
 * Starts localhook for one test, and closes it when the test ends. What happened is told with a test that fails.
 *
 * @throws LocalhookError for options that do not fit
 * @example
 * test("retries", async (t) => {
 *   const hooks = await localhook(t, { providers: ["solvimon"], receiver: app.fetch })
 * })
 */
export async function localhook<Id extends ProviderId = ProviderId>(
	t: TestContext,
	options: StartOptions<Id> = {},
): Promise<StartedLocalhook<Id>> {
	checkOptions(options, startOptions, "localhook");
	t.signal.throwIfAborted();
	const hooks = await startLocalhook(options);
	t.after(async () => {
		if (t.passed === false)
			for (const line of timelineOf(engineOf(hooks)).split("\n"))
				t.diagnostic(line);
		await hooks.close();
	});
	// A test that is out of time goes on by itself; nothing shall be sent to it any more.
	t.signal.addEventListener("abort", () => void hooks.close(), { once: true });
	return hooks;
}
