import type { Call, Operation, Reply } from "../../contract/operation.ts";
import { events } from "../../generated/constants-prolific.ts";
import { sameText } from "../../signing/digests.ts";
import { webAddress } from "../../web-address.ts";
import { firstWorkspace, issueSecret } from "./credentials.ts";
import { type FieldErrors, refusal } from "./errors.ts";
import type { Context, Operations, Prolific, Subscription } from "./shape.ts";

const eventTypes = Object.keys(events);

export const subscriptionOperations: Operations = {
	"get-subscriptions"({ query, state }) {
		const { is_enabled, workspace_id, limit, offset } = query;
		const { subscriptions } = state;
		const listed =
			workspace_id === undefined
				? [...subscriptions.values()]
				: subscriptions.by("workspace", workspace_id);
		const matching = listed.filter(
			(subscription) => subscription.is_enabled === is_enabled,
		);
		const results = matching.slice(offset, offset + limit).map(present);
		return { status: 200, body: { results, meta: { count: matching.length } } };
	},
	"create-subscription"(call) {
		const errors = fieldErrors(call.body, call.options);
		if (errors !== undefined) return refusal(400, errors);
		const subscription = addSubscription(call.body, call);
		if (subscription === undefined) {
			// Prolific's own words: https://github.com/prolific-oss/prolific-mcp, src/prolific_mcp/tools/webhooks.py
			return refusal(
				400,
				"Subscriptions can only be created for workspaces with a secret.",
			);
		}
		const shown = present(subscription);
		return {
			status: 201,
			headers: { "X-Hook-Secret": subscription.token },
			body: call.options.createReply === "flat" ? shown : { results: [shown] },
		};
	},
	"get-subscription": onSubscription((_, subscription) => ({
		status: 200,
		body: present(subscription),
	})),
	"delete-subscription"(call) {
		const { subscription_id } = call.params;
		if (!call.state.subscriptions.delete(subscription_id))
			return unknownSubscription(subscription_id, call);
		return { status: 204 };
	},
	/** Enables a subscription for a caller that has its token; the token works once, repeating it changes nothing. */
	"confirm-subscription": onSubscription((call, subscription) => {
		if (!sameText(call.body.secret, subscription.token)) {
			const rule =
				`"${call.body.secret}" is not the token of this subscription; give the value of the X-Hook-Secret header ` +
				"that came with the reply of create-subscription, not the workspace's secret.";
			return refusal(400, { secret: [rule] });
		}
		const confirmed = subscription.confirmed
			? subscription
			: switchOn(subscription, call);
		return { status: 200, body: present(confirmed) };
	}),
	"update-subscription": onSubscription((call, before) => {
		const {
			event_type = before.event_type,
			target_url = before.target_url,
			is_enabled = before.is_enabled,
		} = call.body;
		const errors = fieldErrors(call.body, call.options);
		if (errors !== undefined) return refusal(400, errors);
		const confirms = is_enabled && !before.confirmed;
		if (confirms && call.options.patchConfirms === "no") {
			const rule =
				"This subscription was never confirmed; POST its X-Hook-Secret token to this path instead.";
			return refusal(400, { is_enabled: [rule] });
		}
		const switched =
			is_enabled && !before.is_enabled ? switchOn(before, call) : before;
		const updated = { ...switched, event_type, target_url, is_enabled };
		call.state.subscriptions.put(updated);
		return { status: 200, body: present(updated) };
	}),
};

export function onSubscription<Name extends keyof Operations>(
	run: (call: Call<Prolific, Name>, subscription: Subscription) => Reply,
): Operation<Prolific, Name> {
	return (call) => {
		const { subscription_id } = call.params as { subscription_id: string };
		const found = call.state.subscriptions.get(subscription_id);
		return found === undefined
			? unknownSubscription(subscription_id, call)
			: run(call, found);
	};
}

type Wanted = Pick<Subscription, "event_type" | "target_url" | "workspace_id">;

/** Registers a receiver, disabled until it is confirmed; undefined: the workspace has no secret. */
function addSubscription(
	wanted: Wanted,
	{ state, random }: Context,
): Subscription | undefined {
	const { event_type, target_url, workspace_id } = wanted;
	if (state.secrets.get(workspace_id) === undefined) return undefined;
	const draw = random.stream(`subscription/${workspace_id}`);
	return state.subscriptions.put({
		id: draw.hex(24),
		event_type,
		target_url,
		is_enabled: false,
		workspace_id,
		token: draw.hex(32),
		confirmed: false,
	});
}

function switchOn(
	subscription: Subscription,
	{ state, deliveries }: Context,
): Subscription {
	const { target_url, event_type } = subscription;
	deliveries.resetFailures(pairOf(target_url, event_type));
	const enabled = { ...subscription, is_enabled: true, confirmed: true };
	return state.subscriptions.put(enabled);
}

export function pairOf(url: string, type: string): string {
	return `${type} ${url}`;
}

function present({ token, confirmed, ...shown }: Subscription): object {
	return shown;
}

function fieldErrors(
	{ event_type, target_url }: Partial<Wanted>,
	{ receivers }: Prolific["options"],
): FieldErrors | undefined {
	const errors: Record<string, string[]> = {};
	if (event_type !== undefined && !eventTypes.includes(event_type)) {
		errors.event_type = [
			`"${event_type}" is not an event type; choose one of ${eventTypes.join(", ")}.`,
		];
	}
	const problem =
		target_url === undefined
			? undefined
			: receiverProblem(target_url, receivers);
	if (problem !== undefined) errors.target_url = [problem];
	return Object.keys(errors).length === 0 ? undefined : errors;
}

/**
 * The answer where a path names no subscription. Prolific's guide puts the token of `X-Hook-Secret` there, its
 * reference and its clients put the id, so who followed the guide is told.
 *
 * https://docs.prolific.com/api-reference/webhooks/subscribing
 */
function unknownSubscription(id: string, { state }: Context): Reply {
	if (state.subscriptions.by("token", id).length === 0)
		return refusal(404, `There is no subscription "${id}".`);
	return refusal(
		404,
		`"${id}" is a confirmation token, not the id of a subscription. ` +
			'Put the id from the reply of create-subscription into the path, and the token into the body as "secret".',
	);
}

export function subscribe(url: string, context: Context): void {
	const workspace_id = firstWorkspace(context);
	issueSecret(workspace_id, context);
	for (const event_type of eventTypes) {
		const wanted = { event_type, target_url: url, workspace_id };
		const subscription = addSubscription(wanted, context);
		if (subscription !== undefined) switchOn(subscription, context);
	}
}

/**
 * What is wrong with a subscription's URL; undefined: nothing. Prolific wants `https://` and a public host,
 * which nobody has on a laptop, so that rule is an option.
 *
 * https://docs.prolific.com/api-reference/webhooks/subscribing
 */
function receiverProblem(
	text: string,
	receivers: Prolific["options"]["receivers"],
): string | undefined {
	const url = webAddress(text);
	if (url === null)
		return `"${text}" is not a web address; give an absolute URL, such as https://example.com/hooks.`;
	if (receivers === "any") return undefined;
	if (url.protocol !== "https:")
		return `"${text}" does not start with https://; Prolific takes nothing else.`;
	if (isLoopback(url.hostname))
		return `"${text}" is not publicly reachable; give the URL of a public host.`;
	return undefined;
}

/** The host of a parsed URL, in which every spelling of an IPv4 address has become dotted decimals. */
function isLoopback(hostname: string): boolean {
	return /^(.+\.)?localhost\.?$|^127\.|^0\.0\.0\.0$|^\[::1?\]$/.test(hostname);
}
