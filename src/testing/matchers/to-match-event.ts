import type { Delivery } from "../../contract/records.ts";
import { checkArgument, kinds } from "../../engine/shape.ts";
import { evidence } from "../../hooks/undelivered.ts";
import type { MatcherResult } from "./context.ts";
import { differences } from "./differences.ts";
import { readReceived } from "./received.ts";

/** What is left out may be anything. Asymmetric matchers such as `expect.any(String)` may stand anywhere. */
export interface EventPattern {
	readonly type?: unknown;
	readonly payload?: unknown;
}

export function toMatchEvent(
	received: unknown,
	wanted: EventPattern,
): MatcherResult {
	const read = readReceived(received);
	checkArgument(wanted, kinds.record, "pattern of an event");
	const compared = read.deliveries
		.map((delivery) => ({ delivery, differs: missed(delivery) }))
		.sort((a, b) => a.differs.length - b.differs.length);
	const pass = compared[0]?.differs.length === 0;
	function missed({ event }: Delivery): readonly string[] {
		return Object.entries(wanted).flatMap(([name, value]) =>
			differences(value, event[name as keyof EventPattern], name),
		);
	}
	const lines = compared
		.slice(0, 3)
		.map(
			({ delivery, differs }) =>
				`${delivery.event.type} ${delivery.id}${differs.map((each) => `\n  ${each}`).join("")}`,
		);
	return {
		pass,
		message: () =>
			[
				pass
					? "Expected no delivery to carry such an event, and one does:"
					: `Expected a delivery to carry such an event${lines.length === 0 ? ": there is no delivery." : ". It differs in:"}`,
				...lines,
				evidence(read.engine, read.deliveries),
			].join("\n"),
	};
}
