import type { Delivery, EventRecord } from "../contract/records.ts";
import type { Engine } from "../engine/engine.ts";
import type { Published } from "../engine/session-contract.ts";
import { LocalhookError } from "../errors.ts";
import { maskUrl } from "../mask-url.ts";
import { handleOf } from "./delivery-handle-of.ts";
import type { Emission } from "./emission.ts";
import { remember } from "./origins.ts";
import { settled } from "./settled.ts";
import { alsoOurs, unmatched } from "./undelivered.ts";
import { withHidden } from "./with-hidden.ts";

export function emissionOf(
	engine: Engine,
	{ event, deliveries: published }: Published,
): Emission {
	const { id, type, payload } = event;
	const deliveries = published.map((delivery) => handleOf(engine, delivery));
	const emission: Emission = withHidden(
		{ id, type, payload, deliveries },
		{
			get delivery() {
				const [only, ...others] = deliveries;
				if (only === undefined || others.length > 0)
					throw notOne(engine, event, published);
				return only;
			},
			get settled() {
				return settled(engine, event, published, emission);
			},
		},
	);
	remember(emission, { engine, event });
	return emission;
}

function notOne(
	engine: Engine,
	event: EventRecord,
	deliveries: readonly Delivery[],
): LocalhookError {
	const { type } = event;
	if (deliveries.length === 0)
		return new LocalhookError(
			"not-found",
			`Failed to find the delivery of "${type}": ${unmatched(engine, event)}`,
		);
	const own = alsoOurs(engine, deliveries);
	return new LocalhookError(
		"not-found",
		`Failed to find the only delivery of "${type}": there are ${deliveries.length}, to ${deliveries.map(({ url }) => maskUrl(url)).join(", ")}. ` +
			`${own ?? 'Look through "deliveries" instead.'}`,
	);
}
