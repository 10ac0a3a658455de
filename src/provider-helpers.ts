import type { Failure } from "./contract/failure.ts";
import type { Caller, Shape } from "./contract/operation.ts";
import { failureStatuses } from "./generated/tables.ts";
import type { Authentication, CredentialSpec } from "./provider.ts";
import { sameText } from "./signing/digests.ts";

/** How a provider takes a key, for {@link apiKey}. */
export interface ApiKey<S extends Shape> {
	/** The header with the key. */
	readonly header: string;
	/** By header, where there may be several or there is more in one: a pattern whose first group is the key. */
	readonly carried?: Readonly<Record<string, RegExp>>;
	/** What a client has to send. Default: `<header>: <your API key>`. */
	readonly howTo?: string;
	readonly credential: CredentialSpec;
	checkCredential?(value: string): string | undefined;
	/** Why a key is refused while none is pinned. Default: every key is accepted. */
	problemOf?(key: string, options: S["options"]): string | undefined;
	/** The reason for which a key is refused that is none of those pinned. */
	readonly unknown?: string;
	/** Whom a pinned credential stands for. Default: the caller whose key it is. */
	callerOf?(credential: string): Caller;
	/** The header's value. Default: the key. */
	write?(key: string): string;
}

/**
 * Callers that send a key and nothing else to prove who they are.
 *
 * @example
 * apiKey<Acme>({ header: "X-API-KEY", credential: { form: "an API key", example: "k3Yt0nQ7" } })
 */
export function apiKey<S extends Shape>({
	header,
	credential,
	checkCredential,
	carried = { [header]: /^(.+)$/s },
	howTo = `${header}: <your API key>`,
	problemOf = () => undefined,
	unknown = `The API key in ${header} is not one that is accepted here.`,
	callerOf = (key) => ({ key }),
	write = (key) => key,
}: ApiKey<S>): Authentication<S> {
	const forms = Object.entries(carried).map(
		([name, pattern]) => [name, name.toLowerCase(), pattern] as const,
	);
	const names = Object.keys(carried).join(" or ");
	return {
		credential,
		...(checkCredential && { checkCredential }),
		authenticate({ headers }, { credentials, options }) {
			const form = forms.find(([, lower]) => headers[lower] !== undefined);
			const given = form && headers[form[1]];
			// A header given twice is joined as Node joins it: the space makes it no key.
			const text = Array.isArray(given) ? given.join(", ") : given;
			if (form === undefined || text === undefined || text === "")
				return unauthenticated(
					`The ${names} header is missing. Send ${howTo}.`,
				);
			const [name, , pattern] = form;
			const key = pattern.exec(text)?.[1];
			if (key === undefined)
				return unauthenticated(
					`The ${name} header is of another form. Send ${howTo}.`,
				);
			if (credentials.length === 0) {
				const problem = problemOf(key, options);
				return problem === undefined ? { key } : unauthenticated(problem);
			}
			// Every key is compared, so that the time taken says nothing about which one fits.
			const [caller] = credentials
				.map(callerOf)
				.filter((each) => sameText(each.key, key));
			return caller ?? unauthenticated(unknown);
		},
		authorize: (_, value) => ({
			[header.toLowerCase()]: write(callerOf(value).key),
		}),
	};
}

/** What a provider's file declares, and what the values of its options change of that. */
export interface Declared<Rules> {
	readonly always: Rules;
	readonly byOption: Readonly<
		Record<string, Readonly<Record<string, Partial<Rules>>>>
	>;
}

export function under<Rules>(
	options: object,
	{ always, byOption }: Declared<Rules>,
): Rules {
	const changes = Object.entries(options).map(
		([name, value]) => byOption[name]?.[value],
	);
	return Object.assign({}, always, ...changes);
}

/**
 * How a body is written where no source says how: as compact JSON, or the same with each `/` as `\/`, as PHP and others
 * write it. JSON that was parsed and written anew is then other bytes in every language, and a receiver that hashes it
 * fails here and not in production.
 */
export function bodyOf(payload: object, json: "escaped" | "compact"): string {
	const text = JSON.stringify(payload);
	// A slash stands in texts alone, and nothing that JSON.stringify writes before it makes it another character.
	return json === "escaped" && text.includes("/")
		? text.replaceAll("/", "\\/")
		: text;
}

function unauthenticated(reason: string): Failure {
	return { kind: "unauthenticated", reason };
}

/** The status with which most providers answer a failure. */
export function statusOf(failure: Failure): number {
	return failure.kind === "status"
		? failure.status
		: failureStatuses[failure.kind];
}

/** A failure in words, for those that a provider has none of its own for. */
export function detailOf(failure: Failure): string {
	switch (failure.kind) {
		case "malformed":
			return `The request cannot be read: ${failure.reason}.`;
		case "invalid":
			return "One or more validation errors occurred.";
		case "not-found":
			return `There is no ${failure.resource} "${failure.id}".`;
		case "method-not-allowed":
			return `${failure.method} is not possible here. Use ${failure.allowed.join(" or ")}.`;
		case "unsupported-media-type":
			return `The body is "${failure.given}". Send ${failure.supported.join(" or ")}.`;
		default:
			return failure.reason;
	}
}
