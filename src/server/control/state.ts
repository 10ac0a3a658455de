import type { Engine } from "../../engine/engine.ts";
import type { Snapshot } from "../../engine/snapshot.ts";
import { type ControlOperations, ok } from "./call.ts";

/** Everything at once, out and in. */
export function stateOperations(engine: Engine): ControlOperations {
	return {
		"save-state": async () => ok(await engine.snapshot()),
		"load-state": async ({ body }) => {
			const snapshot = body as Snapshot;
			await engine.restore(snapshot);
			return ok({
				restored: Object.keys(snapshot.providers),
				deliveries: snapshot.deliveries.length,
			});
		},
	};
}
