import type { Engine } from "../engine/engine.ts";
import { defaultCredential, type Rotation } from "../engine/secrets.ts";
import type { Session } from "../engine/session.ts";
import {
	checkShape,
	either,
	kinds,
	recordOf,
	type Shape,
} from "../engine/shape.ts";
import { LocalhookError, notFound, quoted } from "../errors.ts";
import type { Provider } from "../provider.ts";
import { bordered } from "./border.ts";
import { callOperation, type Owed, operationOf } from "./call-operation.ts";
import { sentOf, withHidden } from "./deliveries.ts";
import type { AnyInput, Verb } from "./document-types.ts";
import type {
	ProviderHooks,
	Secret,
	SendOptions,
	Subscriptions,
} from "./provider-hooks.ts";

const { text, bytes } = kinds;

const sendOptions = {
	to: either("text or a URL", text, kinds.url),
	endpoint: text,
	workspace: text,
	sign: text,
	body: either("text or a Uint8Array", text, bytes),
	set: recordOf(text, "an object of path and value as text"),
	payload: kinds.record,
	unchecked: kinds.flag,
} satisfies Shape<SendOptions>;

export function providerHooksOf(
	engine: Engine,
	urlOf: (provider: string) => string,
	owed: Owed,
	id: string,
): ProviderHooks {
	const session = engine.session(id);
	const hooks: ProviderHooks = {
		id,
		get url() {
			return urlOf(id);
		},
		get credential() {
			return defaultCredential(session);
		},
		secret: secretOf(engine, session),
		subscriptions: subscriptionsOf(engine, session, owed),
		send(type, merge, options = {}) {
			checkShape(options, sendOptions, "send");
			owed.publish();
			const { to, body, ...more } = options;
			const sent = engine.send(id, type, {
				...more,
				merge,
				to: to === undefined ? undefined : String(to),
				body: typeof body === "string" ? new TextEncoder().encode(body) : body,
			});
			return sentOf(engine, sent);
		},
		endpoints: () => engine.endpoints(id),
		setOutage(outage, endpoint) {
			const ids = engine.endpoints(id).map((each) => each.id);
			if (endpoint === undefined && ids.length === 0)
				throw notFound(
					`Failed to find an endpoint of ${id}: none is registered. Register one through its API, or as the option "receiver".`,
				);
			for (const each of endpoint === undefined ? ids : [endpoint])
				engine.setOutage(id, each, outage);
		},
		call: async (operation, input?: AnyInput) =>
			callOperation(engine, owed, session, operation, input),
	};
	return bordered(engine, hooks);
}

/** What the provider has no operation for says so where no compiler does. */
function subscriptionsOf(
	engine: Engine,
	session: Session,
	owed: Owed,
): Subscriptions {
	const { id, subscriptions }: Provider = session.provider;
	async function call(
		verb: Verb,
		given: AnyInput = {},
		which?: string | number,
	) {
		const operation = subscriptions?.[verb];
		if (operation === undefined)
			throw new LocalhookError(
				"unknown-operation",
				`Failed to call subscriptions.${verb}: ${id} has no operation for it. It has ${
					Object.keys(subscriptions ?? {})
						.sort()
						.join(", ") || "none"
				}.`,
			);
		const { parameters } = operationOf(session, operation);
		const last = parameters.findLast((each) => each.in === "path")?.name ?? "";
		const input =
			which === undefined ? given : { ...given, params: { [last]: which } };
		return callOperation(engine, owed, session, operation, input);
	}
	return bordered(engine, {
		create: async (body: unknown) => call("create", { body }),
		confirm: async (which: string | number, body?: unknown) =>
			call("confirm", { body }, which),
		list: async (query?: AnyInput["query"]) => call("list", query && { query }),
		remove: async (which: string | number, body?: unknown) =>
			call("remove", { body }, which),
	});
}

/** What the provider cannot do says so where no compiler does. */
function secretOf(engine: Engine, session: Session): Secret {
	const { id } = session.provider;
	function all(): readonly string[] {
		session.ready();
		// After a reset it has another context.
		const { provider, context } = session;
		return [...new Set(provider.secrets(context))];
	}
	const rotate = (rotation: Rotation) => (owner?: string) =>
		engine.rotate(id, rotation, owner)[0]?.value ?? "";
	const shown = { replace: rotate("replace"), roll: rotate("roll") };
	const hidden = {
		get current() {
			const [current] = all();
			if (current !== undefined) return current;
			throw notFound(
				`Failed to find a secret of ${id}: it has none yet. Create one through its API, or let a receiver be registered, as the option receiver does.`,
			);
		},
		get all() {
			return all();
		},
		of(owner: string) {
			const held = engine.secrets(id);
			const found = held.find((each) => each.owner === owner);
			if (found !== undefined) return found.value;
			const owners = new Set(held.map((each) => each.owner));
			throw notFound(
				`Failed to find a secret of ${quoted(owner)}: it has none at ${id}. These have: ${[...owners].join(", ") || "nobody"}.`,
			);
		},
	};
	return bordered(engine, withHidden(shown, hidden));
}
