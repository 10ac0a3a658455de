import { type HttpHandler, http } from "msw";
import { installedOf } from "../catalog.ts";
import type { Kind } from "../engine/shape.ts";
import { createHooks, type Foundation } from "../hooks/create-hooks.ts";
import type { ProviderId } from "../hooks/document-types.ts";
import type { Localhook } from "../hooks/hooks.ts";
import {
	checkOptions,
	type HooksOptions,
	openEngine,
} from "../hooks/options.ts";
import { requirePeer } from "../peers.ts";
import {
	type Answering,
	baseMounts,
	createAnswering,
	originMounts,
} from "./answering.ts";
import { captureContext } from "./client.ts";

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
	checkOptions(options, { baseUrl: anHttpUrl }, "setupLocalhook");
	const installed = installedOf(options.providers);
	const { baseUrl = "http://localhook.localhost" } = options;
	const { origin, pathname } = new URL(baseUrl);
	const base = `${origin}${pathname}`.replace(/\/+$/, "");
	/** Those that are open, each at an origin of its own. */
	const scopes = new Map<string, Answering>();
	const scopesHandler = http.all(
		/^http:\/\/\d+\.scope\.localhook\.localhost\//,
		(call) => {
			const { origin, pathname } = new URL(call.request.url);
			const [, provider = ""] = pathname.split("/", 2);
			return scopes.get(origin)?.answer(provider, call, provider.length + 1);
		},
	);

	/** `isOwnFirst`: clients are told the providers' own URLs, and not those below the base. */
	function found(options: HooksOptions<Id>, base: string, isOwnFirst = false) {
		const engine = openEngine(options, installed, captureContext);
		const [own, below] = [originMounts(engine), baseMounts(engine, base)];
		const mounts = isOwnFirst ? [...own, ...below] : [...below, ...own];
		const answering = createAnswering(engine, mounts);
		const { handlers } = answering;
		return { ...answering, engine, options, more: { handlers }, openScope };
	}
	async function openScope(
		options: HooksOptions<Id>,
	): Promise<Foundation<Id, MswHandlers>> {
		// The name leads nowhere, not even by accident.
		const origin = `http://${++opened}.scope.localhook.localhost`;
		const foundation = found(options, origin);
		scopes.set(origin, foundation);
		const close = () => {
			scopes.delete(origin);
			return foundation.close();
		};
		return { ...foundation, close };
	}

	const foundation = found(options, base, options.baseUrl === undefined);
	const handlers = [...foundation.handlers, scopesHandler];
	return createHooks({ ...foundation, more: { handlers } });
}

/** Scopes of the whole process: two setups may be listening in it at once. */
let opened = 0;

const anHttpUrl: Kind = {
	must: "an http URL without a query, such as http://api.test",
	fits(value) {
		if (typeof value !== "string") return false;
		const { protocol = "", search, hash } = URL.parse(value) ?? {};
		return /^https?:$/.test(protocol) && search === "" && hash === "";
	},
};
