import { parseReceiver } from "../delivery/allowed-receivers.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { below, problemsOf } from "../problem.ts";
import { quotedUrl } from "../web-address.ts";
import type { Kind } from "./kinds.ts";
import { keyProblems } from "./provider-problems.ts";

/** The value that stands for the built-in receiver. */
export const builtIn = "built-in";

/** The name under which the receiver of every other provider stands. */
export const everyOther = "*";

/** One receiver for every provider, or one for each. `{provider}` stands for the provider's id. */
export type Receivers = string | Readonly<Record<string, string>>;

/** `[provider=]url`: the last one for each provider, and the last one for all others. */
export const receivers: Kind<Receivers> = {
	depth: 0,
	many: true,
	schema: {
		type: ["string", "object"],
		minLength: 1,
		additionalProperties: { type: "string", minLength: 1 },
	},
	read(texts) {
		const given = texts.map((each) => {
			const [, provider = everyOther, url = ""] =
				/^(?:([\w-]+)=)?(.*)$/s.exec(each) ?? [];
			return [provider, url] as const;
		});
		return given.every(([provider]) => provider === everyOther)
			? given.at(-1)?.[1]
			: Object.fromEntries(given);
	},
	check: (value) =>
		typeof value === "string"
			? problemsOf([], () => verifyReceiver(value))
			: Object.entries(value).flatMap(([provider, url]) =>
					below(
						[provider],
						[
							...problemsOf([], () => verifyReceiver(url)),
							...(provider === everyOther ? [] : keyProblems(provider)),
						],
					),
				),
};

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

/** The receiver of one provider; undefined: it has none. */
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
