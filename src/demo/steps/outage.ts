import type { Stage } from "../stage.ts";
import type { OutageStep } from "../story.ts";

/** Switches every endpoint. */
export async function outage(
	{ outage: wanted }: OutageStep,
	{ session, engine, tell }: Stage,
): Promise<void> {
	const { provider, context, dispatcher } = session;
	for (const { id } of provider.registered?.(context) ?? [])
		dispatcher.setOutage(id, wanted);
	await engine.idle();
	tell({ type: "outage", outage: wanted });
}
