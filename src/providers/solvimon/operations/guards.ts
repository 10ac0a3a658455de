import type { Operation, Reply } from "../../../contract/operation.ts";
import { lacks, type Permission } from "../authenticate.ts";
import { problem } from "../errors.ts";
import type { Operations, Solvimon, SolvimonCall, Webhook } from "../shape.ts";

type Run<Name extends keyof Operations> = (
	call: SolvimonCall<Name>,
) => Reply | Promise<Reply>;
type RunOnWebhook<Name extends keyof Operations> = (
	call: SolvimonCall<Name>,
	webhook: Webhook,
) => Reply | Promise<Reply>;

/** An operation for callers with a permission. */
export function permitted<Name extends keyof Operations>(
	permission: Permission,
	run: Run<Name>,
): Operation<Solvimon, Name> {
	return (call) => lacks(permission, call.caller) ?? run(call);
}

/** An operation on the webhook of the path. `none`: Solvimon states no permission for it. */
export function onWebhook<Name extends keyof Operations>(
	permission: Permission | "none",
	run: RunOnWebhook<Name>,
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
export function conflict({ id }: Webhook, message: string): Reply {
	return problem(409, "INVALID_OPERATION", message, {
		resource_id: id,
		resource_type: "WEBHOOK",
	});
}
