import type { EndpointState } from "../engine/endpoints.ts";
import type {
	DeepPartial,
	EventOf,
	InputOf,
	OperationOf,
	PayloadOf,
	ReplyOf,
	RotationOf,
	SubscriptionOperation,
} from "./document-types.ts";
import type { SendOptions, Sent } from "./sent.ts";

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
	 * @param merge what differs from the usual payload; what the document does not know is refused, unless the options say
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
export type Subscriptions<P extends string = string> = OnlyPossible<{
	create: Creates<P, SubscriptionOperation<P, "create">>;
	confirm: Changes<P, SubscriptionOperation<P, "confirm">>;
	list: Lists<P, SubscriptionOperation<P, "list">>;
	remove: Changes<P, SubscriptionOperation<P, "remove">>;
}>;

type OnlyPossible<T> = {
	readonly [K in keyof T as [T[K]] extends [never] ? never : K]: T[K];
};

type Creates<P extends string, O extends string> = [O] extends [never]
	? never
	: (body: PartOf<InputOf<P, O>, "body">) => Promise<ReplyOf<P, O>>;

type Lists<P extends string, O extends string> = [O] extends [never]
	? never
	: (query?: PartOf<InputOf<P, O>, "query">) => Promise<ReplyOf<P, O>>;

type Changes<P extends string, O extends string> = [O] extends [never]
	? never
	: (
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
