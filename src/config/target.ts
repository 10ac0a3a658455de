import { whyNeverSent } from "../delivery/targets.ts";
import { LocalhookError } from "../errors.ts";
import { quotedUrl } from "../mask-url.ts";
import { webAddress, whyNoWebAddress } from "../web-address.ts";

/** The word that stands for the built-in receiver as a target. */
export const builtIn = "receiver";

/** @throws LocalhookError `invalid-target` unless it is an http URL or the built-in receiver. */
export function verifyTarget(text: string): void {
	if (text === builtIn) return;
	const url = webAddress(text);
	const reason =
		url === null ? whyNoWebAddress(text) : whyNeverSent(url.hostname);
	if (reason === undefined) return;
	throw new LocalhookError(
		"invalid-target",
		`Failed to read the target ${quotedUrl(text)}: ${reason}. Give one such as http://127.0.0.1:3000/hooks, or "${builtIn}" for the built-in receiver.`,
	);
}
