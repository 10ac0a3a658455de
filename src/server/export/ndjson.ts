import type { Delivery } from "../../contract/records.ts";
import { printableJson } from "../../printing.ts";
import { showDelivery } from "../control/delivery-view.ts";
import type { Mask } from "./mask.ts";

/** One delivery a line, with the bytes of each attempt. */
export function ndjson(deliveries: readonly Delivery[], mask: Mask): string {
	return deliveries.map((delivery) => `${line(delivery, mask)}\n`).join("");
}

function line(delivery: Delivery, mask: Mask): string {
	const { planned: _, ...shown } = showDelivery(delivery);
	const attempts = shown.attempts.map(({ response, ...attempt }) => ({
		...attempt,
		target: mask.url(attempt.target),
		headers: Object.fromEntries(mask.sent(delivery, attempt.headers)),
		response: response && {
			...response,
			headers: gathered(mask.received(response.headers)),
		},
	}));
	const [endpoint, url] = [shown.endpoint, shown.url].map(mask.url);
	return printableJson({
		type: "delivery",
		...shown,
		endpoint,
		url,
		attempts,
	});
}

/** A name that came several times has a list. */
function gathered(
	pairs: readonly (readonly [string, string])[],
): Record<string, string | string[]> {
	const values = new Map<string, string[]>();
	for (const [name, value] of pairs)
		values.set(name, [...(values.get(name) ?? []), value]);
	return Object.fromEntries(
		[...values].map(([name, all]) => [
			name,
			all.length === 1 ? (all[0] as string) : all,
		]),
	);
}
