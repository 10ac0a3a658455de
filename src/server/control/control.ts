import type { Engine } from "../../engine/engine.ts";
import type { ControlOperations } from "./call.ts";
import { clockOperations } from "./clock.ts";
import { deliveryOperations } from "./deliveries.ts";
import { endpointOperations } from "./endpoints.ts";
import { eventOperations } from "./events.ts";
import { exportOperations } from "./export.ts";
import { faultOperations } from "./faults.ts";
import { journalOperations } from "./journal.ts";
import { providerOperations } from "./providers.ts";
import { secretOperations } from "./secrets.ts";
import { stateOperations } from "./state.ts";
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
		...stateOperations(engine),
	};
}
