import { serverCommand } from "../connect.ts";
import { writeOutput } from "../files.ts";
import { nothingOf, queryHelp, queryOf } from "../query-help.ts";

interface ExportOptions {
	readonly reveal?: boolean;
	readonly output: string;
}

/** By what a delivery is known in HAR, in curl commands and in NDJSON. */
const delivery = /"request":|^curl |^\{"kind":/m;

export const exportCommand = serverCommand(
	"export",
	async (
		{ client, io, json, print, say, maskSecrets },
		format: string,
		words: string[],
		{ reveal, output }: ExportOptions,
	) => {
		const query = queryOf(words);
		const bytes = await client.download("/export/{format}", {
			params: { format },
			query: { query, reveal: reveal ? "true" : undefined },
			timeout: 300_000,
		});
		const start = bytes.subarray(0, 10_000).toString();
		if (!delivery.test(start)) say(nothingOf(query));
		if (reveal && output === "-") await maskSecrets(bytes.toString());
		await writeOutput(output, bytes, io);
		if (output === "-") return;
		if (json)
			print({ kind: "exported", format, output, bytes: bytes.length }, "");
		else say(`Wrote ${bytes.length} bytes to ${output}.`);
	},
	queryHelp,
);
