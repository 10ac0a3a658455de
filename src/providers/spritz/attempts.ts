import { base64urlOf, bytesOf } from "../../bytes.ts";
import type { Deliveries } from "../../contract/operation.ts";
import type { Attempt, Delivery } from "../../contract/records.ts";
import { refuseCursor } from "./errors.ts";
import type { Operations } from "./shape.ts";

interface Attempted {
	readonly delivery: Delivery;
	readonly attempt: Attempt;
}

export const deliveryOperations: Operations = {
	/** A page of attempts, newest first. A cursor names the last attempt of the page before. */
	"list-webhook-deliveries"(call) {
		const { limit, cursor } = call.query;
		const attempts = newestAttempts(call.deliveries);
		const last =
			cursor === undefined
				? -1
				: attempts.findIndex((each) => cursorOf(each) === cursor);
		if (cursor !== undefined && last === -1) return refuseCursor(call);
		const page = attempts.slice(last + 1, last + 1 + limit);
		const end = page.at(-1);
		const hasMore = attempts.length > last + 1 + limit;
		return {
			status: 200,
			body: {
				data: page.map(present),
				hasMore,
				nextCursor: hasMore && end !== undefined ? cursorOf(end) : null,
			},
		};
	},
};

function newestAttempts(deliveries: Deliveries): Attempted[] {
	const attempts: Attempted[] = [];
	for (const delivery of deliveries.newest()) {
		for (const attempt of delivery.attempts.toReversed())
			attempts.push({ delivery, attempt });
	}
	return attempts.sort((a, b) => b.attempt.at - a.attempt.at);
}

function cursorOf({ delivery, attempt }: Attempted): string {
	return base64urlOf(bytesOf(`${delivery.id}/${attempt.number}`));
}

function present({ delivery, attempt }: Attempted): object {
	return {
		event: delivery.event.type,
		webhookUrl: delivery.url,
		payload: delivery.event.payload,
		success: attempt.ok,
		...outcome(attempt),
		timestamp: new Date(attempt.at).toISOString(),
	};
}

/** Beside an error the status is the provider's own class, not the receiver's word. */
function outcome({ response, error }: Attempt): object {
	if (error === undefined) return { responseStatus: response?.status };
	return {
		responseStatus: error.code === "timeout" ? 504 : 500,
		error: error.message,
	};
}
