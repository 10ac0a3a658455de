import type { FidelityEntry } from "../../../contract/fidelity.ts";
import { ofApi } from "./api.ts";
import { ofDeliveries } from "./deliveries.ts";

/** How sure we are of what we play, behaviour by behaviour. */
export const fidelity: readonly FidelityEntry[] = [...ofApi, ...ofDeliveries];
