import { onTestFinished } from "vitest";
import { setupLocalhook } from "../../src/msw/setup.ts";

/** As from JavaScript: the compiler is not asked. */
export type Unasked = never;

/** Prolific and a receiver that takes everything, closed when the test ends. */
export function openHooks(options: object = {}) {
	const hooks = setupLocalhook({
		providers: ["prolific"],
		receiver: () => new Response(),
		...options,
	});
	onTestFinished(() => hooks.close());
	return hooks;
}

export type OpenHooks = ReturnType<typeof openHooks>;
