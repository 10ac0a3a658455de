import type { Context, Endpoint } from "../contract/operation.ts";
import type { EventRecord } from "../contract/records.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { maskUrl, quotedUrl } from "../mask-url.ts";
import { didYouMean } from "../nearest.ts";
import type { Provider } from "../provider.ts";
import { webAddress, whyNoWebAddress } from "../web-address.ts";
import { findEndpoint } from "./endpoints.ts";
import type { EventRequest } from "./event-request.ts";
import { secretsOf } from "./run.ts";
import type { Session } from "./session-contract.ts";
import { firstOwner } from "./vault.ts";

/** Where an event goes. */
export interface Recipients {
	readonly endpoints: readonly Endpoint[];
	/** The URL that gets it instead of what is registered. */
	readonly pinned?: Endpoint;
	/** Whose secrets sign what goes to that URL. */
	readonly owner?: string;
}

/**
 * The workspace that an event is to happen in; undefined: it is said of none.
 *
 * @throws LocalhookError `not-found` for an endpoint or a workspace that there is not; `invalid-request`
 */
export function workspaceOf(
	session: Session,
	{ endpoint, workspace, to }: EventRequest,
): string | undefined {
	if (endpoint === undefined) {
		if (workspace !== undefined) checkWorkspace(session, workspace);
		return workspace;
	}
	const beside =
		to !== undefined ? "to" : workspace !== undefined ? "workspace" : undefined;
	if (beside !== undefined)
		throw new LocalhookError(
			"invalid-request",
			`Failed to send to the endpoint ${quotedUrl(endpoint)}: "endpoint" and "${beside}" exclude each other. Give one of the two.`,
		);
	const { owner } = findEndpoint(session, endpoint);
	return session.provider.vault?.ownedBy === "workspace" ? owner : undefined;
}

function checkWorkspace(
	{ provider, context }: Session,
	workspace: string,
): void {
	const failed = `Failed to send to the workspace ${quoted(workspace)}:`;
	const { vault } = provider;
	if (vault?.ownedBy !== "workspace")
		throw new LocalhookError(
			"invalid-request",
			`${failed} ${provider.id} has no workspaces. Leave "workspace" out, or name an "endpoint".`,
		);
	const known = vault.list(context).map(({ owner }) => owner);
	if (known.includes(workspace)) return;
	const choice =
		known.length === 0
			? "There is none yet: create a secret for one, or start with --receiver."
			: `Choose one of ${known.slice(0, 20).join(", ")}.`;
	throw new LocalhookError(
		"not-found",
		`${failed} ${provider.id} has no such workspace.${didYouMean(workspace, known)} ${choice}`,
	);
}

/** @throws LocalhookError `invalid-receiver` */
export function recipientsOf(
	{ provider }: Pick<Session, "provider">,
	event: EventRecord,
	{ endpoint, to }: EventRequest,
	context: Context,
): Recipients {
	if (to !== undefined) {
		checkUrl(to);
		return pinnedAt(provider, to, event, context);
	}
	const endpoints = provider.endpoints(event, context);
	return {
		endpoints:
			endpoint === undefined
				? endpoints
				: endpoints.filter(({ id }) => id === endpoint),
	};
}

/**
 * A URL of the user's own. Where it is registered, its endpoint's secrets and headers are right, on or off; elsewhere
 * those of the event's workspace, or of the owner who has been there longest.
 */
export function pinnedAt(
	provider: Provider,
	url: string,
	event: EventRecord,
	context: Context,
): Required<Pick<Recipients, "endpoints" | "pinned">> & Recipients {
	const isThere = (each: { readonly url: string }) =>
		hrefOf(each.url) === hrefOf(url);
	const getsIt = provider.endpoints(event, context).find(isThere);
	const registered = (provider.registered?.(context) ?? []).filter(
		({ owner }) => event.workspace === undefined || event.workspace === owner,
	);
	const there =
		registered.find(({ id }) => id === getsIt?.id) ??
		registered.find((each) => each.enabled && isThere(each)) ??
		registered.find(isThere);
	const endpoint = getsIt ?? (there && provider.endpoint(there.id, context));
	const owner =
		there?.owner ?? event.workspace ?? firstOwner(provider, context)?.owner;
	const secrets = endpoint?.secrets ?? secretsOf(provider, owner, context);
	const pinned = {
		...endpoint,
		id: `to ${maskUrl(url)}`,
		url,
		secrets: secrets ?? [],
	};
	return {
		endpoints: [pinned],
		pinned,
		...(owner !== undefined && { owner }),
	};
}

function checkUrl(url: string): void {
	if (webAddress(url) !== null) return;
	throw new LocalhookError(
		"invalid-receiver",
		`Failed to send to ${quotedUrl(url)}: ${whyNoWebAddress(url)}. Give one such as http://127.0.0.1:3000/hooks.`,
	);
}

/** One spelling of a URL, without the fragment, which is not sent; what is none stays as it is. */
function hrefOf(text: string): string {
	const url = URL.parse(text);
	if (url === null) return text;
	url.hash = "";
	return url.href;
}
