import type { Caller, Operation, Reply } from "../../contract/operation.ts";
import { apiKey } from "../../provider-helpers.ts";
import { problem } from "./errors.ts";
import type { Call, Solvimon, Webhook } from "./shape.ts";

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

/** An API key, or a token of the OAuth endpoint in its place. */
export const authentication = apiKey<Solvimon>({
	credential: {
		form: "<key>, which may do everything, or <key>:<permission>,<permission>, which may do only that",
		example: "k3Yt0nQ7-localhook:WEBHOOK.VIEW",
		variables: (value) => ({ API_KEY: callerOf(value).key }),
	},
	checkCredential(value) {
		const { key, permissions: listed = [] } = callerOf(value);
		if (key === "" || /\s/.test(value))
			return "its key is empty, or it has a space in it";
		const isListed = (each: string) => permissions.includes(each as Permission);
		if (listed.every(isListed)) return undefined;
		return `what follows its colon is not a list of permissions; choose from ${permissions.join(", ")}`;
	},
	read({ "x-api-key": apiKey, authorization }) {
		if (apiKey === undefined && authorization === undefined) {
			return {
				refused:
					"The credentials are missing. Send X-API-KEY: <key> or Authorization: Bearer <token>.",
			};
		}
		const key =
			apiKey === undefined
				? match(/^Bearer +(\S+)$/i, authorization)
				: match(/^(\S+)$/, apiKey);
		if (key !== undefined) return key;
		const header =
			apiKey === undefined
				? "Authorization header is not Bearer <token>"
				: "X-API-KEY header is not one key";
		return {
			refused: `The ${header}. A key and a token are one word, without spaces.`,
		};
	},
	unknown:
		"The key or token is not one of those that localhook was started with.",
	callerOf,
	write: (key) => ({ "x-api-key": key }),
});

/** `<key>`: may do everything; `<key>:WEBHOOK.VIEW,WEBHOOK.UPDATE`: may do only that. */
function callerOf(value: string): Caller {
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

type Id = keyof Solvimon["operations"];
type Answer = Reply | Promise<Reply>;

/** An operation for callers with a permission. */
export function permitted<Name extends Id>(
	permission: Permission,
	run: (call: Call<Name>) => Answer,
): Operation<Solvimon, Name> {
	return (call) => lacks(permission, call.caller) ?? run(call);
}

/** An operation on the webhook of the path. `none`: Solvimon states no permission for it. */
export function onWebhook<Name extends Id>(
	permission: Permission | "none",
	run: (call: Call<Name>, webhook: Webhook) => Answer,
): Operation<Solvimon, Name> {
	return (call) => {
		const { resourceId: id } = call.params as { resourceId: string };
		const unpermitted =
			permission === "none" ? undefined : lacks(permission, call.caller);
		const refused = unpermitted ?? malformedId(id, "whk", "WEBHOOK");
		if (refused !== undefined) return refused;
		const webhook = call.state.webhooks.get(id);
		return webhook === undefined ? notFound(id, "WEBHOOK") : run(call, webhook);
	};
}

/** The reply to an id that cannot be one; undefined: it can. */
export function malformedId(
	id: string,
	prefix: string,
	type: "WEBHOOK" | "WEBHOOK_EVENT",
): Reply | undefined {
	if (new RegExp(`^${prefix}_[A-Za-z0-9]{20}$`).test(id)) return undefined;
	const message = `"${id}" is not an id of this resource. It is ${prefix}_ and twenty letters and digits.`;
	return problem(400, "INVALID_ID", message, {
		resource_id: id,
		resource_type: type,
	});
}

/** https://docs.solvimon.com/platform-guides/for-developers/troubleshooting */
export function notFound(id: string, type: "WEBHOOK" | "WEBHOOK_EVENT"): Reply {
	const about = { resource_id: id, resource_type: type };
	return problem(
		404,
		"RESOURCE_NOT_FOUND",
		`There is no ${type} with the id "${id}".`,
		about,
	);
}

/** The reply to an operation that the webhook's state does not allow. */
export function conflict(id: string, message: string): Reply {
	return problem(409, "INVALID_OPERATION", message, {
		resource_id: id,
		resource_type: "WEBHOOK",
	});
}
