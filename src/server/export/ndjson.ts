import type { Delivery } from "../../contract/records.ts";
import { printableJson } from "../../printing.ts";
import { showDelivery } from "../control/delivery-view.ts";
import type { Mask } from "./mask.ts";

/** One delivery a line, with the bytes of each attempt. */
export function ndjson(deliveries: readonly Delivery[], mask: Mask): string {
	return deliveries
		.map((delivery) => ({ kind: "delivery", ...showDelivery(delivery, mask) }))
		.map((line) => `${printableJson(line)}\n`)
		.join("");
}
