import type { Outage } from "../../delivery/dispatcher.ts";
import type { Due } from "../../delivery/schedule.ts";
import { parseDuration } from "../../duration.ts";
import type { Engine } from "../../engine/engine.ts";
import type { FaultSpec } from "../../engine/fault-spec.ts";
import type { Snapshot } from "../../engine/snapshot.ts";
import { type ControlOperations, iso, ok } from "./call.ts";
import { deliveryOperations } from "./deliveries.ts";
import { eventOperations } from "./events.ts";
import { exportOperations } from "./export.ts";
import { journalOperations } from "./journal.ts";
import { providerOperations, secretOperations } from "./providers.ts";
import { waitOperations } from "./wait.ts";

/** The control API by operation id. `url` is where the server answers, and `stop` ends it. */
export function createControl(
	engine: Engine,
	url: string,
	stop: () => void,
): ControlOperations {
	return {
		...providerOperations(engine, url, stop),
		...eventOperations(engine),
		...deliveryOperations(engine),
		...waitOperations(engine),
		...endpointOperations(engine),
		...secretOperations(engine),
		...clockOperations(engine),
		...faultOperations(engine),
		...journalOperations(engine),
		...exportOperations(engine),
		...snapshotOperations(engine),
	};
}

/** The time, and turning it. */
function clockOperations({ time }: Engine): ControlOperations {
	return {
		"get-clock": () => {
			const { mode, speed, now, pending } = time;
			return ok({ mode, speed, now: iso(now), due: show(time.due()), pending });
		},
		"advance-clock": async ({ body }) => {
			const { by } = body as { by: string };
			const turned = await time.advance(parseDuration(by));
			return ok({ ...turned, now: iso(turned.now) });
		},
		"next-clock": async () => {
			const turned = await time.next();
			return ok({ ...turned, now: iso(turned.now), ran: show(turned.ran) });
		},
		"drain-clock": async ({ body }) => {
			const { attempts } = (body ?? {}) as { attempts?: number };
			const turned = await time.drain(attempts);
			return ok({ ...turned, now: iso(turned.now) });
		},
	};
}

function show(due: Due | undefined) {
	if (due === undefined) return null;
	const { at, delivery, attempt } = due;
	const { id, provider, type } = delivery.event;
	const event = { id, type };
	return { at: iso(at), delivery: delivery.id, provider, event, attempt };
}

/** Receivers registered at the providers, and outages of theirs. */
function endpointOperations(engine: Engine): ControlOperations {
	return {
		"list-endpoints": ({ query }) => {
			const { provider } = query as { provider?: string };
			return ok({ endpoints: engine.endpoints(provider) });
		},
		"set-outage": ({ params: { provider = "", id = "" }, body }) => {
			const { outage } = body as { outage: Outage };
			return ok(engine.setOutage(provider, id, outage));
		},
	};
}

/** The plan of faults. */
function faultOperations({ faults }: Engine): ControlOperations {
	return {
		"list-faults": () => ok({ faults: faults.list() }),
		"plan-faults": ({ body }) => {
			faults.set((body as { faults: FaultSpec[] }).faults);
			return ok({ faults: faults.list() });
		},
	};
}

/** Everything at once, out and in. */
function snapshotOperations(engine: Engine): ControlOperations {
	return {
		"save-snapshot": async () => ok(await engine.snapshot()),
		"load-snapshot": async ({ body }) => {
			const snapshot = body as Snapshot;
			await engine.load(snapshot);
			return ok({
				loaded: Object.keys(snapshot.providers),
				deliveries: snapshot.deliveries.length,
			});
		},
	};
}
