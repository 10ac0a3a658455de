import { type HttpHandler, http } from "msw";
import type { Engine } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import { basePaths } from "../openapi/router.ts";
import type { Answering } from "./answering.ts";

/** Where a provider answers: every URL that begins with it is the provider's. */
export interface Mount {
	readonly provider: string;
	/** An origin and perhaps a path; no slash at the end. */
	readonly base: string;
	/** Every origin of such a host, in place of the base's. */
	readonly hosts?: RegExp;
}

/** The providers' own origins, by their documents' `servers`. */
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

/** One mount for each provider below a URL. */
export function baseMounts(engine: Engine, url: string): Mount[] {
	return [...engine.sessions.keys()].map((provider) => ({
		provider,
		base: `${url}/${provider}`,
	}));
}

/** What a client of the provider takes for its base URL when the provider answers at this mount. */
export function clientUrl(engine: Engine, { provider, base }: Mount): string {
	return `${base}${basePaths(engine.session(provider).document)[0]}`;
}

/** @throws LocalhookError `invalid-option` */
export function checkedBaseUrl(text: string): string {
	const url = URL.parse(text);
	if (
		url !== null &&
		/^https?:$/.test(url.protocol) &&
		url.search === "" &&
		url.hash === ""
	)
		return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
	throw new LocalhookError(
		"invalid-option",
		`Failed to set up the handlers: the baseUrl ${JSON.stringify(text)} is not an http URL. ` +
			"Give one without a query, such as http://api.test.",
	);
}

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
