import { parseDuration } from "../../duration.ts";
import { LocalhookError } from "../../errors.ts";
import { printableLine } from "../../printing.ts";
import type { Schemas } from "../client.ts";
import { serverCommand, until } from "../connect.ts";
import { deliveryLines } from "../deliveries.ts";
import { exitCodes } from "../exit-codes.ts";
import { integer } from "../options.ts";
import { queryHelp, queryOf } from "../query-help.ts";

interface WaitOptions {
	readonly count: number;
	readonly timeout: string;
	readonly ready?: boolean;
}

export const wait = serverCommand({
	describe: (command) =>
		command
			.argument("[query...]", "which deliveries; default: any")
			.option("--count <n>", "until there are so many", integer(1, 10_000), 1)
			.option(
				"--timeout <duration>",
				"give up then, with exit code 5",
				verifyDuration,
				"30s",
			)
			.option("--ready", "wait for the server to answer, not for deliveries"),
	help: `
Examples:
  $ localhook wait --ready --timeout 10s                 until a server answers
  $ localhook wait type:study.status.change state:delivered
  $ localhook wait provider:solvimon --count 3 --timeout 1m
${queryHelp}`,
	async run(
		{ client, io, json, print, finish },
		words: string[],
		{ count, timeout, ready }: WaitOptions,
	) {
		const milliseconds = parseDuration(timeout);
		if (ready) {
			const health = await until("ready", client, milliseconds);
			print({ kind: "ready", url: client.url, ...health }, client.url);
			return;
		}
		try {
			const { deliveries } = await client.post("/wait", {
				body: { query: queryOf(words) ?? "", count, timeout },
				timeout: milliseconds + 10_000,
			});
			for (const delivery of deliveries)
				print({ kind: "delivery", delivery }, deliveryLines([delivery]));
		} catch (error) {
			if (json || !isMiss(error)) throw error;
			io.stderr.write(miss(error));
			finish(exitCodes.timedOut);
		}
	},
});

/** The server reads it too, in its own words. */
function verifyDuration(text: string): string {
	parseDuration(text);
	return text;
}

function isMiss(error: unknown): error is LocalhookError {
	return error instanceof LocalhookError && error.code === "wait-timed-out";
}

/** What came instead, nearest first, and what kept each from being it. */
function miss({ message, details }: LocalhookError): string {
	const near = (details.nearest ?? []) as Schemas["Missed"]["nearest"];
	const lines = near.flatMap(({ delivery, differs }) => [
		...deliveryLines([delivery]).map((line) => `  ${line}`),
		...differs.map(
			({ field, wanted, found }) =>
				`    ${printableLine(`${field}: wanted ${wanted}, found ${found ?? "nothing"}`)}`,
		),
	]);
	const heading = near.length === 0 ? [] : ["Nearest:"];
	return [printableLine(message), ...heading, ...lines, ""].join("\n");
}
