import type { IncomingMessage, ServerResponse } from "node:http";
import { isIPv4 } from "node:net";
import { isLoopback } from "../delivery/allowed-receivers.ts";
import { bodyTooLarge } from "../engine/body.ts";
import type { Engine } from "../engine/engine.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { hostForm } from "./access.ts";
import { malformed } from "./http-server.ts";

export interface RequestTarget {
	readonly provider?: string;
	/** Below the provider's mount, still percent-encoded. */
	readonly path: string;
	readonly query: string;
}

/**
 * Reads where requests go, by mount (`/prolific/...`) or by `Host` (`api.prolific.com`).
 *
 * A web page can make a browser ask any name it likes for 127.0.0.1 (DNS rebinding), so only names that
 * can mean this server are answered.
 *
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
		if (match === null)
			throw malformed(`its Host ${JSON.stringify(host)} is not a host`);
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

export type ReadBody = ReturnType<typeof createBodyReader>;

const empty = new Uint8Array(0);
/** Of each body, so many bytes are bounded by the number of requests: a few large ones cannot keep small ones out. */
const small = 64 * 1024;

/**
 * A reader of whole bodies that holds no more bytes at once than these, but of one body alone, which has a limit of its
 * own. What a body takes up counts until the response is over.
 */
export function createBodyReader(most: number) {
	let held = 0;

	return (
		request: IncomingMessage,
		response: ServerResponse,
		limit: number,
	): Promise<Uint8Array> | Uint8Array => {
		const declared = declaredLength(request);
		if (declared === 0) return empty;
		return new Promise((resolve, reject) => {
			let bytes: ReturnType<typeof createGrowingBytes> | undefined;
			let size = 0;
			let mine = 0;
			let refused = false;
			function hold(large: number): void {
				if (mine === 0 && large > 0) response.once("close", () => hold(0));
				held += large - mine;
				mine = large;
			}
			function refuse(error: LocalhookError): void {
				refused = true;
				bytes = undefined;
				hold(0);
				reject(error);
			}
			const breakOff = () =>
				reject(
					new LocalhookError(
						"malformed-request",
						"Failed to read the body: the sender broke off.",
					),
				);
			request.on("data", (chunk: Buffer) => {
				// Nearly every one: it need not be gathered, nor its end waited for.
				if (chunk.length === declared && declared <= Math.min(small, limit))
					return resolve(chunk);
				size += chunk.length;
				// What follows is read and dropped, so that the sender gets to see the answer; but not without end.
				if (refused) {
					if (size > limit * 8) request.destroy();
					return;
				}
				const large = Math.max(size - small, 0);
				const others = held - mine;
				if (size > limit) refuse(bodyTooLarge(limit));
				else if (others > 0 && others + large > most) refuse(noRoom(most));
				else {
					bytes ??= createGrowingBytes();
					bytes.add(chunk);
					hold(large);
				}
			});
			request.on("end", () => resolve(bytes?.all() ?? empty));
			request.on("error", breakOff);
			request.on("close", () => request.complete || breakOff());
		});
	};
}

/** undefined: it comes in chunks, and only its end will tell. */
function declaredLength({ headers }: IncomingMessage): number | undefined {
	const declared = headers["content-length"];
	if (declared !== undefined) return Number(declared);
	return headers["transfer-encoding"] === undefined ? 0 : undefined;
}

function noRoom(most: number): LocalhookError {
	return new LocalhookError(
		"too-busy",
		`Failed to read the body: with those of the other requests in progress, it is more than ${most} bytes. Send it again when some are done.`,
	);
}

/**
 * Bytes that come piece by piece, in one place: thousands of tiny pieces would take up a hundred times their length.
 */
export function createGrowingBytes() {
	let store: Uint8Array = empty;
	let length = 0;

	return {
		add(piece: Uint8Array): void {
			const longer = length + piece.length;
			// Most come in one piece, which need not be copied.
			if (length === 0) store = piece;
			else {
				if (longer > store.length) {
					const larger = Buffer.allocUnsafe(Math.max(longer, length * 2));
					larger.set(store.subarray(0, length));
					store = larger;
				}
				store.set(piece, length);
			}
			length = longer;
		},
		all: () => store.subarray(0, length),
	};
}
