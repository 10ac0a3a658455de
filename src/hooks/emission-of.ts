import type { Engine } from "../engine/engine.ts";
import type { Published } from "../engine/session-contract.ts";
import { LocalhookError } from "../errors.ts";
import type { DeliveryHandle } from "./delivery-handle.ts";
import { handleOf } from "./delivery-handle-of.ts";
import type { Emission } from "./emission.ts";
import { remember } from "./origins.ts";
import { settled } from "./settled.ts";
import { withHidden } from "./with-hidden.ts";

export function emissionOf(
	engine: Engine,
	{ event, deliveries: published }: Published,
): Emission {
	const { id, type, payload, provider } = event;
	const deliveries = published.map((delivery) => handleOf(engine, delivery));
	const emission: Emission = withHidden(
		{ id, type, payload, deliveries },
		{
			get delivery() {
				const [only, ...others] = deliveries;
				if (only === undefined || others.length > 0)
					throw notOne(engine, provider, type, deliveries);
				return only;
			},
			get settled() {
				return settled(engine, published).then(() => emission);
			},
		},
	);
	remember(emission, engine);
	return emission;
}

function notOne(
	engine: Engine,
	provider: string,
	type: string,
	deliveries: readonly DeliveryHandle[],
): LocalhookError {
	if (deliveries.length > 0)
		return new LocalhookError(
			"not-found",
			`Failed to find the only delivery of "${type}": there are ${deliveries.length}, to ${deliveries.map(({ url }) => url).join(", ")}. Look through "deliveries" instead.`,
		);
	const registered = engine
		.endpoints(provider)
		.map(({ url, enabled, events }) =>
			[
				url,
				enabled ? "on" : "off",
				events === undefined ? "for everything" : `for ${events.join(", ")}`,
			].join(" "),
		);
	return new LocalhookError(
		"not-found",
		`Failed to find the delivery of "${type}": it matched no endpoint of ${provider}. ${
			registered.length === 0
				? "Register a receiver first, through its API or as the option receiver."
				: `Registered: ${registered.join("; ")}.`
		}`,
	);
}
