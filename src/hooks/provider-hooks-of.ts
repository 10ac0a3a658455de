import type { SubscriptionOperations } from "../contract/operation.ts";
import type { Engine } from "../engine/engine.ts";
import type { EventRequest } from "../engine/event-request.ts";
import type { Session } from "../engine/session-contract.ts";
import { checkShape, either, kinds, type Shape } from "../engine/shape.ts";
import { usualCredential } from "../engine/variables.ts";
import { firstOwner, type HeldSecret, type Rotation } from "../engine/vault.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { bordered } from "./border.ts";
import {
	type CallInput,
	callOperation,
	isOfPath,
	operationOf,
} from "./call-operation.ts";
import type { Replied } from "./document-types.ts";
import { withHidden } from "./origins.ts";
import type { Owed } from "./owed.ts";
import type { ProviderHooks, Secret, Subscriptions } from "./provider-hooks.ts";
import { type SendOptions, sentOf } from "./sent.ts";

const { text, bytes, anything } = kinds;

/** What is `anything` here the engine looks at. */
const sendOptions = {
	to: either("text or a URL", text, {
		...anything,
		fits: (value) => value instanceof URL,
	}),
	endpoint: anything,
	workspace: anything,
	sign: anything,
	body: either("text or a Uint8Array", text, bytes),
	set: anything,
	payload: anything,
	unchecked: anything,
} satisfies Shape<SendOptions>;

/** @throws LocalhookError `unknown-provider` */
export function providerHooksOf(
	engine: Engine,
	face: Face,
	owed: Owed,
	id: string,
): ProviderHooks {
	const session = engine.session(id);
	const call = async (operation: string, input?: CallInput) =>
		callOperation(engine, owed, id, operation, input);
	const hooks: ProviderHooks = {
		id,
		get url() {
			return face.urlOf(id);
		},
		get credential() {
			return usualCredential(session);
		},
		secret: bordered(engine, secretOf(engine, id)),
		subscriptions: bordered(engine, subscriptionsOf(session, call)),
		send(type, merge, options = {}) {
			checkShape(options, sendOptions, "send");
			owed.publish();
			const request = eventRequest(merge, options);
			return sentOf(engine, engine.send(id, type, request));
		},
		endpoints: () => engine.endpoints(id),
		setOutage(outage, endpoint) {
			const ids = engine.endpoints(id).map((each) => each.id);
			if (endpoint === undefined && ids.length === 0) throw noEndpoint(id);
			for (const each of endpoint === undefined ? ids : [endpoint])
				engine.setOutage(id, each, outage);
		},
		call,
	};
	return bordered(engine, hooks);
}

function noEndpoint(provider: string): LocalhookError {
	return new LocalhookError(
		"not-found",
		`Failed to find an endpoint of ${provider}: none is registered. Register one through its API, or as the option "receiver".`,
	);
}

function eventRequest(
	merge: Readonly<Record<string, unknown>> | undefined,
	{ to, body, ...more }: SendOptions,
): EventRequest {
	return {
		...more,
		merge,
		to: to === undefined ? undefined : String(to),
		body: typeof body === "string" ? new TextEncoder().encode(body) : body,
	};
}

const verbs = ["create", "confirm", "list", "remove"] as const;

type Call = (operation: string, input: CallInput) => Promise<Replied>;

/** The verbs that the provider has operations for. */
function subscriptionsOf(session: Session, call: Call): Subscriptions {
	const { create, confirm, list, remove }: Partial<SubscriptionOperations> =
		session.provider.subscriptions ?? {};
	const change =
		(operation: string) => async (id: string | number, body?: unknown) =>
			call(operation, {
				params: { [lastParameter(session, operation)]: id },
				...(body !== undefined && { body }),
			});
	const possible = {
		...(create !== undefined && {
			create: async (body: unknown) => call(create, { body }),
		}),
		...(confirm !== undefined && { confirm: change(confirm) }),
		...(list !== undefined && {
			list: async (query: Readonly<Record<string, unknown>> = {}) =>
				call(list, { query }),
		}),
		...(remove !== undefined && { remove: change(remove) }),
	};
	const others = verbs
		.filter((verb) => !(verb in possible))
		.map((verb) => [verb, impossible(verb)]);
	return withHidden(possible, Object.fromEntries(others)) as Subscriptions;

	/** Not listed, and says so where no compiler does. */
	function impossible(verb: string) {
		return async () => {
			throw new LocalhookError(
				"unknown-operation",
				`Failed to call subscriptions.${verb}: ${session.provider.id} has no operation for it. It has ${Object.keys(possible).join(", ") || "none"}.`,
			);
		};
	}
}

/** The parameter that says which one. */
function lastParameter(session: Session, operation: string): string {
	return (
		operationOf(session, operation).parameters.filter(isOfPath).at(-1)?.name ??
		""
	);
}

const rotations = ["replace", "roll"] as const;

function secretOf(engine: Engine, provider: string): Secret {
	const session = engine.session(provider);
	const { vault } = session.provider;
	function all(): readonly string[] {
		session.ready();
		const { provider, context } = session;
		const first = firstOwner(provider, context)?.secrets ?? [];
		return [...new Set([...first, ...provider.secrets(context)])];
	}
	function rotate(rotation: Rotation, owner: string | undefined): string {
		const [first] = engine.rotate(provider, rotation, owner);
		return first?.value ?? "";
	}
	const secret = {};
	for (const rotation of rotations)
		Object.defineProperty(secret, rotation, {
			value: (owner?: string) => rotate(rotation, owner),
			// What the provider cannot do is not listed, and says so where no compiler does.
			enumerable: vault?.[rotation] !== undefined,
			configurable: true,
		});
	return withHidden(secret, {
		get current() {
			const [current] = all();
			if (current === undefined) throw noSecret(provider);
			return current;
		},
		get all() {
			return all();
		},
		of(owner: string) {
			const held = engine.secrets(provider);
			const [found] = held.filter((each) => each.owner === owner);
			if (found === undefined) throw noSecretOf(owner, provider, held);
			return found.value;
		},
	}) as Secret;
}

function noSecret(provider: string): LocalhookError {
	return new LocalhookError(
		"not-found",
		`Failed to find a secret of ${provider}: it has none yet. Create one through its API, or let a receiver be registered, as the option receiver does.`,
	);
}

function noSecretOf(
	owner: string,
	provider: string,
	held: readonly HeldSecret[],
): LocalhookError {
	const owners = [...new Set(held.map((each) => each.owner))];
	return new LocalhookError(
		"not-found",
		`Failed to find a secret of ${quoted(owner)}: it has none at ${provider}. These have: ${owners.join(", ") || "nobody"}.`,
	);
}

/** What a way in (msw or HTTP) gives to the hooks. */
export interface Face {
	/**
	 * The base URL of a provider's API, in place of the provider's own, without a slash at the end.
	 *
	 * @param provider the id of one that the engine has
	 */
	urlOf(provider: string): string;
	/** Resolves once every reply has reached its caller and the events that it owed are published. */
	settled(): Promise<void>;
	/** Forgets the events that replies still owe. */
	reset(): void;
	/** Ends the way in. The engine goes on. */
	close(): Promise<void>;
}
