import type { Context, Reply } from "../../contract/operation.ts";
import { webAddress } from "../../web-address.ts";
import { type FieldErrors, refusal } from "./errors.ts";
import { pairOf } from "./persistent-failure.ts";
import { firstWorkspace, issueSecret } from "./secret.ts";
import {
	eventTypes,
	type Options,
	type Prolific,
	type Subscription,
} from "./shape.ts";

type Wanted = Pick<Subscription, "event_type" | "target_url" | "workspace_id">;

/** Registers a receiver, disabled until it is confirmed; undefined: the workspace has no secret. */
export function addSubscription(
	wanted: Wanted,
	{ state, random }: Context<Prolific>,
): Subscription | undefined {
	const { event_type, target_url, workspace_id } = wanted;
	if (state.secrets.get(workspace_id) === undefined) return undefined;
	const draw = random.stream(`subscription/${workspace_id}`);
	const id = draw.hex(24);
	const token = draw.hex(32);
	return state.subscriptions.put({
		id,
		event_type,
		target_url,
		is_enabled: false,
		workspace_id,
		token,
		confirmed: false,
	});
}

/** Enables a subscription, which starts the count of its pair's failures anew. */
export function switchOn(
	subscription: Subscription,
	{ state, deliveries }: Context<Prolific>,
): Subscription {
	deliveries.resetFailures(
		pairOf(subscription.target_url, subscription.event_type),
	);
	return state.subscriptions.put({
		...subscription,
		is_enabled: true,
		confirmed: true,
	});
}

/** Why a subscription gets nothing. */
export function whyDisabled(id: string, confirmed: boolean): string {
	return confirmed
		? "is switched off: by an update, or after five days of failures"
		: `waits for its confirmation: send the X-Hook-Secret of the reply that created it, as { "secret": "..." }, to POST /api/v1/hooks/subscriptions/${id}/ (confirm-subscription)`;
}

/** What Prolific shows of a subscription: never its token. */
export function present({
	id,
	event_type,
	target_url,
	is_enabled,
	workspace_id,
}: Subscription): object {
	return { id, event_type, target_url, is_enabled, workspace_id };
}

/** What is wrong with the fields that are given; undefined: nothing. */
export function fieldErrors(
	{ event_type, target_url }: Partial<Wanted>,
	{ targets }: Options,
): FieldErrors | undefined {
	const errors: Record<string, string[]> = {};
	if (
		event_type !== undefined &&
		!(eventTypes as string[]).includes(event_type)
	) {
		errors.event_type = [
			`"${event_type}" is not an event type; choose one of ${eventTypes.join(", ")}.`,
		];
	}
	const problem =
		target_url === undefined ? undefined : targetProblem(target_url, targets);
	if (problem !== undefined) errors.target_url = [problem];
	return Object.keys(errors).length === 0 ? undefined : errors;
}

/**
 * The answer where a path names no subscription. Prolific's guide puts the token of `X-Hook-Secret` there, its
 * reference and its clients put the id, so who followed the guide is told.
 *
 * https://docs.prolific.com/api-reference/webhooks/subscribing
 */
export function unknownSubscription(
	id: string,
	{ state }: Context<Prolific>,
): Reply {
	if (state.subscriptions.by("token", id).length === 0)
		return refusal(404, `There is no subscription "${id}".`);
	return refusal(
		404,
		`"${id}" is a confirmation token, not the id of a subscription. ` +
			'Put the id from the reply of create-subscription into the path, and the token into the body as "secret".',
	);
}

/** One workspace with a secret, and a confirmed subscription for each event type. */
export function subscribe(url: string, context: Context<Prolific>): void {
	const workspace_id = firstWorkspace(context);
	issueSecret(workspace_id, context);
	for (const event_type of eventTypes) {
		const subscription = addSubscription(
			{ event_type, target_url: url, workspace_id },
			context,
		);
		if (subscription !== undefined) switchOn(subscription, context);
	}
}

/**
 * What is wrong with a subscription's URL; undefined: nothing. Prolific wants `https://` and a public host,
 * which nobody has on a laptop, so that rule is an option.
 *
 * https://docs.prolific.com/api-reference/webhooks/subscribing
 */
function targetProblem(
	text: string,
	targets: Options["targets"],
): string | undefined {
	const url = webAddress(text);
	if (url === null)
		return `"${text}" is not a web address; give an absolute URL, such as https://example.com/hooks.`;
	if (targets === "any") return undefined;
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
