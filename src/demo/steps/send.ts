import type { Delivery } from "../../contract/records.ts";
import type { Stage } from "../stage.ts";
import type { SendStep } from "../story.ts";
import { Unforeseen } from "../unforeseen.ts";
import { witness } from "../witness.ts";

/** Makes an event happen, and waits for its first attempt. */
export async function send(
	{ event, sign, expect }: SendStep,
	stage: Stage,
): Promise<void> {
	const { engine, session, story } = stage;
	const { deliveries } = engine.emit(story.provider, event, {
		...(sign !== undefined && { sign }),
	});
	await engine.idle();
	const [delivery] = deliveries;
	if (delivery === undefined)
		throw new Unforeseen(`a delivery of ${event}`, "no endpoint that gets it");
	stage.latest = delivery;
	if (expect === "waits") {
		waits(delivery, stage);
		return;
	}
	witness(stage, expect);
	const planned = session.dispatcher.planned(delivery);
	if (expect.outcome === "unreachable" && planned.length > 0)
		stage.tell({
			type: "plan",
			after: planned.map((time) => time - delivery.createdAt),
		});
}

function waits({ id, event, state }: Delivery, stage: Stage): void {
	witness(stage, { attempts: 0 });
	if (state !== "pending") throw new Unforeseen("a delivery that waits", state);
	stage.tell({ type: "waiting", event: event.type, delivery: id });
}
