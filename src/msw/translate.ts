import { HttpResponse } from "msw";
import type { EngineReply, EngineRequest } from "../engine/engine.ts";

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
export function toResponse({
	status,
	headers,
	body,
	cut,
}: EngineReply): Response {
	if (cut) return Response.error();
	const bodiless = status === 204 || status === 304;
	if (bodiless) return new HttpResponse(null, { status, headers });
	const bytes = new TextEncoder().encode(body);
	return new HttpResponse(bytes, {
		status,
		headers: { "content-length": String(bytes.byteLength), ...headers },
	});
}
