import { type HttpHandler, http } from "msw";
import type { Answering } from "./answering.ts";
import type { Mount } from "./mounts.ts";

/** One handler for each mount. It answers every method and path: which of them exist is for the provider to say. */
export function handlersOf(
	mounts: readonly Mount[],
	answering: Answering,
): HttpHandler[] {
	return mounts.map((mount) => {
		const { provider, base } = mount;
		const mounted = new URL(base).pathname.replace(/\/$/, "").length;
		return http.all(below(mount), ({ request }) =>
			answering.answer(provider, request, mounted),
		);
	});
}

/** A pattern rather than a path, of which msw would decode the parts, and fail where they are not well encoded. */
function below({ base, hosts }: Mount): RegExp {
	const start =
		hosts === undefined ? escaped(base) : `https://(?:${hosts.source})`;
	return new RegExp(`^${start}(?:/|$)`);
}

function escaped(text: string): string {
	return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
