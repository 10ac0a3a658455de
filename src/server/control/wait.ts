import { parseDuration } from "../../duration.ts";
import type { Engine } from "../../engine/engine.ts";
import { LocalhookError } from "../../errors.ts";
import type { Miss } from "../../query/nearest-misses.ts";
import { type ControlOperations, ok } from "./call.ts";
import { summarise } from "./delivery-view.ts";

interface Body {
	query: string;
	count?: number;
	timeout?: string;
}

/** A day: a timer cannot be set for longer than 24 of them, and no test waits that long. */
const longest = 86_400_000;

/** Blocking until something has been delivered. */
export function waitOperations(engine: Engine): ControlOperations {
	return {
		"wait-for-deliveries": async ({ body, signal }) => {
			const { query, count, timeout } = body as Body;
			const options = { count, timeout: timeOf(timeout), signal };
			try {
				const deliveries = await engine.wait(query, options);
				return ok({ deliveries: deliveries.map(summarise) });
			} catch (error) {
				throw withNearest(error);
			}
		},
	};
}

function timeOf(text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	const time = parseDuration(text);
	if (time <= longest) return time;
	throw new LocalhookError(
		"invalid-duration",
		`Failed to wait for ${JSON.stringify(text)}: it is longer than a day. Give at most 1d.`,
	);
}

function withNearest(error: unknown): unknown {
	if (!(error instanceof LocalhookError) || error.code !== "wait-timed-out")
		return error;
	const misses = error.cause as readonly Miss[];
	const nearest = misses.map(({ delivery, differs }) => ({
		delivery: summarise(delivery),
		differs,
	}));
	// The message names them too, for those who see nothing else.
	const { summary, ...details } = error.details;
	return new LocalhookError(error.code, String(summary), {
		details: { ...details, nearest },
		cause: error,
	});
}
