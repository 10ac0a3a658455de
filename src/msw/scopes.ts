import { type HttpHandler, http } from "msw";
import type { Answering } from "./answering.ts";

/** The scopes of one setup, each at an origin of its own. The name leads nowhere, not even by accident. */
export interface Scopes {
	/** Answers for every scope that is open. */
	readonly handler: HttpHandler;
	/** The origin of a new scope. */
	open(answering: Answering): string;
	close(origin: string): void;
}

/** Of the whole process: two setups may be listening in it at once. */
let opened = 0;

export function createScopes(): Scopes {
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
