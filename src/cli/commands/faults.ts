import type { Command } from "commander";
import { addServerOptions, connect, type ServerOptions } from "../connect.ts";
import { readInput } from "../input.ts";
import type { CommandContext } from "../io.ts";
import { table } from "../table.ts";

type Fault = Readonly<Record<string, unknown>>;

interface Plan {
	readonly faults: readonly Fault[];
}

export function faults(command: Command, context: CommandContext): void {
	command.addHelpText("after", examples);

	function show({ faults }: Plan, options: ServerOptions): void {
		const { print, say } = connect(context, options);
		const lines = table(faults.map(cells));
		for (const [index, fault] of faults.entries())
			print({ kind: "fault", ...fault }, lines[index] ?? "");
		if (faults.length === 0) say("No fault is planned.");
	}

	addServerOptions(command.command("show", { isDefault: true }))
		.description("show the plan, and how often each fault was drawn")
		.action(async (options: ServerOptions) => {
			const { client } = connect(context, options);
			show(await client.get<Plan>("/faults"), options);
		});

	addServerOptions(command.command("clear"))
		.description("remove all faults")
		.action(async (options: ServerOptions) => {
			const { client } = connect(context, options);
			const body = { faults: [] };
			show(await client.put<Plan>("/faults", { body }), options);
		});

	addServerOptions(command.command("load"))
		.description("put a plan in place of the one there is")
		.argument("<file>", "YAML or JSON: a list of faults; - for stdin")
		.action(async (file: string, options: ServerOptions) => {
			const { client } = connect(context, options);
			const { readFaults } = await import("../../config/read-faults.ts");
			const faults = await (file === "-"
				? readFaults("stdin", await readInput(file, context.io))
				: readFaults(file));
			const body = { faults };
			show(await client.put<Plan>("/faults", { body }), options);
		});
}

/** The fault, what it does, what it meets, and how often it came. */
function cells(fault: Fault): string[] {
	const { fault: kind, on, match, drawn, applied, ...fields } = fault;
	const rest = Object.entries(fields).map(
		([name, value]) => `${name}=${JSON.stringify(value)}`,
	);
	const what = [`${on ?? "delivery"} ${kind}`, ...rest].join(" ");
	const where = match ? `match ${JSON.stringify(match)}` : "match everything";
	return [what, where, `drawn ${drawn ?? 0}, applied ${applied ?? 0}`];
}

const examples = `
Examples:
  $ localhook faults
  $ localhook faults load faults.yaml
  $ echo '[{ fault: duplicate, copies: 2, times: 1 }]' | localhook faults load -
  $ localhook faults clear
`;
