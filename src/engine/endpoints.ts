import type { Context } from "../contract/operation.ts";
import type { EventRecord } from "../contract/records.ts";
import { notFound } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { Provider, Registered } from "../provider.ts";
import { maskUrl, quotedUrl } from "../web-address.ts";
import type { EventRequest } from "./composer.ts";
import type { Playing } from "./options.ts";
import { heldSecrets, secretsOf } from "./secrets.ts";

const mostShown = 5;

/**
 * A URL of the user's own, and whose secrets sign what goes there. Where it is registered, its endpoint's secrets and headers are right, on or off; elsewhere
 * those of the event's workspace, or of the owner who has been there longest.
 */
export function pinnedAt(
	provider: Provider,
	url: string,
	event: EventRecord,
	context: Context,
) {
	const isThere = (each: { readonly url: string }) =>
		hrefOf(each.url) === hrefOf(url);
	const getsIt = provider.endpoints(event, context).find(isThere);
	const all = registered({ provider, context }).filter(
		({ owner }) => event.workspace === undefined || event.workspace === owner,
	);
	const there =
		all.find(({ id }) => id === getsIt?.id) ??
		all.find((each) => each.enabled && isThere(each)) ??
		all.find(isThere);
	const endpoint = getsIt ?? (there && provider.endpoint(there.id, context));
	const owner =
		there?.owner ??
		event.workspace ??
		heldSecrets({ provider, context })[0]?.owner;
	const secrets = endpoint?.secrets ?? secretsOf(provider, owner, context);
	const pinned = {
		...endpoint,
		id: `to ${maskUrl(url)}`,
		url,
		secrets: secrets ?? [],
	};
	return { pinned, ...(owner !== undefined && { owner }) };
}

/** One spelling of a URL, without the fragment, which is not sent; what is none stays as it is. */
function hrefOf(text: string): string {
	const url = URL.parse(text);
	if (url === null) return text;
	url.hash = "";
	return url.href;
}

/** @throws LocalhookError `not-found` */
export function findEndpoint(playing: Playing, id: string): Registered {
	const all = registered(playing);
	const found = all.find((each) => each.id === id);
	if (found !== undefined) return found;
	const ids = all.map((each) => each.id);
	const known =
		ids.length === 0
			? "None is registered yet: register one through its API, or start with --receiver."
			: `There is ${ids.slice(0, 20).join(", ")}.`;
	throw notFound(
		`Failed to find the endpoint ${quotedUrl(id)} of ${playing.provider.id}: there is no such endpoint.${didYouMean(id, ids)} ${known}`,
	);
}

/** Why an event reaches nobody: each endpoint that it is for with what keeps it from it. */
export function whyUnmatched(
	playing: Playing,
	type: string,
	{ endpoint, workspace }: Pick<EventRequest, "endpoint" | "workspace"> = {},
): string {
	const { id } = playing.provider;
	const all = registered(playing).filter(
		(each) =>
			(endpoint === undefined || each.id === endpoint) &&
			(workspace === undefined || each.owner === workspace),
	);
	const why = all
		.slice(0, mostShown)
		.map(({ url, enabled, reason, events }) => {
			const isFor = events?.includes(type) ?? true;
			const where = maskUrl(url);
			if (!isFor) return `${where} is registered for ${listed(events ?? [])}`;
			return `${where} ${enabled ? "is not among its receivers" : (reason ?? "is switched off")}`;
		});
	const more =
		all.length > why.length ? [`and ${all.length - why.length} more`] : [];
	const where = workspace === undefined ? id : `the workspace ${workspace}`;
	return all.length === 0
		? `Nobody gets ${type}: no endpoint is registered at ${where}. Register one through its API, as the option "receiver" or with --receiver, or name a URL with "to".`
		: `No endpoint of ${where} gets ${type}: ${[...why, ...more].join("; ")}.`;
}

function listed(events: readonly string[]): string {
	if (events.length === 0) return "no event";
	return events.length > mostShown
		? `${events.slice(0, mostShown).join(", ")} and ${events.length - mostShown} more`
		: events.join(", ");
}

export function registered({
	provider,
	context,
}: Playing): readonly Registered[] {
	return provider.registered?.(context) ?? [];
}
