import { LocalhookError } from "../../errors.ts";
import { printableLine } from "../../printing.ts";
import type { Schemas } from "../client.ts";
import { serverCommand, until } from "../connect.ts";
import { exitCodes } from "../exit-codes.ts";
import { queryHelp, queryOf } from "../query-help.ts";
import { deliveryLines } from "../table.ts";

interface WaitOptions {
	readonly count: number;
	readonly timeout: number;
	readonly ready?: boolean;
}

export const wait = serverCommand(
	"wait",
	async (
		{ client, io, json, print, finish },
		words: string[],
		{ count, timeout, ready }: WaitOptions,
	) => {
		if (ready) {
			const health = await until("ready", client, timeout);
			print({ kind: "ready", url: client.url, ...health }, client.url);
			return;
		}
		try {
			const { deliveries } = await client.post("/wait", {
				body: { query: queryOf(words) ?? "", count, timeout: `${timeout}ms` },
				timeout: timeout + 10_000,
			});
			for (const delivery of deliveries)
				print({ kind: "delivery", delivery }, deliveryLines([delivery]));
		} catch (error) {
			if (json || !isMiss(error)) throw error;
			io.stderr.write(miss(error));
			finish(exitCodes.timedOut);
		}
	},
	queryHelp,
);

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
