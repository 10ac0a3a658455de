import { onTestFinished } from "vitest";
import { setupLocalhook } from "../../src/msw/setup.ts";
import { usual } from "./providers.ts";

/** As from JavaScript: the compiler is not asked. */
export type Unasked = never;

/** A provider and a receiver that takes everything, closed when the test ends. */
export function openHooks(options: object = {}) {
	const hooks = setupLocalhook({
		providers: [usual.id],
		receiver: () => new Response(),
		...options,
	});
	onTestFinished(() => hooks.close());
	return hooks;
}

export type OpenHooks = ReturnType<typeof openHooks>;
