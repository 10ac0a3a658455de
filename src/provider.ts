import type { Failure } from "./contract/failure.ts";
import type { OptionSpec } from "./contract/fidelity.ts";
import type {
	Caller,
	Context,
	Endpoint,
	Operation,
	ProviderRequest,
	Reply,
	Shape,
	UnsignedRequest,
} from "./contract/operation.ts";
import type { DeliveryPolicy, Handshake, Health } from "./contract/policy.ts";
import type {
	Attempt,
	CollectionSpec,
	Delivery,
	EventRecord,
} from "./contract/records.ts";
import type { Received, Signer, Verdict } from "./contract/signing.ts";

/** One event type of a provider. */
export interface EventSpec {
	readonly summary: string;
}

/** The bytes of a delivery's body and the headers that do not change between attempts. */
export interface Encoded {
	/** Copied at once: the next body may use the same memory. */
	readonly body: string | Uint8Array;
	readonly headers: Readonly<Record<string, string>>;
}

/** A method that is absent is one that the provider does not know. */
export interface OwnedSecrets<S extends Shape = Shape> {
	/** The owners are workspaces: an event can be sent to one. */
	readonly ownedBy?: "workspace";
	owners(context: Context<S>): readonly string[];
	/** What signs for an owner now, newest first; undefined: there is no such owner. */
	of(owner: string, context: Context<S>): readonly string[] | undefined;
	/** A new secret, and the one before it is gone at once. */
	replace?(owner: string, context: Context<S>): void;
	/** A new secret beside the one before it, which goes on for a while. */
	roll?(owner: string, context: Context<S>): void;
}

/** What a value of `--credential` looks like, and a well-formed example. */
export interface CredentialSpec {
	readonly form: string;
	readonly example: string;
	/**
	 * What of it a client has to hold, by the name of an environment variable without the provider's own in front.
	 * Default: all of it, as `API_KEY`.
	 */
	variables?(value: string): Readonly<Record<string, string>>;
}

/**
 * What a caller's key does: the same request with the same key is answered as before, and happens once. Only a
 * success is kept; any other answer leaves the key free. Operations take part whose document has the header.
 */
export interface Idempotency<S extends Shape = Shape> {
	/** The header with the key, such as `Idempotency-Key`. */
	readonly header: string;
	/** Milliseconds for which an answer is kept. */
	readonly retention: number;
	/** Headers of an answer that is given again. */
	readonly replayed: Readonly<Record<string, string>>;
	/** Headers of a server error behind which nothing happened. */
	readonly retryable?: Readonly<Record<string, string>>;
	/** `changed`: the key was used for another request; `running`: its request has no answer yet. */
	refuse(reason: "changed" | "running", context: Context<S>): Reply;
}

/** One attempt and what it makes of the endpoint's record. */
export interface Outcome {
	readonly delivery: Delivery;
	readonly attempt: Attempt;
	readonly health: Health;
}

/**
 * One emulated service, as a record: data where it is data, one function per operation.
 *
 * Functions are written as methods so that a provider of a precise shape is still a `Provider`.
 */
export interface Provider<S extends Shape = Shape> {
	/** Folder name, URL prefix, CLI word, name of its document and fixtures. */
	readonly id: string;
	readonly title: string;
	readonly collections: {
		readonly [Name in keyof S["state"]]: CollectionSpec<S["state"][Name]>;
	};
	readonly options: {
		readonly [Name in keyof S["options"]]: OptionSpec<
			S["options"][Name] & string
		>;
	};
	readonly events: Readonly<Record<S["events"], EventSpec>>;
	/** Keyed by operation id; one that the document has and nobody wrote answers from the document. */
	readonly operations: {
		readonly [Name in keyof S["operations"]]?: Operation<S, Name>;
	};
	/** Absent: its receivers are not registered through its API. */
	readonly subscriptions?: S["subscriptions"];
	readonly credential: CredentialSpec;
	/**
	 * Hosts beside those of the document's servers, such as one for each customer. The whole host has to match, in
	 * lower case, so it needs no anchors.
	 */
	readonly hosts?: RegExp;
	/** `optional`: `/path` and `/path/` are one. */
	readonly trailingSlash: "exact" | "optional";

	/** Throws nothing: of an unusable value it says what is wrong, and repeats nothing of it, since it is a secret. */
	checkCredential?(value: string): string | undefined;
	authenticate(request: ProviderRequest, context: Context<S>): Caller | Failure;
	/** The headers with which `authenticate` takes a request for one by a credential. */
	authorize(
		request: UnsignedRequest,
		credential: string,
		context: Context<S>,
	): Readonly<Record<string, string>>;
	/** The provider's own words for a failure. */
	refuse(failure: Failure, context: Context<S>): Reply;
	/** Absent: a repeated call happens again. */
	readonly idempotency?: Idempotency<S>;
	/** Headers of every reply. */
	replyHeaders?(context: Context<S>): Record<string, string>;
	/** Component schemas that stand in for an operation's request body under the options in force. */
	requestSchemas?(
		options: S["options"],
	): Readonly<Record<string, string | undefined>>;

