import { Option } from "commander";
import { invalidOption, quoted } from "../errors.ts";
import { commandLine, type OptionsOf } from "../generated/command-line.ts";
import { wrapped } from "../printing.ts";
import type { Schemas } from "./client.ts";
import { type Server, serverCommand } from "./connect.ts";
import { exitCodes } from "./io.ts";

export const explain = serverCommand(
	async (server, given: string | undefined, options: OptionsOf<"explain">) => {
		const { language, file, ...ofFile } = options;
		if (file !== undefined) {
			if (given !== undefined)
				throw invalidOption(
					`Failed to explain ${quoted(given)}: --file is explained without a server. Give one of the two.`,
				);
			const { explainFile } = await import("./explain-file.ts");
			return explainFile(file, options, server, (explanation) =>
				printExplanation(server, explanation),
			);
		}
		const forms = Object.keys(commandLine.commands.explain.options);
		for (const flag of forms.map((form) => new Option(form)))
			if (flag.attributeName() in ofFile)
				throw invalidOption(
					`Failed to explain: ${flag.long} is of a captured request. Give it with --file.`,
				);
		const id = given ?? (await latestRejected(server));
		server.say(
			`Asks the receiver of ${id} up to 150 times, unless its answer says what is wrong. It does the work of what it accepts.`,
		);
		const explanation = await server.client.post(
			"/deliveries/{id}/explanation",
			{ params: { id }, body: { language }, timeout: 300_000 },
		);
		printExplanation(server, explanation);
		const isFound = explanation.mistakes.some(({ open }) => !open);
		if (!isFound && explanation.asked > 0) server.finish(exitCodes.failed);
	},
);

const width = 100;

function printExplanation(
	{ print }: Pick<Server, "print">,
	explanation: { readonly text: string; readonly asked: number },
): void {
	const { text, asked } = explanation;
	print({ kind: "explanation", ...explanation }, [
		...text.split("\n").flatMap((line) => wrapped(line.split(" "), width)),
		...(asked > 0 ? [`${asked} requests`] : []),
	]);
}

async function latestRejected({ client }: Server): Promise<string> {
	for (const wanted of ["status:3xx,4xx,5xx", "error:*"]) {
		const query = { query: wanted, limit: 1 };
		const { deliveries } = (await client.get("/deliveries", { query })) as {
			deliveries: Schemas["DeliverySummary"][];
		};
		const [latest] = deliveries;
		if (latest !== undefined) return latest.id;
	}
	throw invalidOption(
		'No delivery was rejected. Name one: "localhook log" lists them.',
	);
}
