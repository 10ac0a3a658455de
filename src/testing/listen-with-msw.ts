import { setupServer } from "msw/node";
import type { ProviderId } from "../hooks/document-types.ts";
import {
	type MswLocalhook,
	type MswOptions,
	setupLocalhook,
} from "../msw/setup.ts";

/**
 * The providers in this process, for as long as the surface is not closed. At their own origins the scope answers that
 * was opened last, so that an application with no setting for a base URL finds the one of its test.
 */
export function listenWithMsw<Id extends ProviderId>(
	options: MswOptions<Id>,
): MswLocalhook<Id> {
	const hooks = setupLocalhook(options);
	const { close, scope } = hooks;
	const server = setupServer(...hooks.handlers);
	const scopes = new Set<MswLocalhook<Id>>();
	server.listen({ onUnhandledRequest: "bypass" });

	function answer(): void {
		const newestFirst = [...scopes].reverse();
		server.resetHandlers(
			...newestFirst.flatMap(({ handlers }) => handlers),
			...hooks.handlers,
		);
	}
	return Object.assign(hooks, {
		...closing(async () => {
			server.close();
			await close();
		}),
		async scope(...changes: Parameters<typeof scope>) {
			const opened = await scope(...changes);
			const { close } = opened;
			scopes.add(opened);
			answer();
			return Object.assign(
				opened,
				closing(async () => {
					scopes.delete(opened);
					answer();
					await close();
				}),
			);
		},
	});
}

function closing(close: () => Promise<void>): AsyncDisposable & {
	close(): Promise<void>;
} {
	return { close, [Symbol.asyncDispose]: close };
}
