import { formatDuration } from "../duration.ts";
import { LocalhookError } from "../errors.ts";
import type { Client } from "./client.ts";
import { deadline, pause } from "./pause.ts";

/**
 * Waits until a server answers, or until no localhook answers any more.
 *
 * @param timeout milliseconds
 * @returns what it says of its health
 * @throws LocalhookError `wait-timed-out`
 */
export async function until(
	wanted: "ready" | "gone",
	client: Client,
	timeout: number,
): Promise<object> {
	const end = deadline(timeout);
	const patience =
		wanted === "gone" ? 2000 : Math.max(Math.min(timeout, 2000), 1);
	const lasted = formatDuration(timeout);
	for (;;) {
		const health = await client
			.get<object>("/health", { timeout: patience })
			.catch(undefinedIfUnready);
		if ((health === undefined) === (wanted === "gone")) return health ?? {};
		if (end.aborted)
			throw new LocalhookError(
				"wait-timed-out",
				wanted === "gone"
					? `Failed to stop localhook at ${client.url}: it still answers after ${lasted}. Try again with a longer --timeout.`
					: `Failed to wait for localhook at ${client.url}: it was not ready within ${lasted}. Start it with "localhook start", or give a longer --timeout.`,
			);
		await pause(50);
	}
}

/** A proxy in front of it, or the server itself, may answer with 5xx while it starts. */
function undefinedIfUnready(error: LocalhookError): undefined {
	if (!["server-unreachable", "unexpected"].includes(error.code)) throw error;
}
