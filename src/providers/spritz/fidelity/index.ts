import type { FidelityEntry } from "../../../contract/fidelity.ts";
import { ofCalls } from "./calls.ts";
import { ofDeliveries } from "./deliveries.ts";

/** How sure we are of each behaviour. */
export const fidelity: readonly FidelityEntry[] = [...ofCalls, ...ofDeliveries];
