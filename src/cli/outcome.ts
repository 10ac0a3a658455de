import { Option } from "commander";
import { formatDuration } from "../duration.ts";
import type { DeliverySummary } from "./answers.ts";
import type { Connection } from "./connect.ts";
import { exitCodes } from "./exit-codes.ts";
import type { CommandContext } from "./io.ts";

export function noWait(): Option {
	return new Option(
		"--no-wait",
		"do not wait for the first attempt of each delivery",
	);
}

export const slow =
	"Waiting for the first attempt, 30s at most. --no-wait does without.";

export const outcomeHelp = `
It waits for the first attempt of each delivery, 30s at most. An attempt that fails is no error: the exit code is 0, and
"localhook wait state:delivered" checks for success. A receiver that localhook may not deliver to is one: 2.
`;

/**
 * Tells what deliveries that were just sent wait for, and how to go on; of many, for the first that has not arrived.
 * Ends with `usage` where the server may not deliver to a receiver.
 */
export async function sayOutcome(
	deliveries: readonly DeliverySummary[],
	{ client, say, json }: Connection,
	context: CommandContext,
): Promise<void> {
	const refused = deliveries.some(
		({ lastErrorCode }) => lastErrorCode === "refused-receiver",
	);
	if (refused) context.finish(exitCodes.usage);
	const late = deliveries.filter(({ state }) => state !== "delivered");
	const [first] = late;
	if (json || first === undefined) return;
	const { id, provider, endpoint, attempts, held, nextAt } = first;
	if (nextAt !== undefined) {
		// What was sent was sent, even if the server is gone by now.
		const clock = await client
			.get<{ now: string; mode: string }>("/clock")
			.catch(() => undefined);
		if (clock === undefined) return;
		const left = Math.max(0, Date.parse(nextAt) - Date.parse(clock.now));
		const next =
			clock.mode === "real"
				? `"localhook attempt ${id}" makes it now.`
				: `"localhook clock next" makes it now, "localhook clock advance <duration>" lets time pass.`;
		say(
			`Attempt ${attempts + 1} of ${id} is due in ${formatDuration(left)} by the ${clock.mode} clock. ${next}`,
		);
	} else if (held !== undefined)
		say(
			`${id} is held: ${held}. "localhook endpoint resume ${provider} ${endpoint}" lets it go on.`,
		);
	else if (first.state === "pending")
		say(
			`${id} waits for the receiver's answer, or behind an earlier delivery. "localhook wait id:${id} state:delivered" waits on.`,
		);
	if (attempts > 0)
		say(`"localhook show ${id}" shows the request and what came back.`);
	if (late.length > 1)
		say(
			`${late.length} have not arrived: "localhook log -- -state:delivered".`,
		);
}
