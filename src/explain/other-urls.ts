import { type Captured, field } from "./capture.ts";

/**
 * Other URLs that a captured request may have been signed for: what a proxy says of it, the other protocol, with and
 * without a port, a slash at the end of the path, a query.
 */
export function otherUrls({ headers, url }: Captured, taken: string): string[] {
	const first = (name: string) => field(headers, name)?.split(",")[0]?.trim();
	const forwarded = (name: string) =>
		new RegExp(`\\b${name}="?([^;,"]+)`, "i").exec(
			field(headers, "forwarded") ?? "",
		)?.[1];
	const [, protocol, own, rest] = partsOf(taken);
	const proto = first("x-forwarded-proto") ?? forwarded("proto");
	const port = first("x-forwarded-port");
	const hosts = [
		first("x-forwarded-host"),
		forwarded("host"),
		first("x-original-host"),
		own,
		first("host"),
		partsOf(url)[2],
	].filter((host) => host !== undefined);
	const isKnown = proto !== undefined && /^https?$/i.test(proto);
	const protocols = [isKnown ? proto.toLowerCase() : protocol, "https", "http"];
	const prefix = first("x-forwarded-prefix")?.replace(/\/$/, "") ?? "";
	const paths = [
		first("x-original-uri"),
		rest,
		prefix + rest,
		partsOf(url)[3],
	].flatMap((path) => (path === undefined ? [] : spellings(path)));
	const urls = protocols.flatMap((each) =>
		hosts
			.flatMap((host) => {
				const bare = host.replace(/:\d+$/, "");
				const usual = each === "https" ? "443" : "80";
				return [host, bare, `${bare}:${port ?? usual}`, `${bare}:${usual}`];
			})
			.flatMap((host) => paths.map((path) => `${each}://${host}${path}`)),
	);
	return [...new Set(urls)].filter((each) => each !== taken);
}

/** A path with and without its query, each with and without a slash at its end. */
function spellings(path: string): string[] {
	const [bare = "", query] = path.split(/\?(.*)/s);
	const turned = bare.endsWith("/") ? bare.slice(0, -1) : `${bare}/`;
	return query === undefined
		? [bare, turned]
		: [path, `${turned}?${query}`, bare, turned];
}

/** All of it, the protocol, the host with its port, and the path with its query. */
function partsOf(url: string) {
	const whole = /^(https?):\/\/([^/?#]*)([^#]*)/i.exec(url);
	return whole ?? ([url, undefined, undefined, url] as const);
}
