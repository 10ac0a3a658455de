import type { Attempt, DeliveryState } from "../contract/records.ts";
import type { EndpointState } from "../engine/steering.ts";
import type { Explanation } from "../explain/explain.ts";
import type {
	DeepPartial,
	EventOf,
	InputOf,
	OperationOf,
	PayloadOf,
	ReplyOf,
	RotationOf,
	SubscriptionOperation,
	Verb,
} from "./document-types.ts";

/** One provider of a running localhook. */
export interface ProviderHooks<P extends string = string> {
	readonly id: P;
	/** The base URL of its API, for the application under test in place of the provider's own. */
	readonly url: string;
	/** One that its API accepts. */
	readonly credential: string;
	readonly secret: Secret<P>;
	readonly subscriptions: Subscriptions<P>;
	/**
	 * Makes something happen at the provider; its deliveries are then on their way.
	 *
	 * @param merge what differs from the default payload; what the document does not know is refused, unless the options say
	 * `unchecked: true`
	 * @throws LocalhookError `unknown-event`, `invalid-request`, `invalid-receiver`
	 * @example
	 * hooks.prolific.send("study.status.change", { status: "ACTIVE" })
	 */
	send<E extends EventOf<P>, Unchecked extends boolean = false>(
		type: E,
		merge?: Unchecked extends true
			? Readonly<Record<string, unknown>>
			: DeepPartial<PayloadOf<P, E>>,
		options?: SendOptions & { readonly unchecked?: Unchecked },
	): Sent<PayloadOf<P, E>>;
	/** The endpoints that are registered, however that was done. */
	endpoints(): readonly EndpointState[];
	/**
	 * Puts an endpoint out of order, or ends that with `none`. `paused`: its deliveries wait until then. `down`: every
	 * attempt is refused, and repeated by the provider's schedule.
	 *
	 * @param endpoint its id; absent: all endpoints there are
	 * @throws LocalhookError `not-found`, `invalid-request`
	 * @example
	 * hooks.prolific.setOutage("down")
	 */
	setOutage(outage: EndpointState["outage"], endpoint?: string): void;
	/**
	 * Calls the provider's API, with its credential.
	 *
	 * @throws LocalhookError `unknown-operation`; `call-refused` when the provider answers with an error
	 * @example
	 * const { body } = await hooks.prolific.call("create-secret", { body: { workspace_id: "w1" } })
	 */
	call<O extends OperationOf<P>>(
		operation: O,
		...input: Needed<InputOf<P, O>>
	): Promise<ReplyOf<P, O>>;
}

/** How an event is sent, where it differs from the default. */
export interface SendOptions {
	/** A URL that gets it, whether anybody registered it or not. */
	readonly to?: string | URL;
	/** The id of the only endpoint that gets it. */
	readonly endpoint?: string;
	/** The workspace that it happens in, where the provider has workspaces: its endpoints alone get it. */
	readonly workspace?: string;
	/** A way to sign wrongly, such as `wrong-secret` or `stale:10m`. */
	readonly sign?: string;
	/** The whole payload, in place of the default one. It is never checked. */
	readonly payload?: Readonly<Record<string, unknown>>;
	/** Sent as it is, in place of any payload. */
	readonly body?: string | Uint8Array;
	/** Path in the body to its value as text, typed after the document: `{ "metadata.study.name": "x" }`. */
	readonly set?: Readonly<Record<string, string>>;
	/** True: fields and values that the document does not know are sent too. A `payload` and a `body` are never checked. */
	readonly unchecked?: boolean;
}

/** An event that happened. Awaiting it gives itself; await `settled`, or `hooks.idle()`. */
export interface Sent<Payload = Readonly<Record<string, unknown>>> {
	/** Of the event. */
	readonly id: string;
	readonly type: string;
	readonly payload: Payload;
	/** One for each endpoint that it matched. */
	readonly deliveries: readonly DeliveryHandle[];
	/** The only one. @throws LocalhookError `not-found` when there is none, or more than one */
	readonly delivery: DeliveryHandle;
	/**
	 * Resolves once every delivery has ended. Rejects when one of them waits for what does not come by itself, such as a
	 * retry under a virtual clock, with the text of `toBeDelivered()`: turn the clock first, then await this. Rejects too
	 * when there is no delivery, as no endpoint gets the event.
	 */
	readonly settled: Promise<Sent<Payload>>;
}

