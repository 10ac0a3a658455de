import { usualCredential } from "../engine/credentials.ts";
import type { Engine } from "../engine/engine.ts";
import type { EventRequest } from "../engine/event-request.ts";
import { refuseUnknownNames } from "../engine/options.ts";
import { callOperation } from "./call-operation.ts";
import type { How } from "./emission.ts";
import { emissionOf } from "./emission-of.ts";
import type { Face } from "./face.ts";
import type { Owed } from "./owed.ts";
import type { ProviderHooks } from "./provider-hooks.ts";
import type { CallInput } from "./request-of.ts";
import { secretOf } from "./secret-of.ts";
import { subscriptionsOf } from "./subscriptions-of.ts";

const emitOptions = {
	to: true,
	endpoint: true,
	workspace: true,
	sign: true,
	body: true,
	assign: true,
	unchecked: true,
} as const satisfies Record<keyof How, true>;

/** @throws LocalhookError `unknown-provider` */
export function providerHooksOf(
	engine: Engine,
	face: Face,
	owed: Owed,
	id: string,
): ProviderHooks {
	const session = engine.session(id);
	const call = (operation: string, input?: CallInput) =>
		callOperation(engine, owed, id, operation, input);
	return {
		id,
		get url() {
			return face.urlOf(id);
		},
		get credential() {
			return usualCredential(session);
		},
		secret: secretOf(engine, id),
		subscriptions: subscriptionsOf(session, call),
		emit(event, values, how = {}) {
			refuseUnknownNames(how, emitOptions, "emit");
			owed.publish();
			const request = eventRequest(values, how);
			return emissionOf(engine, engine.emit(id, event, request));
		},
		call,
	};
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
