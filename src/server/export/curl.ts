import type { Delivery } from "../../contract/records.ts";
import { shellComment } from "../../printing.ts";
import { curlOf } from "../control/command-lines.ts";
import type { Mask } from "./mask.ts";

/** A shell script that sends the last attempt of each delivery again, byte for byte. */
export function curlScript(
	deliveries: readonly Delivery[],
	mask: Mask,
): string {
	const lines = deliveries.flatMap((delivery) => {
		const { id, event, body, attempts } = delivery;
		const last = attempts.at(-1);
		if (last === undefined) return [];
		const headers = Object.fromEntries(mask.sent(delivery, last.headers));
		const request = { url: mask.url(last.target), headers, body };
		return [
			shellComment(`${id} ${event.provider} ${event.type}`),
			curlOf(request),
		];
	});
	return ["#!/bin/sh", ...lines, ""].join("\n");
}
