import type { Caller, Operation, Reply } from "../../contract/operation.ts";
import type { Delivery } from "../../contract/records.ts";
import { apiKey } from "../../provider-helpers.ts";
import { problem } from "./errors.ts";
import {
	type Call,
	type Context,
	type Operations,
	type Solvimon,
	testEvent,
	type Webhook,
} from "./shape.ts";

const permissions = [
	"WEBHOOK.VIEW",
	"WEBHOOK.CREATE",
	"WEBHOOK.UPDATE",
	"WEBHOOK.DELETE",
	// Spelled with an underscore, unlike the others:
	// https://docs.solvimon.com/platform-guides/for-developers/webhook-events
	"WEBHOOK_EVENT_RESEND",
] as const;

type Permission = (typeof permissions)[number];

/** An API key, or a token of the OAuth endpoint in its place. */
export const authentication = apiKey<Solvimon>({
	header: "X-API-KEY",
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
			const refused =
				"The credentials are missing. Send X-API-KEY: <key> or Authorization: Bearer <token>.";
			return { refused };
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

function lacks(permission: Permission, caller: Caller): Reply | undefined {
	if (caller.permissions?.includes(permission) ?? true) return undefined;
	const message = `The permission ${permission} is missing.`;
	return problem(403, "USER_NOT_ALLOWED", message);
}

type Id = keyof Operations;
type Run<Name extends Id, Resource> = (
	call: Call<Name>,
	resource: Resource,
) => Reply | Promise<Reply>;

export function permitted<Name extends Id>(
	permission: Permission,
	run: (call: Call<Name>) => Reply,
): Operation<Solvimon, Name> {
	return (call) => lacks(permission, call.caller) ?? run(call);
}

/** An operation on the webhook of the path. `none`: Solvimon states no permission for it. */
export function onWebhook<Name extends Id>(
	permission: Permission | "none",
	run: Run<Name, Webhook>,
): Operation<Solvimon, Name> {
	return onResource(permission, "WEBHOOK", "whk", run, (id, { state }) =>
		state.webhooks.get(id),
	);
}

export function onWebhookEvent<Name extends Id>(
	permission: Permission,
	run: Run<Name, Delivery>,
): Operation<Solvimon, Name> {
	return onResource(
		permission,
		"WEBHOOK_EVENT",
		"whev",
		run,
		(id, { deliveries }) => {
			const delivery = deliveries.get(id.replace("whev_", "dlv_"));
			return delivery && isListed(delivery) ? delivery : undefined;
		},
	);
}

/** Tests are reported where they are asked for, and are no events of the platform's. */
export function isListed({ event }: Delivery): boolean {
	return event.type !== testEvent;
}

function onResource<Name extends Id, Resource>(
	permission: Permission | "none",
	resource_type: "WEBHOOK" | "WEBHOOK_EVENT",
	prefix: string,
	run: Run<Name, Resource>,
	find: (id: string, context: Context) => Resource | undefined,
): Operation<Solvimon, Name> {
	const wellFormed = new RegExp(`^${prefix}_[A-Za-z0-9]{20}$`);
	return (call) => {
		const { resourceId: id } = call.params as { resourceId: string };
		const unpermitted =
			permission === "none" ? undefined : lacks(permission, call.caller);
		if (unpermitted !== undefined) return unpermitted;
		const about = { resource_id: id, resource_type };
		if (!wellFormed.test(id)) {
			const message = `"${id}" is not an id of this resource. It is ${prefix}_ and twenty letters and digits.`;
			return problem(400, "INVALID_ID", message, about);
		}
		const resource = find(id, call);
		if (resource !== undefined) return run(call, resource);
		// https://docs.solvimon.com/platform-guides/for-developers/troubleshooting
		const message = `There is no ${resource_type} with the id "${id}".`;
		return problem(404, "RESOURCE_NOT_FOUND", message, about);
	};
}

export function conflict(id: string, message: string): Reply {
	return problem(409, "INVALID_OPERATION", message, {
		resource_id: id,
		resource_type: "WEBHOOK",
	});
}
