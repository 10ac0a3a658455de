import type { HttpHandler } from "msw";
import { installedOf } from "../catalog.ts";
import { kinds } from "../engine/shape.ts";
import { createHooks, type Foundation } from "../hooks/create-hooks.ts";
import type { ProviderId } from "../hooks/document-types.ts";
import { engineOf } from "../hooks/engine-of.ts";
import type { Localhook } from "../hooks/hooks.ts";
import { checkOptions, type HooksOptions } from "../hooks/options.ts";
import { requirePeer } from "../peers.ts";
import { createAnswering } from "./answering.ts";
import { captureContext } from "./async-context.ts";
import { createMswFace } from "./face.ts";
import { handlersOf } from "./handlers.ts";
import { baseMounts, checkedBaseUrl, originMounts } from "./mounts.ts";
import { createScopes } from "./scopes.ts";

requirePeer("msw", "localhook/msw");

export interface MswOptions<Id extends ProviderId = ProviderId>
	extends HooksOptions<Id> {
	/**
	 * A URL below which the providers answer too, each under its id, for code that has it in its settings. It need not
	 * exist. Default: `http://localhook.localhost`, and then `url` is the provider's own.
	 */
	readonly baseUrl?: string;
}

/** What msw adds to the surface. */
export interface MswHandlers {
	/** For `setupServer`, `setupWorker`, `server.use` and `server.boundary`. They answer for the providers' own origins. */
	readonly handlers: HttpHandler[];
}

/** A running localhook that is reached through msw. */
export type MswLocalhook<Id extends ProviderId = ProviderId> = Localhook<
	Id,
	MswHandlers
>;

/**
 * The providers as msw handlers, with no port and no process: at once, and with nothing to wait for.
 *
 * @throws LocalhookError for options, credentials or providers that do not fit
 * @example
 * const hooks = setupLocalhook({ providers: ["prolific"], receiver: app.fetch })
 * const server = setupServer(...hooks.handlers)
 * beforeAll(() => server.listen({ onUnhandledRequest: "error" }))
 * afterEach(() => hooks.reset())
 * afterAll(async () => { server.close(); await hooks.close() })
 */
export function setupLocalhook<Id extends ProviderId = ProviderId>(
	options: MswOptions<Id> = {},
): MswLocalhook<Id> {
	checkOptions(options, { baseUrl: kinds.text }, "setupLocalhook");
	const { baseUrl } = options;
	const installed = installedOf(options.providers);
	const base = checkedBaseUrl(baseUrl ?? "http://localhook.localhost");
	const scopes = createScopes();

	function openScope(options: HooksOptions<Id>): Foundation<Id, MswHandlers> {
		const engine = engineOf(options, installed, captureContext);
		const answering = createAnswering(engine);
		const origin = scopes.open(answering);
		const mounts = [...baseMounts(engine, origin), ...originMounts(engine)];
		return {
			engine,
			face: createMswFace(engine, mounts, answering, () =>
				scopes.close(origin),
			),
			options,
			more: { handlers: handlersOf(mounts, answering) },
			openScope: async (changed) => openScope(changed),
		};
	}

	const engine = engineOf(options, installed, captureContext);
	const answering = createAnswering(engine);
	const mounts =
		baseUrl === undefined
			? [...originMounts(engine), ...baseMounts(engine, base)]
			: [...baseMounts(engine, base), ...originMounts(engine)];
	return createHooks({
		engine,
		face: createMswFace(engine, mounts, answering),
		options,
		more: { handlers: [...handlersOf(mounts, answering), scopes.handler] },
		openScope: async (changed) => openScope(changed),
	});
}
