import { usualCredential } from "../engine/credentials.ts";
import type { Engine } from "../engine/engine.ts";
import type { EventRequest } from "../engine/event-request.ts";
import { checkShape, either, kinds, type Shape } from "../engine/shape.ts";
import { bordered } from "./border.ts";
import { callOperation } from "./call-operation.ts";
import type { How } from "./emission.ts";
import { emissionOf } from "./emission-of.ts";
import type { Face } from "./face.ts";
import type { Owed } from "./owed.ts";
import type { ProviderHooks } from "./provider-hooks.ts";
import type { CallInput } from "./request-of.ts";
import { secretOf } from "./secret-of.ts";
import { subscriptionsOf } from "./subscriptions-of.ts";

const { text, bytes, anything } = kinds;

/** What is `anything` here the engine looks at. */
const emitOptions = {
	to: either("text or a URL", text, {
		...anything,
		fits: (value) => value instanceof URL,
	}),
	endpoint: anything,
	workspace: anything,
	sign: anything,
	body: either("text or a Uint8Array", text, bytes),
	assign: anything,
	unchecked: anything,
} satisfies Shape<How>;

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
		emit(event, values, how = {}) {
			checkShape(how, emitOptions, "emit");
			owed.publish();
			const request = eventRequest(values, how);
			return emissionOf(engine, engine.emit(id, event, request));
		},
		call,
	};
	return bordered(engine, hooks);
}

function eventRequest(
	set: Readonly<Record<string, unknown>> | undefined,
	{ to, endpoint, workspace, sign, body, assign, unchecked }: How,
): EventRequest {
	return {
		set,
		assign,
		sign,
		endpoint,
		workspace,
		unchecked,
		to: to === undefined ? undefined : String(to),
		body: typeof body === "string" ? new TextEncoder().encode(body) : body,
	};
}
