import { whyNeverSent } from "../delivery/targets.ts";
import type { EngineOptions } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import { quotedUrl } from "../mask-url.ts";
import { isUrl } from "../receivers/receiver.ts";
import { transportTo } from "../receivers/transport-to.ts";
import { webAddress, whyNoWebAddress } from "../web-address.ts";
import type { HooksOptions } from "./options.ts";

/**
 * How an engine gets its deliveries to the receiver, and whether it registers it by itself.
 *
 * @throws LocalhookError `invalid-target`
 */
export function receivingBy({
	receiver,
	register = true,
	path = (provider) => `/webhooks/${provider}`,
}: HooksOptions): Pick<EngineOptions, "target" | "targets" | "transport"> {
	if (receiver === undefined) return {};
	if (isUrl(receiver)) {
		const { href, host } = parsed(receiver);
		// Naming a receiver is permission enough to send there.
		return { target: register ? href : undefined, targets: { allow: [host] } };
	}
	const pathOf = typeof path === "string" ? () => path : path;
	const target = (provider: string) =>
		new URL(pathOf(provider), "http://receiver.localhost").href;
	return {
		target: register ? target : undefined,
		targets: { inProcess: true },
		transport: transportTo(receiver),
	};
}

function parsed(receiver: string | URL): URL {
	const text = String(receiver);
	const url = webAddress(text);
	const reason =
		url === null ? whyNoWebAddress(text) : whyNeverSent(url.hostname);
	if (url !== null && reason === undefined) return url;
	throw new LocalhookError(
		"invalid-target",
		`Failed to deliver to the receiver ${quotedUrl(text)}: ${reason}. ` +
			"Give one such as http://127.0.0.1:3000/hooks, or the receiver itself: a Fetch handler, a Node listener, an application.",
	);
}
