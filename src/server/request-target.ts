import { isIPv4 } from "node:net";
import { isLoopback } from "../delivery/targets.ts";
import type { Engine } from "../engine/engine.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { quotedUrl } from "../mask-url.ts";

/** What a request is for: a provider's API, or localhook itself. */
export interface RequestTarget {
	readonly provider?: string;
	/** Below the provider's mount, still percent-encoded. */
	readonly path: string;
	readonly query: string;
}

/** A name or address, and perhaps a port; nothing else may pass for a host. */
const hostForm = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(:\d{1,5})?$/i;

/**
 * Reads where requests go, by mount (`/prolific/...`) or by `Host` (`api.prolific.com`).
 *
 * A web page can make a browser ask any name it likes for 127.0.0.1 (DNS rebinding), so only names that
 * can mean this server are answered. The reader throws a LocalhookError: `malformed-request` or `refused-host`.
 *
 * @param names what is answered to beside loopback and the providers' own names
 * @param addresses whether every IP address is: no page can make a browser take one for another
 */
export function createTargetReader(
	engine: Engine,
	names: readonly string[],
	addresses: boolean,
): (url: string, host: string | undefined) => RequestTarget {
	const allowed = new Set(names.map((host) => host.toLowerCase()));
	/** By host; undefined: its path says which. */
	const known = new Map<string, string | undefined>();

	function providerOf(host = ""): string | undefined {
		if (known.has(host)) return known.get(host);
		const match = hostForm.exec(host);
		if (match === null) {
			throw new LocalhookError(
				"malformed-request",
				`Failed to read the request: its Host ${JSON.stringify(host)} is not a host.`,
			);
		}
		const name = (match[1] as string).toLowerCase();
		const isAddress = name.startsWith("[") || isIPv4(name);
		const isOwn = allowed.has(name) || (addresses && isAddress);
		const provider = isLoopback(name) ? undefined : providerAt(name, engine);
		if (provider === undefined && !isOwn && !isLoopback(name))
			throw new LocalhookError(
				"refused-host",
				`Failed to answer for the Host ${quoted(name)}: it is not a name of this server. ` +
					`Call it by 127.0.0.1 or localhost, or start with --allow-host ${name}.`,
			);
		// There are as many names of loopback as somebody cares to make up.
		if (known.size < 1000) known.set(host, provider);
		return provider;
	}

	return (url, host) => {
		const byHost = providerOf(host);
		const { path, query } = split(url);
		if (byHost !== undefined) return { provider: byHost, path, query };
		const end = path.indexOf("/", 1);
		const first = end === -1 ? path.slice(1) : path.slice(1, end);
		if (!engine.sessions.has(first)) return { path, query };
		return {
			provider: first,
			path: end === -1 ? "/" : path.slice(end),
			query,
		};
	};
}

/** Reads the documents, so no more often than needed. */
function providerAt(name: string, { sessions }: Engine): string | undefined {
	return [...sessions.values()].find(
		({ document, provider }) =>
			document.servers?.some(({ url }) => new URL(url).hostname === name) ||
			new RegExp(`^(?:${provider.hosts?.source ?? "(?!)"})$`).test(name),
	)?.provider.id;
}

/** @throws LocalhookError `invalid-option` unless the text is a name or an address, without a port. */
export function parseHostName(text: string): string {
	const match = hostForm.exec(text);
	const url = match && URL.parse(`http://${match[1]}`);
	if (url && match[2] === undefined) return url.hostname;
	throw new LocalhookError(
		"invalid-option",
		`Invalid host name ${quotedUrl(text)}: it is not a name alone. Give one such as hooks.internal, without a port.`,
	);
}

function split(url: string): { path: string; query: string } {
	let target = url;
	if (!target.startsWith("/")) {
		// The absolute form, as sent to a proxy; `*` and the like stay what they are and match nothing.
		const parsed = URL.parse(target);
		target = parsed === null ? `/${target}` : parsed.pathname + parsed.search;
	}
	const mark = target.indexOf("?");
	return mark === -1
		? { path: target, query: "" }
		: { path: target.slice(0, mark), query: target.slice(mark + 1) };
}
