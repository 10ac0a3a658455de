import { HttpResponse } from "msw";
import { createIdleness } from "../delivery/clock.ts";
import type { Engine, EngineReply, EngineRequest } from "../engine/engine.ts";
import { warnOnConsole } from "../printing.ts";
import { handedOver } from "./handed-over.ts";

/** Answers clients, and publishes what their calls caused once they have the answer. */
export interface Answering {
	answer(
		provider: string,
		request: Request,
		mounted: number,
	): Promise<Response>;
	/** Resolves once nothing is owed for the answers that were given. */
	settled(): Promise<void>;
	/** Drops what is owed. */
	reset(): void;
	/** From now on calls fail as those to a stopped server do, and what is owed is dropped. */
	close(): void;
}

export function createAnswering(engine: Engine): Answering {
	const owed = createIdleness();
	let closed = false;
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

	return {
		async answer(provider, request, mounted) {
			const asked = await toEngineRequest(provider, request, mounted).catch(
				() => undefined,
			);
			// A client that breaks off while it is sending hears no answer either.
			if (closed || asked === undefined) return Response.error();
			const { reply, publish } = await engine.handle(asked);
			if (publish !== undefined) void publishLater(publish, request.url);
			return toResponse(reply);
		},
		settled: () => owed.wait(),
		reset() {
			run++;
		},
		close() {
			run++;
			closed = true;
		},
	};
}

/**
 * What a client asks, in the engine's terms.
 *
 * @param mounted how much of the path lies above the provider's mount
 */
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
