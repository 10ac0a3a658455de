import type { Failure } from "../../contract/failure.ts";
import type {
	Caller,
	Context,
	ProviderRequest,
	Reply,
	UnsignedRequest,
} from "../../contract/operation.ts";
import { sameText } from "../../signing/same-text.ts";
import { problem } from "./errors.ts";

/** An API key, or a token of the OAuth endpoint in its place. */
export function authenticate(
	request: ProviderRequest,
	{ credentials }: Pick<Context, "credentials">,
): Caller | Failure {
	const { "x-api-key": apiKey, authorization } = request.headers;
	if (apiKey === undefined && authorization === undefined) {
		return unauthenticated(
			"The credentials are missing. Send X-API-KEY: <key> or Authorization: Bearer <token>.",
		);
	}
	const key =
		apiKey === undefined
			? match(/^Bearer +(\S+)$/i, authorization)
			: match(/^(\S+)$/, apiKey);
	if (key === undefined) {
		const header =
			apiKey === undefined
				? "Authorization header is not Bearer <token>"
				: "X-API-KEY header is not one key";
		return unauthenticated(
			`The ${header}. A key and a token are one word, without spaces.`,
		);
	}
	if (credentials.length === 0) return { key };
	const pinned = credentials
		.map(readPinned)
		.filter((each) => sameText(each.key, key));
	return (
		pinned[0] ??
		unauthenticated(
			"The key or token is not one of those that localhook was started with.",
		)
	);
}

export function authorize(
	_request: UnsignedRequest,
	credential: string,
): Record<string, string> {
	return { "x-api-key": readPinned(credential).key };
}

/** `<key>`: may do everything; `<key>:WEBHOOK.VIEW,WEBHOOK.UPDATE`: may do only that. */
export function checkCredential(value: string): string | undefined {
	const { key, permissions: listed } = readPinned(value);
	if (key === "" || /\s/.test(value))
		return "its key is empty, or it has a space in it";
	const isListed = (each: string) => permissions.includes(each as Permission);
	if (listed?.every(isListed) ?? true) return undefined;
	return `what follows its colon is not a list of permissions; choose from ${permissions.join(", ")}`;
}

export function readPinned(value: string): Caller {
	const [key, ...rest] = value.split(":") as [string, ...string[]];
	return rest.length === 0
		? { key }
		: { key, permissions: rest.join(":").split(",") };
}

function match(
	pattern: RegExp,
	header: string | string[] | undefined,
): string | undefined {
	return typeof header === "string" ? pattern.exec(header)?.[1] : undefined;
}

function unauthenticated(reason: string): Failure {
	return { kind: "unauthenticated", reason };
}

const permissions = [
	"WEBHOOK.VIEW",
	"WEBHOOK.CREATE",
	"WEBHOOK.UPDATE",
	"WEBHOOK.DELETE",
	// Spelled with an underscore, unlike the others:
	// https://docs.solvimon.com/platform-guides/for-developers/webhook-events
	"WEBHOOK_EVENT_RESEND",
] as const;

export type Permission = (typeof permissions)[number];

/** The reply to a caller without a permission; undefined: the caller has it. */
export function lacks(
	permission: Permission,
	caller: Caller,
): Reply | undefined {
	if (caller.permissions?.includes(permission) ?? true) return undefined;
	return problem(
		403,
		"USER_NOT_ALLOWED",
		`The permission ${permission} is missing.`,
	);
}
