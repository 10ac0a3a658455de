import type { Delivery } from "../../contract/records.ts";
import type { Engine } from "../../engine/engine.ts";
import type { ResendMode } from "../../engine/resend.ts";
import { unknownDelivery } from "../../engine/steering.ts";
import { controlMask } from "../export/mask.ts";
import { type ControlOperations, ok } from "./call.ts";
import { showDelivery, summarise } from "./delivery-view.ts";

interface ListQuery {
	query?: string;
	provider?: string;
	type?: string;
	state?: string;
	limit: number;
	before?: string;
}

/** What was sent, and sending it again. */
export function deliveryOperations(engine: Engine): ControlOperations {
	return {
		"list-deliveries": ({ query }) => {
			const { limit, before, ...wanted } = query as unknown as ListQuery;
			const matches = matcher(engine, wanted);
			const found: Delivery[] = [];
			let started = before === undefined;
			for (const delivery of engine.journal.newest()) {
				if (started && matches(delivery)) found.push(delivery);
				if (found.length > limit) break;
				started ||= delivery.id === before;
			}
			if (!started) throw unknownDelivery(before as string);
			return ok({
				deliveries: found.slice(0, limit).map(summarise),
				more: found.length > limit,
			});
		},

		"get-delivery": ({ params: { id = "" }, query }) =>
			ok(show(engine, engine.delivery(id), query.reveal === true)),

		"resend-delivery": async ({ params: { id = "" }, body, signal }) => {
			const { mode, endpoint, wait } = body as {
				mode: ResendMode;
				endpoint?: string;
				wait?: boolean;
			};
			const delivery = engine.resend(id, mode, endpoint);
			if (wait) await engine.firstAttempts([delivery], signal);
			return { status: 202, body: summarise(delivery) };
		},

		"attempt-delivery": async ({ params: { id = "" } }) =>
			ok(show(engine, await engine.attempt(id), false)),
	};
}

/** @throws LocalhookError `unknown-provider`, `invalid-query` */
export function matcher(
	engine: Engine,
	{ query, provider, type, state }: Omit<ListQuery, "limit">,
): (delivery: Delivery) => boolean {
	if (provider !== undefined) engine.session(provider);
	const asked = query === undefined ? undefined : engine.query(query);
	const now = engine.clock.now();
	return (delivery) =>
		(provider === undefined || delivery.event.provider === provider) &&
		(type === undefined || delivery.event.type === type) &&
		(state === undefined || delivery.state === state) &&
		(asked === undefined || asked.matches(delivery, now));
}

function show(engine: Engine, delivery: Delivery, reveal: boolean) {
	const { dispatcher } = engine.session(delivery.event.provider);
	const mask = controlMask(engine, reveal);
	return showDelivery(delivery, mask, dispatcher.planned(delivery));
}
