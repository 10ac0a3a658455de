import { LocalhookError } from "../errors.ts";

/** Makes the error about one place of a query. */
export type Refuse = (reason: string, advice: string) => LocalhookError;

/** `position` counts from 0, and is shown from 1. */
export function refuseAt(query: string, position: number): Refuse {
	const excerpt = JSON.stringify(query.slice(position, position + 40));
	return (reason, advice) =>
		new LocalhookError(
			"invalid-query",
			`Failed to read the query: ${reason} at character ${position + 1} (${excerpt}). ${advice}`,
			{ details: { position: position + 1 } },
		);
}