/** One delivery as it is at the moment of looking. */
export interface DeliveryHandle {
	readonly id: string;
	readonly provider: string;
	/** Of the event that it carries. */
	readonly event: {
		readonly id: string;
		readonly type: string;
		readonly payload: Readonly<Record<string, unknown>>;
	};
	readonly state: DeliveryState;
	/** Oldest first. */
	readonly attempts: readonly Attempt[];
	/** The bytes of every attempt. */
	readonly body: Uint8Array;
	/** The id of the endpoint it goes to. */
	readonly endpoint: string;
	/** The registered URL; a user and password in it are masked. */
	readonly url: string;
	/** When the next attempt is due. */
	readonly nextAt: Date | undefined;
	/** Why it ended without being delivered. */
	readonly reason: string | undefined;
	/**
	 * Resolves once it has ended, one way or the other. Rejects when it waits for what does not come by itself, such as
	 * a retry under a virtual clock, with the text of `toBeDelivered()`: turn the clock first, then await this.
	 */
	readonly settled: Promise<DeliveryHandle>;
	/**
	 * Sends it again, as a new delivery; to another endpoint where one is named.
	 *
	 * @throws LocalhookError `not-found`, `invalid-request`
	 */
	resend(
		mode: "exact" | "resign",
		options?: { readonly endpoint?: string },
	): DeliveryHandle;
	/**
	 * Why the receiver rejected it: which common mistake fits. A receiver in this process is asked, so it gets the
	 * delivery again, signed rightly and wrongly.
	 */
	explain(): Promise<Explanation>;
	/** Attempts it before its time. @throws LocalhookError `not-found`, `not-pending` */
	attempt(): Promise<DeliveryHandle>;
}

/** The secrets that deliveries are signed with. What the provider cannot do with them is not there. */
export type Secret<P extends string = string> = {
	/** What signs now, for the owner who has been there longest. @throws LocalhookError `not-found` until there is one */
	readonly current: string;
	/** What may sign now, newest first. */
	readonly all: readonly string[];
	/**
	 * What signs now for one owner: a workspace, a webhook.
	 *
	 * @throws LocalhookError `not-found`
	 */
	of(owner: string): string;
} & {
	/**
	 * `replace`: a new secret, and the one before is gone at once. `roll`: beside the one before, which goes on for a
	 * while. Gives the new one.
	 *
	 * @param owner whose: a workspace, a webhook; absent: everybody's
	 * @throws LocalhookError `not-found`
	 */
	readonly [R in RotationOf<P>]: (owner?: string) => string;
};

/** The provider's own operations on what receivers it calls. What it has no operation for is not there. */
export type Subscriptions<P extends string = string> = {
	readonly [V in Verb as [SubscriptionOperation<P, V>] extends [never]
		? never
		: V]: Verbs<P, SubscriptionOperation<P, V>>[V];
};

interface Verbs<P extends string, O extends string> {
	create: (body: PartOf<InputOf<P, O>, "body">) => Promise<ReplyOf<P, O>>;
	confirm: Change<P, O>;
	list: (query?: PartOf<InputOf<P, O>, "query">) => Promise<ReplyOf<P, O>>;
	remove: Change<P, O>;
}

type Change<P extends string, O extends string> = (
	id: string | number,
	...body: InputOf<P, O> extends { readonly body: infer B }
		? [body: B]
		: InputOf<P, O> extends { readonly body?: infer B }
			? [body?: B]
			: []
) => Promise<ReplyOf<P, O>>;

type PartOf<Input, Name extends string> = Input extends {
	readonly [N in Name]?: infer Value;
}
	? Value
	: never;

/** May be left out when nothing in it has to be given. */
export type Needed<Input> =
	Partial<Input> extends Input ? [input?: Input] : [input: Input];
