import { setupServer } from "msw/node";
import { onTestFinished } from "vitest";
import { isLoopback } from "../../src/delivery/allowed-receivers.ts";
import type { Engine } from "../../src/engine/engine.ts";
import {
	type Answering,
	baseMounts,
	createAnswering,
	originMounts,
} from "../../src/msw/answering.ts";

/** One for the process, which has one `fetch` to be put in the place of. It is only there while a test wants it. */
const server = setupServer();
let listening = 0;

/**
 * What this process calls is answered by the engine until the test ends: at the providers' own origins, and where
 * those are taken by another engine of the test, at a URL of its own.
 */
export function listen(engine: Engine): {
	readonly answering: Answering;
	origin(provider: string): string;
} {
	const mounts =
		listening === 0
			? originMounts(engine)
			: baseMounts(engine, `http://${listening}.engine.localhost`);
	const answering = createAnswering(engine, mounts);
	if (listening++ === 0) server.listen({ onUnhandledRequest });
	server.use(...answering.handlers);
	onTestFinished(() => {
		void answering.close();
		if (--listening > 0) return;
		server.resetHandlers();
		server.close();
	});
	return {
		answering,
		origin: (provider) =>
			mounts.find((mount) => mount.provider === provider)?.base as string,
	};
}

/** The receivers of the tests themselves are on loopback. */
function onUnhandledRequest({ url }: Request, print: { error(): void }): void {
	if (!isLoopback(new URL(url).hostname)) print.error();
}
