import type { Delivery } from "../contract/records.ts";
import type { Clock } from "../delivery/clock.ts";
import type { Outage } from "../delivery/dispatcher.ts";
import type { Journal } from "../delivery/journal.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { type EndpointState, endpointsOf, setOutage } from "./endpoints.ts";
import type { EventRequest } from "./event-request.ts";
import { type ResendMode, resend } from "./resend.ts";
import { type Preview, previews } from "./sending.ts";
import type { Session } from "./session-contract.ts";
import {
	type HeldSecret,
	heldSecrets,
	type Rotation,
	rotate,
} from "./vault.ts";

/** What a provider's own users cannot do, and a test wants to: the same verbs as over HTTP and on the command line. */
export interface Steering {
	/** What an event would send; nothing is. @throws LocalhookError `unknown-provider`, `unknown-event` */
	preview(
		provider: string,
		type: string,
		request?: EventRequest,
	): readonly Preview[];
	/** @param id a delivery's, the start of one that no other begins with, or `latest`. @throws LocalhookError `not-found` */
	delivery(id: string): Delivery;
	/**
	 * Sends a delivery again, as a new one that names it as its parent.
	 * @param endpoint the id of another endpoint to send it to
	 * @throws LocalhookError `not-found`, `invalid-request`
	 */
	resend(id: string, mode: ResendMode, endpoint?: string): Delivery;
	/**
	 * Resolves once each delivery has been attempted, has ended, or waits for what does not come at once; at the latest
	 * after 30 real seconds, or when the signal is aborted.
	 */
	firstAttempts(
		deliveries: readonly Delivery[],
		signal: AbortSignal,
	): Promise<void>;
	/** Attempts a waiting delivery before its time. @throws LocalhookError `not-found`, `not-pending` */
	attempt(id: string): Promise<Delivery>;
	/** The receivers that are registered. @throws LocalhookError `unknown-provider` */
	endpoints(provider?: string): readonly EndpointState[];
	/** Puts an endpoint out of order, or back. @throws LocalhookError `unknown-provider`, `not-found` */
	setOutage(provider: string, endpoint: string, outage: Outage): EndpointState;
	/** The signing secrets, in plain. @throws LocalhookError `unknown-provider` */
	secrets(provider?: string): readonly HeldSecret[];
	/**
	 * Replaces or rolls secrets, as the provider does; gives the new ones.
	 * @param owner absent: every one there is
	 * @throws LocalhookError `unknown-provider`, `not-found`; `invalid-request` where the provider has no such thing
	 */
	rotate(
		provider: string,
		rotation: Rotation,
		owner?: string,
	): readonly HeldSecret[];
}

/** As long as `wait` does by default. */
const patience = 30_000;

export function createSteering(
	sessions: ReadonlyMap<string, Session>,
	sessionOf: (provider: string) => Session,
	journal: Journal,
	clock: Clock,
): Steering {
	function ready(provider: string | undefined): Session[] {
		const wanted =
			provider === undefined ? [...sessions.values()] : [sessionOf(provider)];
		for (const session of wanted) session.ready();
		return wanted;
	}
	function one(provider: string): Session {
		return ready(provider)[0] as Session;
	}
	const steering: Steering = {
		preview: (provider, type, request = {}) =>
			previews(one(provider), type, request),
		delivery(id) {
			const [newest] = id === "latest" ? journal.newest() : [];
			const found = newest ?? journal.get(id);
			if (found !== undefined) return found;
			const begun = [...journal.newest()].filter(
				(each) => id !== "" && each.id.startsWith(id),
			);
			const [only] = begun;
			if (only === undefined) throw unknownDelivery(id);
			if (begun.length > 1) throw severalDeliveries(id, begun.length);
			return only;
		},
		resend(id, mode, endpoint) {
			const delivery = steering.delivery(id);
			const session = sessionOf(delivery.event.provider);
			return resend(session, delivery, mode, endpoint);
		},
		firstAttempts: (deliveries, signal) =>
			new Promise((resolve, reject) => {
				const cancel = clock.after(patience, resolve);
				signal.addEventListener("abort", () => resolve(), { once: true });
				Promise.all(
					deliveries.map(({ id, event }) =>
						sessionOf(event.provider).dispatcher.firstAttempt(id),
					),
				)
					.then(() => resolve(), reject)
					.finally(cancel);
			}),
		async attempt(id) {
			const delivery = steering.delivery(id);
			const { dispatcher } = sessionOf(delivery.event.provider);
			const attempted = await dispatcher.attempt(delivery.id);
			if (attempted === undefined) throw notPending(delivery);
			return attempted;
		},
		endpoints: (provider) =>
			ready(provider).flatMap((session) => endpointsOf(session, journal)),
		setOutage: (provider, endpoint, outage) =>
			setOutage(one(provider), journal, endpoint, outage),
		secrets: (provider) => ready(provider).flatMap(heldSecrets),
		rotate: (provider, rotation, owner) =>
			rotate(one(provider), rotation, owner),
	};
	return steering;
}

function notPending({ id, state }: Delivery): LocalhookError {
	return new LocalhookError(
		"not-pending",
		`Failed to attempt the delivery "${id}": it has ended as ${state}. Resend it instead.`,
	);
}

function severalDeliveries(start: string, count: number): LocalhookError {
	return new LocalhookError(
		"not-found",
		`Failed to find the delivery ${quoted(start)}: ${count} begin with that. Give more of its id.`,
	);
}

export function unknownDelivery(id: string): LocalhookError {
	return new LocalhookError(
		"not-found",
		`Failed to find the delivery ${quoted(id)}: there is none of that id, or it was too old to keep. ` +
			'"localhook log" and GET /_localhook/deliveries list those there are.',
	);
}
