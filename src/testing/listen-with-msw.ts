import { setupServer } from "msw/node";
import type { ProviderId } from "../hooks/document-types.ts";
import {
	type MswLocalhook,
	type MswOptions,
	setupLocalhook,
} from "../msw/setup.ts";

/** The providers in this process, for as long as the surface is not closed. */
export function listenWithMsw<Id extends ProviderId>(
	options: MswOptions<Id>,
): MswLocalhook<Id> {
	const hooks = setupLocalhook(options);
	const server = setupServer(...hooks.handlers);
	server.listen({ onUnhandledRequest: "bypass" });
	const close = async () => {
		server.close();
		await hooks.close();
	};
	return Object.assign(hooks, { close, [Symbol.asyncDispose]: close });
}
