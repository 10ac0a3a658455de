import type { Attempt } from "../contract/records.ts";
import type { Mistake } from "./mistake.ts";

/** The host under which localhook registers a receiver in this process: its path is an option. */
const ownHost = "receiver.localhost";
const longest = 200;

/**
 * That a receiver was called where it does not take deliveries; undefined: its status says nothing of the kind.
 *
 * @param inProcess it has no port: localhook calls it with the path of the registered URL
 */
export function misrouted(
	{ url: called, response }: Attempt,
	inProcess: boolean,
): Mistake | undefined {
	const status = response?.status ?? 0;
	const { origin, hostname, pathname, search } = new URL(called);
	const path = quoted(pathname + search);
	const url = quoted(origin + pathname + search);
	const answered = `It answered POST ${path} with ${status}`;
	const change =
		inProcess && hostname === ownHost
			? 'set the option "path" to the path of its route, as in { receiver, path: "/hooks" }'
			: inProcess
				? `register the URL of its route: localhook calls a receiver in this process with the path of the registered URL, ${url}`
				: `change the URL that was registered, ${url}: in the option "receiver", in --receiver, or where the application registers itself`;
	const sentence = (rest: string): Mistake => ({
		name: "route",
		sentence: `${answered}${rest}`,
		certain: false,
	});
	if (status === 404)
		return sentence(
			`, as a receiver without such a route does. If its route has another path, ${change}. If it has this route, look at what it did not find.`,
		);
	if (status === 405)
		return sentence(
			`, as a receiver does whose route takes other methods. Providers send POST: let the route take it, or ${change}.`,
		);
	const location = response?.headers.location;
	if (status >= 300 && status < 400 && location !== undefined)
		return sentence(
			` and a redirect to ${quoted(String(location))}. Providers do not follow redirects, so nothing was delivered. If the path differs, ${change}.`,
		);
	return undefined;
}

function quoted(text: string): string {
	return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
