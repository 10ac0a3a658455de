import { HttpResponse, http } from "msw";
import { createIdleness } from "../delivery/clock.ts";
import type { Engine, EngineReply, EngineRequest } from "../engine/engine.ts";
import { basePaths, literally } from "../openapi/router.ts";
import { warnOnConsole } from "../printing.ts";
import { handedOver } from "./client.ts";

/** Where a provider answers: every URL that begins with it is the provider's. */
interface Mount {
	readonly provider: string;
	readonly base: string;
	/** Every origin of such a host, in place of the base's. */
	readonly hosts?: RegExp;
}

export function originMounts(engine: Engine): Mount[] {
	return [...engine.sessions].flatMap(([provider, session]) => {
		const { hosts } = session.provider;
		const origins = (session.document.servers ?? []).map(
			({ url }) => URL.parse(url)?.origin,
		);
		const mounts: Mount[] = [...new Set(origins)]
			.filter((origin) => origin !== undefined)
			.map((base) => ({ provider, base }));
		const [first] = mounts;
		return hosts && first ? [...mounts, { ...first, hosts }] : mounts;
	});
}

export function baseMounts(engine: Engine, url: string): Mount[] {
	return [...engine.sessions.keys()].map((provider) => ({
		provider,
		base: `${url}/${provider}`,
	}));
}

interface MswCall {
	readonly request: Request;
	readonly requestId: string;
}

export type Answering = ReturnType<typeof createAnswering>;

/**
 * An engine behind msw: it answers clients, and publishes what their calls caused once they have the answer.
 *
 * @param mounts a provider's first one is what its clients are told
 */
export function createAnswering(engine: Engine, mounts: readonly Mount[]) {
	const owed = createIdleness();
	let closed = false;
	const answered = new WeakMap<Request, string>();
	/** Of what is owed, only that of the present run is published. */
	let run = 0;

	/** Goes on in the async context of the caller, where its overrides and boundaries hold. */
	async function publishLater(publish: () => void, url: string): Promise<void> {
		const owedIn = run;
		owed.enter();
		await handedOver(url);
		try {
			if (owedIn === run) publish();
		} catch (error) {
			// The client has its answer, and there is nobody else to tell.
			warnOnConsole(`Failed to publish an event: ${(error as Error).message}`);
		} finally {
			owed.leave();
		}
	}

	/** @param mounted how much of the path lies above the provider's mount */
	async function answer(
		provider: string,
		{ request, requestId }: MswCall,
		mounted: number,
	): Promise<Response> {
		// The client has the other answer, and this one gets lost.
		if (answered.has(request) && answered.get(request) === requestId)
			return Response.error();
		answered.set(request, requestId);
		const asked = await toEngineRequest(provider, request, mounted).catch(
			() => undefined,
		);
		// Closed, it fails as a stopped server does. A client that breaks off while it is sending hears no answer either.
		if (closed || asked === undefined) return Response.error();
		const { reply, publish } = await engine.handle(asked);
		if (publish !== undefined) void publishLater(publish, request.url);
		return toResponse(reply);
	}

	return {
		/** One for each mount. It answers every method and path: which of them exist is for the provider to say. */
		handlers: mounts.map((mount) => {
			const { provider, base } = mount;
			const mounted = new URL(base).pathname.replace(/\/$/, "").length;
			return http.all(below(mount), (call) => answer(provider, call, mounted));
		}),
		answer,
		urlOf(provider: string): string {
			const { base } = mounts.find((each) => each.provider === provider) ?? {};
			// It has one below the base URL at the least; an unknown provider is the engine's to refuse.
			return `${base}${basePaths(engine.session(provider).document)[0]}`;
		},
		settled: () => owed.wait(),
		reset(): void {
			run++;
		},
		async close(): Promise<void> {
			run++;
			closed = true;
		},
	};
}

/** A pattern rather than a path, of which msw would decode the parts, and fail where they are not well encoded. */
function below({ base, hosts }: Mount): RegExp {
	const start =
		hosts === undefined ? literally(base) : `https://(?:${hosts.source})`;
	return new RegExp(`^${start}(?:/|$)`);
}

export async function toEngineRequest(
	provider: string,
	request: Request,
	mounted: number,
): Promise<EngineRequest> {
	const { pathname, search } = new URL(request.url);
	return {
		provider,
		// A client may pass `patch` on as it is; on the wire only capitals are a method.
		method: request.method.toUpperCase(),
		path: pathname.slice(mounted) || "/",
		query: search.slice(1),
		// happy-dom gives the names as they were typed.
		headers: Object.fromEntries(
			Array.from(request.headers, ([name, value]) => [
				name.toLowerCase(),
				value,
			]),
		),
		body: new Uint8Array(await request.arrayBuffer()),
	};
}

/** The engine's reply as the client's library wants it; a connection that is cut is a network error there. */
function toResponse({ status, headers, body, cut }: EngineReply): Response {
	if (cut) return Response.error();
	const bodiless = status === 204 || status === 304;
	if (bodiless) return new HttpResponse(null, { status, headers });
	const bytes = new TextEncoder().encode(body);
	return new HttpResponse(bytes, {
		status,
		headers: { "content-length": String(bytes.byteLength), ...headers },
	});
}
