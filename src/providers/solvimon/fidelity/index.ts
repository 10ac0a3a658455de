import type { FidelityEntry } from "../../../contract/fidelity.ts";
import { deliveries } from "./deliveries.ts";
import { requests } from "./requests.ts";
import { secrets } from "./secrets.ts";
import { tools } from "./tools.ts";
import { webhooks } from "./webhooks.ts";

/** How sure we are of what this double does. */
export const fidelity: readonly FidelityEntry[] = [
	...requests,
	...webhooks,
	...secrets,
	...deliveries,
	...tools,
];
