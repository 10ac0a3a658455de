import type { Delivery } from "../contract/records.ts";
import { type Outage, outages } from "../delivery/endpoint-health.ts";
import type { Journal } from "../delivery/journal.ts";
import { invalidRequest, LocalhookError, notFound, quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { Registered } from "../provider.ts";
import { maskUrl } from "../web-address.ts";
import type { EventRequest } from "./composer.ts";
import { findEndpoint, registered } from "./endpoints.ts";
import {
	type HeldSecret,
	heldSecrets,
	type Rotation,
	rotate,
} from "./secrets.ts";
import { type Preview, previews, type ResendMode, resend } from "./sending.ts";
import type { Session } from "./session.ts";

/** A registered endpoint, and whether it gets anything. */
export interface EndpointState extends Registered {
	readonly provider: string;
	readonly outage: "none" | "paused" | "down";
	/** Deliveries to it that have not ended. */
	readonly pending: number;
}

/**
 * What a provider's own users cannot do, and a test wants to: the same verbs as over HTTP and on the command line.
 *
 * @param sessionOf throws `unknown-provider`
 */
export function createSteering(
	sessions: ReadonlyMap<string, Session>,
	sessionOf: (provider: string) => Session,
	journal: Journal,
) {
	function ready(provider: string | undefined): Session[] {
		const wanted =
			provider === undefined ? [...sessions.values()] : [sessionOf(provider)];
		for (const session of wanted) session.ready();
		return wanted;
	}
	function one(provider: string): Session {
		return ready(provider)[0] as Session;
	}
	function delivery(id: string): Delivery {
		const [newest] = id === "latest" ? journal.newest() : [];
		const found = newest ?? journal.get(id);
		if (found !== undefined) return found;
		const begun = [...journal.newest()].filter(
			(each) => id !== "" && each.id.startsWith(id),
		);
		const [only] = begun;
		if (only === undefined) throw unknownDelivery(id);
		if (begun.length === 1) return only;
		throw notFound(
			`Failed to find the delivery ${quoted(id)}: ${begun.length} begin with that. Give more of its id.`,
		);
	}
	function stateOf(
		{ provider: { id: provider }, dispatcher }: Session,
		endpoint: Registered,
	): EndpointState {
		const url = maskUrl(endpoint.url);
		const outage = dispatcher.outage(endpoint.id);
		const reason = dispatcher.whyDisabled(endpoint.id);
		const pending = [...journal.of(provider, endpoint.id)].filter(
			({ state }) => state === "pending",
		).length;
		const disabled = reason !== undefined && { enabled: false, reason };
		return { provider, ...endpoint, ...disabled, url, outage, pending };
	}

	return {
		/** What an event would send; nothing is. @throws LocalhookError `unknown-provider`, `unknown-event` */
		preview: (
			provider: string,
			type: string,
			request: EventRequest = {},
		): readonly Preview[] => previews(one(provider), type, request),
		/** @param id a delivery's, the start of one that no other begins with, or `latest`. @throws LocalhookError `not-found` */
		delivery,
		/**
		 * Sends a delivery again, as a new one that names it as its parent.
		 * @param endpoint the id of another endpoint to send it to
		 * @throws LocalhookError `not-found`, `invalid-request`
		 */
		resend(id: string, mode: ResendMode, endpoint?: string): Delivery {
			const parent = delivery(id);
			return resend(sessionOf(parent.event.provider), parent, mode, endpoint);
		},
		/** Attempts a waiting delivery before its time. @throws LocalhookError `not-found`, `not-pending` */
		async attempt(given: string): Promise<Delivery> {
			const { id, event, state } = delivery(given);
			const { dispatcher } = sessionOf(event.provider);
			const attempted = await dispatcher.attempt(id);
			if (attempted !== undefined) return attempted;
			throw new LocalhookError(
				"not-pending",
				`Failed to attempt the delivery "${id}": it has ended as ${state}. Resend it instead.`,
			);
		},
		/** The receivers that are registered. @throws LocalhookError `unknown-provider` */
		endpoints: (provider?: string): readonly EndpointState[] =>
			ready(provider).flatMap((session) =>
				registered(session).map((each) => stateOf(session, each)),
			),
		/** Puts an endpoint out of order, or back; `none` enables one that failures have disabled. @throws LocalhookError `unknown-provider`, `not-found` */
		setOutage(provider: string, id: string, outage: Outage): EndpointState {
			const session = one(provider);
			if (!outages.includes(outage))
				throw invalidRequest(
					`Invalid outage ${quoted(outage)}: must be one of ${outages.join(", ")}.${didYouMean(outage, outages)}`,
				);
			const endpoint = findEndpoint(session, id);
			session.dispatcher.setOutage(id, outage);
			return stateOf(session, endpoint);
		},
		/** The signing secrets, in plain. @throws LocalhookError `unknown-provider` */
		secrets: (provider?: string): readonly HeldSecret[] =>
			ready(provider).flatMap(heldSecrets),
		/**
		 * Replaces or rolls secrets, as the provider does; gives the new ones.
		 * @param owner absent: every one there is
		 * @throws LocalhookError `unknown-provider`, `not-found`; `invalid-request` where the provider has no such thing
		 */
		rotate: (
			provider: string,
			rotation: Rotation,
			owner?: string,
		): readonly HeldSecret[] => rotate(one(provider), rotation, owner),
	};
}

export function unknownDelivery(id: string): LocalhookError {
	return notFound(
		`Failed to find the delivery ${quoted(id)}: there is no such delivery, or it was too old to keep. ` +
			'"localhook log" and GET /_localhook/deliveries list the deliveries.',
	);
}