	eventId(context: Context<S>): string;
	/** The parts of a payload that belong to the event rather than to its resource. The user's own values win. */
	eventFields(
		event: Omit<EventRecord, "payload">,
		payload: Readonly<Record<string, unknown>>,
		context: Context<S>,
	): object;
	encode(
		event: EventRecord,
		endpoint: Endpoint,
		options: S["options"],
	): Encoded;
	/** Who gets the event. */
	endpoints(event: EventRecord, context: Context<S>): readonly Endpoint[];
	/** The endpoint as it is now; undefined: deleted or switched off, so what waits for it is cancelled. */
	endpoint(id: string, context: Context<S>): Endpoint | undefined;
	/** Every endpoint there is, oldest first. */
	registered?(context: Context<S>): readonly Registered[];
	/** Secrets a receiver may be holding now. */
	secrets(context: Context<S>): readonly string[];
	/** The secrets by whom they belong to, and what can be done with them without the provider's API. */
	readonly ownedSecrets?: OwnedSecrets<S>;
	/** Registers a receiver for everything: what `--receiver` starts with, and what a reset returns to. */
	subscribe(url: string, context: Context<S>): void;

	signer(options: S["options"]): Signer;
	delivery(options: S["options"]): DeliveryPolicy;
	/** What failures are counted over. Default: the endpoint. */
	healthKey?(endpoint: Endpoint, event: EventRecord): string;
	/** After each attempt. */
	attempted?(outcome: Outcome, context: Context<S>): void;
	readonly handshake?: Handshake<S["events"]>;
	/** What the built-in receiver answers to a delivery; default: 200 when it verifies, else 401. */
	receive?(received: Received, verdict: Verdict): Reply;
}

/** How a provider's callers are told apart. */
export type Authentication<S extends Shape = Shape> = Pick<
	Provider<S>,
	"credential" | "checkCredential" | "authenticate" | "authorize"
>;

/** An endpoint with what a provider knows of it beside. */
export interface DescribedEndpoint extends Omit<Endpoint, "secrets"> {
	/** Default: those of its owner. */
	readonly secrets?: readonly string[];
	/** Why it gets nothing, and what would change that: a sentence without its subject. Absent: it is switched on. */
	readonly off?: string | undefined;
	/** Absent: everything. */
	readonly events?: readonly string[] | undefined;
	/** Whose secrets sign for it. */
	readonly owner?: string | undefined;
}

/** An endpoint as the provider keeps it, on or off. */
export interface Registered
	extends Pick<DescribedEndpoint, "id" | "url" | "events" | "owner"> {
	readonly enabled: boolean;
	/** Why it gets nothing, and what would change that; while it is not enabled. A sentence without its subject. */
	readonly reason?: string | undefined;
}

/** Whom a provider calls: the records of one collection. */
export interface Receivers<S extends Shape, Name extends keyof S["state"]> {
	readonly collection: Name;
	/** The records that ask for an event, found by an index. Default: all there are. */
	listening?(
		event: EventRecord,
		context: Context<S>,
	): readonly S["state"][Name][];
	describe(record: S["state"][Name], context: Context<S>): DescribedEndpoint;
}

type RequiredMember =
	| "id"
	| "title"
	| "collections"
	| "events"
	| "operations"
	| "refuse"
	| "subscribe"
	| "signer";
type DerivedMember =
	| keyof Authentication
	| "endpoints"
	| "endpoint"
	| "registered";

/** What a provider has to say, and what it may say otherwise than most do. */
export type ProviderDefinition<S extends Shape> = Pick<
	Provider<S>,
	RequiredMember
> &
	Partial<Omit<Provider<S>, RequiredMember | DerivedMember>> & {
		readonly authentication: Authentication<S>;
		readonly receivers: {
			[Name in keyof S["state"]]: Receivers<S, Name>;
		}[keyof S["state"]];
	};

/**
 * A provider of its definition: where that says nothing, bodies are JSON, events have a UUID, a path is as the document
 * has it, a receiver has ten seconds, nothing is tried again, and the secrets are the owned ones or those of the receivers.
 *
 * @example
 * export default defineProvider<Acme>({ id: "acme", operations: { "create-order": createOrder }, ... })
 */
export function defineProvider<S extends Shape>({
	authentication,
	receivers,
	...definition
}: ProviderDefinition<S>): Provider<S> {
	const { ownedSecrets } = definition;
	const { collection, listening, describe } = receivers as Receivers<
		S,
		keyof S["state"]
	>;
	const all = ({ state }: Context<S>) => [...state[collection].values()];
	const receiverOf = (
		record: S["state"][keyof S["state"]],
		context: Context<S>,
	) => {
		const described = describe(record, context);
		const { owner = "", secrets = ownedSecrets?.of(owner, context) ?? [] } =
			described;
		// What is spread comes last, since V8 11 would give each object a hidden class of its own otherwise.
		return Object.assign({ secrets, ...described }, { secrets });
	};
	return {
		options: {} as Provider<S>["options"],
		trailingSlash: "exact",
		eventId: ({ random }) => random.uuid(),
		eventFields: () => ({}),
		encode: ({ payload }) => ({
			body: JSON.stringify(payload),
			headers: { "Content-Type": "application/json" },
		}),
		delivery: () => ({
			timeout: 10_000,
			retry: { delays: [], jitter: "none" },
			ordered: false,
		}),
		secrets: (context) =>
			ownedSecrets
				?.owners(context)
				.flatMap((owner) => ownedSecrets.of(owner, context) ?? []) ??
			all(context).flatMap((record) => receiverOf(record, context).secrets),
		endpoints: (event, context) =>
			(listening?.(event, context) ?? all(context))
				.map((record) => receiverOf(record, context))
				.filter(({ off }) => off === undefined),
		endpoint(id, context) {
			const record = context.state[collection].get(id);
			const receiver = record && receiverOf(record, context);
			return receiver?.off === undefined ? receiver : undefined;
		},
		registered: (context) =>
			all(context).map((record) => {
				const { id, url, off, events, owner } = describe(record, context);
				const enabled = off === undefined;
				return { id, url, enabled, reason: off, events, owner };
			}),
		...authentication,
		...definition,
	};
}
