import type { Health } from "./policy.ts";
import type { Random } from "./random.ts";
import type { Collection, Delivery } from "./records.ts";

/** What the compiler knows of one provider: its records, events, operations and options by name. */
export interface Shape {
	/** Collection name to record. */
	state: object;
	/** Event types. */
	events: string;
	/** Operation id to what its request carries. */
	operations: object;
	/** Option name to its values. */
	options: object;
	/** What its callers register receivers with. */
	subscriptions?: SubscriptionOperations;
	/** What can be done with its secrets. */
	rotations?: "replace" | "roll";
}

/** The ids of a provider's operations on what receivers it calls; one that is absent it does not have. */
export interface SubscriptionOperations {
	readonly create: string;
	/** Enables what was created. */
	readonly confirm?: string;
	readonly list?: string;
	readonly remove?: string;
}

/**
 * What the requests of a document's operations carry, by the types that the build writes of it.
 *
 * `Filled` has the parameters of queries with a default, by operation.
 */
export type InputsOf<Operations, Filled> = {
	[Id in keyof Operations]: {
		params: Parameters<Operations[Id], "path">;
		query: Parameters<Operations[Id], "query"> &
			Required<
				Pick<
					Parameters<Operations[Id], "query">,
					Id extends keyof Filled
						? Filled[Id] & keyof Parameters<Operations[Id], "query">
						: never
				>
			>;
		body: Body<Operations[Id]>;
	};
};

/** What an operation has in a place, such as its path; never: nothing. */
export type Parameters<O, Place extends string> = O extends {
	parameters: { [P in Place]?: infer Values };
}
	? NonNullable<Values>
	: never;

/** The JSON that an operation takes, or undefined where it may be left out; never: it takes none. */
export type Body<O> = O extends { requestBody?: never }
	? never
	: O extends { requestBody: JsonContent<infer Value> }
		? Value
		: O extends { requestBody?: JsonContent<infer Value> }
			? Value | undefined
			: never;

interface JsonContent<Value> {
	content: { "application/json": Value };
}

/** One receiver registered at the provider. */
export interface Endpoint {
	readonly id: string;
	readonly url: string;
	/** Valid now, newest first. Empty: deliveries carry no signature. */
	readonly secrets: readonly string[];
	/** What the provider adds so that the receiver knows it: a password, an API key. */
	readonly headers?: Readonly<Record<string, string>>;
	/** Deliveries carry the state before the event too. */
	readonly includePrevious?: boolean;
}

/** Who is calling, as the provider's authentication found out. */
export interface Caller {
	readonly key: string;
	/** Absent: everything is permitted. */
	readonly permissions?: readonly string[];
}

/** The deliveries of one provider, as its own API may show and steer them. */
export interface Deliveries {
	/** Newest first. */
	newest(): Iterable<Delivery>;
	/** Of one endpoint, oldest first. */
	of(endpoint: string): Iterable<Delivery>;
	get(id: string): Delivery | undefined;
	health(key: string): Health;
	/** Counts failures anew, as after a receiver was switched on again. */
	resetFailures(key: string): void;
	/** One attempt outside the schedule of a delivery that waits; undefined: nothing waits under that id. */
	attempt(id: string): Promise<Delivery | undefined>;
	/** The same event again, as a new delivery with a schedule of its own. */
	resend(id: string): Delivery | undefined;
	/** One unscheduled attempt at an endpoint that need not be registered. Settles; never retried. */
	probe(endpoint: Endpoint, type: string, payload: object): Promise<Delivery>;
}

/** What every function of a provider may use. */
export interface Context<S extends Shape = Shape> {
	readonly options: S["options"];
	readonly state: {
		readonly [Name in keyof S["state"]]: Collection<S["state"][Name]>;
	};
	readonly random: Random;
	readonly deliveries: Deliveries;
	/** Credentials pinned by the user; empty: any well-formed one is accepted. */
	readonly credentials: readonly string[];
	/** Epoch milliseconds on the engine's clock. */
	now(): number;
	/** Scales a duration at the provider by `speed`. */
	lasting(milliseconds: number): number;
	/** Remembers the secret that another one took the place of, for signing with it on purpose. */
	replaced(secret: string | undefined, by: string): void;
}

/** A request before it has credentials. */
export type UnsignedRequest = Pick<
	ProviderRequest,
	"method" | "path" | "query" | "body"
>;

/** A request in plain data. */
export interface ProviderRequest {
	readonly method: string;
	/** As sent, still percent-encoded, below the provider's mount. */
	readonly path: string;
	/** As sent, without the question mark. */
	readonly query: string;
	/** Lower-case names. */
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly body: Uint8Array;
}

/** The answer of an operation, or of a receiver. */
export interface Reply {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** A JSON value; undefined: an empty body. */
	readonly body?: unknown;
}

type Part<I, Name extends string, Otherwise> = [I] extends [never]
	? Otherwise
	: I extends { [Key in Name]: infer Value }
		? Value
		: Otherwise;

/** One call of one operation. */
export interface Call<
	S extends Shape = Shape,
	Name extends keyof S["operations"] = keyof S["operations"],
> extends Context<S> {
	readonly request: ProviderRequest;
	readonly caller: Caller;
	readonly params: Part<
		S["operations"][Name],
		"params",
		Readonly<Record<string, string>>
	>;
	readonly query: Part<
		S["operations"][Name],
		"query",
		Readonly<Record<string, unknown>>
	>;
	readonly body: Part<S["operations"][Name], "body", unknown>;
	/** Records an event; it is published after the reply has been handed back. */
	emit(type: S["events"], payload?: Readonly<Record<string, unknown>>): void;
}

/** What a provider does for a call, and answers. */
export type Operation<S extends Shape, Name extends keyof S["operations"]> = (
	call: Call<S, Name>,
) => Reply | Promise<Reply>;
