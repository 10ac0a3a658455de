import { LocalhookError } from "../errors.ts";
import {
	maskUrl,
	quotedUrl,
	webAddress,
	whyNoWebAddress,
} from "../web-address.ts";
import { isUnfitAddress } from "./addresses.ts";
import { type Headers, headersOfReceiver } from "./receiver-headers.ts";

export interface ReceiverAddress {
	/** Without a user and password, which are in the headers. */
	readonly href: string;
	readonly origin: string;
	readonly path: string;
	/** What deliveries to it carry beside the provider's own headers, by lower-case name. */
	readonly headers?: Headers | undefined;
	readonly refused?: never;
}

export interface RefusedReceiver {
	readonly href: string;
	readonly headers?: never;
	readonly refused: string;
}

export interface ReceiverRules {
	/** `host` or `host:port`, beside loopback. */
	readonly allow?: readonly string[];
	readonly rewrite?: readonly Rewrite[];
	readonly headers?: Headers | undefined;
	/** Nothing leaves this process: every web address is a name for a receiver in it, so all may be registered. */
	readonly inProcess?: boolean;
}

interface Rewrite {
	readonly from: string;
	readonly to: string;
}

export type AllowedReceivers = ReturnType<typeof createAllowedReceivers>;

/** Loopback and what the user listed; everything else is refused, so that test data never leaves by accident. */
export function createAllowedReceivers(rules: ReceiverRules = {}) {
	const allowed = new Set(rules.allow?.map((entry) => entry.toLowerCase()));
	const rewrites = new Map(rules.rewrite?.map(({ from, to }) => [from, to]));
	const resolved = new Map<string, ReceiverAddress | RefusedReceiver>();

	function read(registered: string): ReceiverAddress | RefusedReceiver {
		const url = URL.parse(registered);
		const shown = maskUrl(registered);
		if (url === null)
			return { href: shown, refused: `"${shown}" is not a URL` };
		const headers = headersOfReceiver(url, rules.headers);
		url.username = "";
		url.password = "";
		const origin = rewrites.get(url.origin);
		const receiver = origin === undefined ? url : moved(url, origin);
		const refused = whyRefused(receiver);
		if (refused !== undefined) return { href: shown, refused };
		return {
			href: receiver.href,
			origin: receiver.origin,
			path: receiver.pathname + receiver.search,
			headers,
		};
	}
	function whyRefused({ protocol, host, hostname, origin, port }: URL) {
		if (protocol !== "http:" && protocol !== "https:")
			return `"${protocol}" is not a web address`;
		if (rules.inProcess) return undefined;
		// A port that is the protocol's default vanishes from a parsed URL.
		const shownPort = port || (protocol === "http:" ? "80" : "443");
		const isAllowed =
			isLoopback(hostname) ||
			allowed.has(hostname) ||
			allowed.has(`${hostname}:${shownPort}`);
		return (
			whyNeverSent(hostname) ??
			(isAllowed
				? undefined
				: `"${host}" is neither loopback nor allowed; start with --allow-receiver ${host}, ` +
					`or send it to a local receiver with --rewrite ${origin}=http://127.0.0.1:3000`)
		);
	}
	return {
		resolve(url: string): ReceiverAddress | RefusedReceiver {
			const known = resolved.get(url);
			if (known !== undefined) return known;
			const receiver = read(url);
			if (resolved.size >= 1000) resolved.clear();
			resolved.set(url, receiver);
			return receiver;
		},
	};
}

/** The same path at another origin. As a relative URL, a path like `//host/x` would be read as a host. */
function moved(url: URL, origin: string): URL {
	const receiver = new URL(origin);
	receiver.pathname = url.pathname;
	receiver.search = url.search;
	return receiver;
}

/** The host of a parsed URL: `URL` has already turned every spelling of an IPv4 address into dotted decimals. */
export function isLoopback(hostname: string): boolean {
	const isAddress = /^(?:\[::1\]|127\.\d+\.\d+\.\d+)$/.test(hostname);
	return isAddress || isLocalName(hostname);
}

/** A name that means this machine by its very form: https://www.rfc-editor.org/rfc/rfc6761#section-6.3 */
export function isLocalName(hostname: string): boolean {
	return hostname === "localhost" || hostname.endsWith(".localhost");
}

/** Why nothing is ever sent to the host of a parsed URL; undefined: it may be. A name is looked at when it is sent to. */
function whyNeverSent(hostname: string): string | undefined {
	return isUnfitAddress(hostname)
		? `"${hostname}" is an address where nothing is sent (link-local, multicast, unspecified or metadata), even when it is allowed; give the receiver's own address`
		: undefined;
}

export function parseReceiver(
	text: string,
	otherwise: string,
	shown = text,
	what = "receiver",
): URL {
	const url = webAddress(text);
	const reason =
		url === null ? whyNoWebAddress(text) : whyNeverSent(url.hostname);
	if (url !== null && reason === undefined) return url;
	throw invalid(
		`Invalid ${what} ${quotedUrl(shown)}: ${reason}. Give one such as http://127.0.0.1:3000/hooks, or ${otherwise}.`,
	);
}

export function parseAllowedReceiver(text: string): string {
	const url = URL.parse(`http://${text}`);
	const host = url?.hostname ?? "";
	if (url === null || host === "" || /[/\\?#@\s]/.test(text))
		throw invalid(
			`Failed to allow the receiver "${maskUrl(text)}": it is not a host. Give host or host:port.`,
		);
	const never = whyNeverSent(host);
	if (never !== undefined)
		throw invalid(`Failed to allow the receiver "${text}": ${never}.`);
	return /:80$/.test(text) ? `${host}:80` : url.host;
}

export function parseRewrite(text: string): Rewrite {
	const [from, to, ...rest] = text.split("=").map((part) => URL.parse(part));
	if (!isOrigin(from) || !isOrigin(to) || rest.length > 0)
		throw invalid(
			`Failed to rewrite "${maskUrl(text)}": two origins are needed, without a user and a password. Give --rewrite https://hooks.example.com=http://127.0.0.1:3000.`,
		);
	const never = whyNeverSent(to.hostname);
	if (never !== undefined)
		throw invalid(`Failed to rewrite "${text}": ${never}.`);
	return { from: from.origin, to: to.origin };
}

function isOrigin(url: URL | null | undefined): url is URL {
	return url != null && url.origin !== "null" && url.href === `${url.origin}/`;
}

function invalid(message: string): LocalhookError {
	return new LocalhookError("invalid-receiver", message);
}
