import { webAddress } from "../../web-address.ts";
import type { Options } from "./shape.ts";

/**
 * What is wrong with a subscription's URL; undefined: nothing. Prolific wants `https://` and a public host,
 * which nobody has on a laptop, so that rule is an option.
 *
 * https://docs.prolific.com/api-reference/webhooks/subscribing
 */
export function targetProblem(
	text: string,
	targets: Options["targets"],
): string | undefined {
	const url = webAddress(text);
	if (url === null)
		return `"${text}" is not a web address; give an absolute URL, such as https://example.com/hooks.`;
	if (targets === "any") return undefined;
	if (url.protocol !== "https:")
		return `"${text}" does not start with https://; Prolific takes nothing else.`;
	if (isLoopback(url.hostname))
		return `"${text}" is not publicly reachable; give the URL of a public host.`;
	return undefined;
}

/** The host of a parsed URL, in which every spelling of an IPv4 address has become dotted decimals. */
function isLoopback(hostname: string): boolean {
	return /^(.+\.)?localhost\.?$|^127\.|^0\.0\.0\.0$|^\[::1?\]$/.test(hostname);
}
