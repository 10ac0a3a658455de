import { type HttpHandler, http } from "msw";
import { installedOf } from "../catalog.ts";
import type { Engine } from "../engine/engine.ts";
import { kinds } from "../engine/shape.ts";
import {
	createHooks,
	type Face,
	type Foundation,
} from "../hooks/create-hooks.ts";
import type { ProviderId } from "../hooks/document-types.ts";
import type { Localhook } from "../hooks/hooks.ts";
import {
	checkOptions,
	type HooksOptions,
	openEngine,
} from "../hooks/options.ts";
import { requirePeer } from "../peers.ts";
import { type Answering, createAnswering } from "./answering.ts";
import { captureContext } from "./async-context.ts";
import {
	baseMounts,
	checkedBaseUrl,
	clientUrl,
	handlersOf,
	type Mount,
	originMounts,
} from "./mounts.ts";

requirePeer("msw", "localhook/msw");

/** What `setupLocalhook` takes. */
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
		const engine = openEngine(options, installed, captureContext);
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

	const engine = openEngine(options, installed, captureContext);
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

/**
 * The way into an engine through msw.
 *
 * @param mounts a provider's first one is what its clients are told
 * @param closed told once the way is closed
 */
function createMswFace(
	engine: Engine,
	mounts: readonly Mount[],
	answering: Answering,
	closed: () => void = () => {},
): Face {
	return {
		urlOf(provider) {
			const mount = mounts.find((each) => each.provider === provider);
			// It has one below the base URL at the least; an unknown provider is the engine's to refuse.
			return clientUrl(engine, mount ?? { provider, base: "" });
		},
		settled: () => answering.settled(),
		reset: () => answering.reset(),
		async close() {
			answering.close();
			closed();
		},
	};
}

/** The scopes of one setup, each at an origin of its own. The name leads nowhere, not even by accident. */
interface Scopes {
	/** Answers for every scope that is open. */
	readonly handler: HttpHandler;
	/** The origin of a new scope. */
	open(answering: Answering): string;
	close(origin: string): void;
}

/** Of the whole process: two setups may be listening in it at once. */
let opened = 0;

function createScopes(): Scopes {
	const open = new Map<string, Answering>();
	return {
		handler: http.all(
			/^http:\/\/\d+\.scope\.localhook\.localhost\//,
			({ request }) => {
				const { origin, pathname } = new URL(request.url);
				const [, provider = ""] = pathname.split("/", 2);
				return open.get(origin)?.answer(provider, request, provider.length + 1);
			},
		),
		open(answering) {
			const origin = `http://${++opened}.scope.localhook.localhost`;
			open.set(origin, answering);
			return origin;
		},
		close: (origin) => void open.delete(origin),
	};
}
