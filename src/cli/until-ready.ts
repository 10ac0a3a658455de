import { formatDuration } from "../duration.ts";
import { LocalhookError } from "../errors.ts";
import type { Client } from "./client.ts";
import { deadline } from "./deadline.ts";
import { pause } from "./pause.ts";

/**
 * Waits until a server answers.
 *
 * @param timeout milliseconds
 * @returns what it says of its health
 * @throws LocalhookError `wait-timed-out`
 */
export async function untilReady(
	client: Client,
	timeout: number,
): Promise<object> {
	const end = deadline(timeout);
	for (;;) {
		try {
			const patience = Math.max(Math.min(timeout, 2000), 1);
			return await client.get<object>("/health", { timeout: patience });
		} catch (error) {
			if (!isUnready(error)) throw error;
			if (end.aborted) throw timedOut(client.url, timeout, error);
		}
		await pause(50);
	}
}

/**
 * Waits until no localhook answers any more.
 *
 * @param timeout milliseconds
 * @throws LocalhookError `wait-timed-out`
 */
export async function untilGone(
	client: Client,
	timeout: number,
): Promise<void> {
	const end = deadline(timeout);
	for (;;) {
		try {
			await client.get("/health", { timeout: 2000 });
		} catch (error) {
			if (isUnready(error)) return;
			throw error;
		}
		if (end.aborted)
			throw new LocalhookError(
				"wait-timed-out",
				`Failed to stop localhook at ${client.url}: it still answers after ${formatDuration(timeout)}. Try again with a longer --timeout.`,
			);
		await pause(50);
	}
}

/** A proxy in front of it, or the server itself, may answer with 5xx while it starts. */
function isUnready(error: unknown): error is LocalhookError {
	return (
		error instanceof LocalhookError &&
		["server-unreachable", "unexpected"].includes(error.code)
	);
}

function timedOut(
	url: string,
	timeout: number,
	cause: LocalhookError,
): LocalhookError {
	return new LocalhookError(
		"wait-timed-out",
		`Failed to wait for localhook at ${url}: it was not ready within ${formatDuration(timeout)}. Start it with "localhook start", or give a longer --timeout.`,
		{ cause },
	);
}
