import { AsyncLocalStorage } from "node:async_hooks";
import { installedOf } from "../catalog.ts";
import type { Installed } from "../engine/options.ts";
import { kinds, type Shape, whole } from "../engine/shape.ts";
import { createHooks, type Foundation } from "../hooks/create-hooks.ts";
import type { ProviderId } from "../hooks/document-types.ts";
import type { Localhook } from "../hooks/hooks.ts";
import {
	checkOptions,
	type HooksOptions,
	openEngine,
} from "../hooks/options.ts";
import { basePaths } from "../openapi/router.ts";
import type { AccessOptions } from "../server/access.ts";
import { type RunningServer, startServer } from "../server/server.ts";

/** What `startLocalhook` and the fixtures take. */
export interface StartOptions<Id extends ProviderId = ProviderId>
	extends HooksOptions<Id>,
		AccessOptions {
	/** Default: a free one. Scopes always take a free one. */
	readonly port?: number;
}

export const startOptions = {
	port: whole(0, 65_535),
	host: kinds.text,
	allowHosts: kinds.texts,
	corsOrigins: kinds.texts,
	token: { ...kinds.text, isSecret: true },
} satisfies Shape<Omit<StartOptions, keyof HooksOptions>>;

/** What a server adds to the surface. */
export interface Served {
	/** `http://127.0.0.1:49152`: the control API, and each provider under its id. */
	readonly url: string;
	/** What the control API requires. Absent: nothing, as the server listens on loopback and no token was given. */
	readonly token?: string;
}

/** A running localhook that is reached over HTTP. */
export type StartedLocalhook<Id extends ProviderId = ProviderId> = Localhook<
	Id,
	Served
>;

/**
 * Starts localhook on a free port of this machine, with the typed surface that `setupLocalhook` has over msw.
 * Close it, or let `await using` do it.
 *
 * @throws LocalhookError for options that do not fit; `port-in-use`
 * @example
 * const hooks = await startLocalhook({ providers: ["prolific"], receiver: app.fetch })
 * const { delivery } = hooks.prolific.send("study.status.change", { status: "ACTIVE" })
 * await hooks.idle()
 * await hooks.close()
 */
export async function startLocalhook<Id extends ProviderId = ProviderId>(
	options: StartOptions<Id> = {},
): Promise<StartedLocalhook<Id>> {
	checkOptions(options, startOptions, "startLocalhook");
	return createHooks(await open(options, installedOf(options.providers)));
}

async function open<Id extends ProviderId>(
	options: StartOptions<Id>,
	installed: readonly Installed[],
): Promise<Foundation<Id, Served>> {
	const engine = openEngine(options, installed, () =>
		AsyncLocalStorage.snapshot(),
	);
	let server: RunningServer;
	try {
		const { port = 0, host, allowHosts, corsOrigins, token } = options;
		const access = { host, allowHosts, corsOrigins, token };
		server = await startServer({ engine, port, ...access });
	} catch (error) {
		await engine.close();
		throw error;
	}
	// node:test waits for the process of a test file to end. A test that forgets to close would hang it without a word.
	if (process.env.NODE_TEST_CONTEXT !== undefined) server.unref();
	const { url, token, close } = server;
	return {
		engine,
		options,
		more: { url, ...(token !== undefined && { token }) },
		urlOf: (id) => `${url}/${id}${basePaths(engine.session(id).document)[0]}`,
		close,
		openScope: (changed) => open({ ...changed, port: 0 }, installed),
	};
}
