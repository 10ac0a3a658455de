import { parseReceiver } from "../delivery/allowed-receivers.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { quotedUrl } from "../web-address.ts";

export const builtIn = "built-in";

export const everyOther = "*";

/** One receiver for every provider, or one for each. `{provider}` stands for the provider's id. */
export type Receivers = string | Readonly<Record<string, string>>;

/**
 * What `URL` takes and providers refuse as an endpoint, behind a user and password.
 * https://www.rfc-editor.org/rfc/rfc3986#appendix-A
 */
const unfitForUri =
	/^(?:.*@)?[^@]*?([^!-~]|["<>\\^`{|}]|%(?![\da-f]{2}))[^@]*$/isu;

/** @throws LocalhookError `invalid-receiver` unless it is an http URL or the built-in receiver. */
export function verifyReceiver(receiver: string): void {
	if (receiver === builtIn) return;
	const url = filledIn(receiver, "provider");
	parseReceiver(url, `"${builtIn}" for the built-in receiver`, receiver);
	const [, unfit] = unfitForUri.exec(url) ?? [];
	if (unfit === undefined) return;
	const rule = /[{}]/.test(unfit)
		? "only {provider} may stand in braces"
		: `a URL cannot hold ${quoted(unfit)} as it is`;
	throw new LocalhookError(
		"invalid-receiver",
		`Invalid receiver ${quotedUrl(receiver)}: ${rule}. Change it, or write ${encodeURIComponent(unfit)} for ${unfit}.`,
	);
}

export function receiverFor(
	given: Receivers | undefined,
	provider: string,
): string | undefined {
	if (given === undefined || typeof given === "string")
		return given && filledIn(given, provider);
	const name = Object.hasOwn(given, provider) ? provider : everyOther;
	const own = given[name];
	return own && filledIn(own, provider);
}

function filledIn(receiver: string, provider: string): string {
	return receiver.replaceAll("{provider}", provider);
}
