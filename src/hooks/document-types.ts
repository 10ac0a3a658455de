import type { Body, Parameters, Shape } from "../contract/operation.ts";
import type { ProviderTypes } from "../generated/providers.ts";
import type { Provider } from "../provider.ts";

/** The providers that come with localhook. */
export type ProviderId = keyof ProviderTypes;

/** The event types of a provider; of the user's own, any text. */
export type EventOf<P extends string> = P extends ProviderId
	? keyof ProviderTypes[P]["events"] & string
	: string;

/** The body of a delivery of an event type. */
export type PayloadOf<P extends string, E extends string> = P extends ProviderId
	? E extends keyof ProviderTypes[P]["events"]
		? ProviderTypes[P]["events"][E]
		: never
	: Readonly<Record<string, unknown>>;

/** The operation ids of a provider. */
export type OperationOf<P extends string> = P extends ProviderId
	? keyof ProviderTypes[P]["operations"] & string
	: string;

/** Any part of a value: objects by parts, everything else whole. */
export type DeepPartial<T> = T extends readonly unknown[]
	? T
	: T extends object
		? { readonly [K in keyof T]?: DeepPartial<T[K]> }
		: T;

/** What an operation is called with. */
export type InputOf<P extends string, O extends string> = P extends ProviderId
	? O extends keyof ProviderTypes[P]["operations"]
		? Input<ProviderTypes[P]["operations"][O]> & Extra
		: never
	: AnyInput;

/** What an operation answers when it succeeds. */
export interface Replied<Body = unknown> {
	readonly status: number;
	readonly headers: Headers;
	readonly body: Body;
}

/** What an operation answers when it succeeds, with the body that its document gives it. */
export type ReplyOf<P extends string, O extends string> = P extends ProviderId
	? O extends keyof ProviderTypes[P]["operations"]
		? Replied<Success<ProviderTypes[P]["operations"][O]>>
		: never
	: Replied;

export type Verb = "create" | "confirm" | "list" | "remove";

/** The operation that does something with subscriptions; never: the provider has none for that. */
export type SubscriptionOperation<
	P extends string,
	V extends Verb,
> = P extends ProviderId
	? ShapeOf<P> extends {
			subscriptions: { readonly [Each in V]: infer O extends string };
		}
		? O
		: never
	: string;

/** What a provider can do with its secrets. */
export type RotationOf<P extends string> = P extends ProviderId
	? ShapeOf<P> extends { rotations: infer R extends string }
		? R
		: never
	: "replace" | "roll";

type ShapeOf<P extends ProviderId> =
	ProviderTypes[P]["provider"] extends Provider<infer S extends Shape>
		? S
		: never;

interface Extra {
	readonly headers?: Readonly<Record<string, string>>;
	/** In place of the one that `credential` shows. */
	readonly credential?: string;
}

export interface AnyInput extends Extra {
	readonly params?: Readonly<Record<string, string | number>>;
	readonly query?: Readonly<Record<string, unknown>>;
	readonly body?: unknown;
}

type Input<O> = Part<"params", Parameters<O, "path">> &
	Part<"query", Parameters<O, "query">> &
	Part<"body", Body<O>>;

/** Absent where there is nothing to give, optional where nothing has to be given. */
type Part<Name extends string, Value> = [Value] extends [undefined]
	? unknown
	: undefined extends Value
		? { readonly [N in Name]?: Value }
		: Partial<Value> extends Value
			? { readonly [N in Name]?: Value }
			: { readonly [N in Name]: Value };

type Success<O> = O extends { responses: infer All }
	? {
			[Status in keyof All]: Status extends Succeeds
				? All[Status] extends {
						content: { "application/json": infer Json };
					}
					? Json
					: undefined
				: never;
		}[keyof All]
	: never;

type Succeeds = 200 | 201 | 202 | 203 | 204 | "2XX";
