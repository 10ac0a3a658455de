import { type Outage, outages } from "../delivery/dispatcher.ts";
import type { Journal } from "../delivery/journal.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { maskUrl, quotedUrl } from "../mask-url.ts";
import { didYouMean } from "../nearest.ts";
import type { Registered } from "../provider.ts";
import type { EventRequest } from "./event-request.ts";
import type { Session } from "./session-contract.ts";

const mostShown = 5;

/** A registered endpoint, and whether it gets anything. */
export interface EndpointState extends Registered {
	readonly provider: string;
	readonly outage: "none" | "paused" | "down";
	/** Deliveries to it that have not ended. */
	readonly pending: number;
}

export function endpointsOf(
	session: Session,
	journal: Journal,
): EndpointState[] {
	return registered(session).map((each) => stateOf(session, journal, each));
}

/** @throws LocalhookError `not-found` */
export function setOutage(
	session: Session,
	journal: Journal,
	id: string,
	outage: Outage,
): EndpointState {
	if (!outages.includes(outage))
		throw new LocalhookError(
			"invalid-request",
			`Invalid outage ${quoted(outage)}: must be one of ${outages.join(", ")}.${didYouMean(outage, outages)}`,
		);
	const endpoint = findEndpoint(session, id);
	session.dispatcher.setOutage(id, outage);
	return stateOf(session, journal, endpoint);
}

/** @throws LocalhookError `not-found` */
export function findEndpoint(session: Session, id: string): Registered {
	const all = registered(session);
	const found = all.find((each) => each.id === id);
	if (found === undefined) throw notFound(session, id, all);
	return found;
}

/** Why an event reaches nobody: each endpoint that it is for with what keeps it from it. */
export function whyUnmatched(
	session: Session,
	type: string,
	{ endpoint, workspace }: Pick<EventRequest, "endpoint" | "workspace"> = {},
): string {
	const { id } = session.provider;
	const all = registered(session).filter(
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

function registered({ provider, context }: Session): readonly Registered[] {
	return provider.registered?.(context) ?? [];
}

function stateOf(
	{ provider, dispatcher }: Session,
	journal: Journal,
	endpoint: Registered,
): EndpointState {
	let pending = 0;
	for (const { state } of journal.of(provider.id, endpoint.id))
		if (state === "pending") pending++;
	const outage = dispatcher.outage(endpoint.id);
	return {
		provider: provider.id,
		...endpoint,
		url: maskUrl(endpoint.url),
		outage,
		pending,
	};
}

function notFound(
	{ provider }: Session,
	id: string,
	all: readonly Registered[],
): LocalhookError {
	const ids = all.map((each) => each.id);
	const known =
		ids.length === 0
			? "None is registered yet: register one through its API, or start with --receiver."
			: `There is ${ids.slice(0, 20).join(", ")}.`;
	return new LocalhookError(
		"not-found",
		`Failed to find the endpoint ${quotedUrl(id)} of ${provider.id}: there is no such endpoint.${didYouMean(id, ids)} ${known}`,
	);
}
