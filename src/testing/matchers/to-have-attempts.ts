import { checkArgument, whole } from "../../engine/shape.ts";
import { evidence } from "../../hooks/undelivered.ts";
import type { MatcherResult } from "./context.ts";
import { readReceived } from "./received.ts";

export function toHaveAttempts(
	received: unknown,
	count: number,
): MatcherResult {
	const read = readReceived(received);
	checkArgument(count, whole(0), "number of attempts");
	const made = read.deliveries.map(({ attempts }) => attempts.length);
	const pass = made.length > 0 && made.every((each) => each === count);
	return {
		pass,
		message: () =>
			`Expected ${pass ? "another number of attempts than" : "attempts:"} ${count}, found ${made.join(", ") || "no delivery"}.\n${evidence(read.engine, read.deliveries)}`,
	};
}
