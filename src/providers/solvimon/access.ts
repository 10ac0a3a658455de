import type { Caller, Operation, Reply } from "../../contract/operation.ts";
import type { Delivery } from "../../contract/records.ts";
import { permissions } from "../../generated/constants-solvimon.ts";
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

const known = [...new Set(Object.values(permissions))];

/** An API key, or a token of the OAuth endpoint in its place. */
export const authentication = apiKey<Solvimon>({
	header: "X-API-KEY",
	carried: {
		"X-API-KEY": /^(\S+)$/,
		Authorization: /^Bearer +(\S+)$/i,
	},
	howTo:
		"X-API-KEY: <key> or Authorization: Bearer <token>, without spaces in it",
	credential: {
		form: "<key>, which may do everything, or <key>:<permission>,<permission>, which may do only that",
		example: "k3Yt0nQ7-localhook:WEBHOOK.VIEW",
		variables: (value) => ({ API_KEY: callerOf(value).key }),
	},
	checkCredential(value) {
		const { key, permissions: listed = [] } = callerOf(value);
		if (key === "" || /\s/.test(value))
			return "its key is empty, or it has a space in it";
		if (listed.every((each) => known.includes(each))) return undefined;
		return `what follows its colon is not a list of permissions; choose from ${known.join(", ")}`;
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

/** The operations for callers who may do what each needs. For tests and the penalty box, Solvimon states no permission. */
export function guarded(operations: Operations): Operations {
	const all = Object.entries<Operation<Solvimon, never>>(operations);
	return Object.fromEntries(
		all.map(([id, run]): (typeof all)[number] => [
			id,
			(call) => lacks(permissions[id], call.caller) ?? run(call),
		]),
	);
}

function lacks(
	permission: string | undefined,
	{ permissions: own }: Caller,
): Reply | undefined {
	if (permission === undefined || (own?.includes(permission) ?? true))
		return undefined;
	const message = `The permission ${permission} is missing.`;
	return problem(403, "USER_NOT_ALLOWED", message);
}

type Id = keyof Operations;
type Run<Name extends Id, Resource> = (
	call: Call<Name>,
	resource: Resource,
) => Reply | Promise<Reply>;

/** An operation on the webhook of the path. */
export function onWebhook<Name extends Id>(
	run: Run<Name, Webhook>,
): Operation<Solvimon, Name> {
	return onResource("WEBHOOK", "whk", run, (id, { state }) =>
		state.webhooks.get(id),
	);
}

export function onWebhookEvent<Name extends Id>(
	run: Run<Name, Delivery>,
): Operation<Solvimon, Name> {
	return onResource("WEBHOOK_EVENT", "whev", run, (id, { deliveries }) => {
		const delivery = deliveries.get(id.replace("whev_", "dlv_"));
		return delivery && isListed(delivery) ? delivery : undefined;
	});
}

/** Tests are reported where they are asked for, and are no events of the platform's. */
export function isListed({ event }: Delivery): boolean {
	return event.type !== testEvent;
}

function onResource<Name extends Id, Resource>(
	resource_type: "WEBHOOK" | "WEBHOOK_EVENT",
	prefix: string,
	run: Run<Name, Resource>,
	find: (id: string, context: Context) => Resource | undefined,
): Operation<Solvimon, Name> {
	const wellFormed = new RegExp(`^${prefix}_[A-Za-z0-9]{20}$`);
	return (call) => {
		const { resourceId: id } = call.params as { resourceId: string };
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
