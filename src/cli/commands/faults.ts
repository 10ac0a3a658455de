import type { Command } from "commander";
import { LocalhookError } from "../../errors.ts";
import { printableLine } from "../../printing.ts";
import type { CommandContext } from "../command-context.ts";
import {
	addConnectionOptions,
	type ConnectionOptions,
	connect,
} from "../connection.ts";
import { readInput } from "../input.ts";
import type { Io } from "../io.ts";

type Fault = Readonly<Record<string, unknown>>;

interface Plan {
	readonly faults: readonly Fault[];
}

export function faults(command: Command, context: CommandContext): void {
	command.addHelpText("after", examples);

	function show({ faults }: Plan, options: ConnectionOptions): void {
		const { print, say } = connect(context, options);
		for (const fault of faults) print({ kind: "fault", ...fault }, line(fault));
		if (faults.length === 0) say("No fault is planned.");
	}

	addConnectionOptions(command.command("show", { isDefault: true }))
		.description("show the plan, and how often each fault was drawn")
		.action(async (options: ConnectionOptions) => {
			const { client } = connect(context, options);
			show(await client.get<Plan>("/faults"), options);
		});

	addConnectionOptions(command.command("clear"))
		.description("let everything go right again")
		.action(async (options: ConnectionOptions) => {
			const { client } = connect(context, options);
			const body = { faults: [] };
			show(await client.put<Plan>("/faults", { body }), options);
		});

	addConnectionOptions(command.command("load"))
		.description("put a plan in place of the one there is")
		.argument("<file>", "YAML or JSON: a list of faults; - for stdin")
		.action(async (file: string, options: ConnectionOptions) => {
			const { client } = connect(context, options);
			const body = { faults: await readFaults(file, context.io) };
			show(await client.put<Plan>("/faults", { body }), options);
		});
}

/** @throws LocalhookError `invalid-option` */
async function readFaults(file: string, io: Io): Promise<readonly unknown[]> {
	const text = (await readInput(file, io)).toString();
	const { parse } = await import("yaml");
	const { excessOfNesting } = await import("../../nesting.ts");
	const excess = excessOfNesting(text);
	if (excess !== undefined) throw unreadable(file, excess);
	let plan: unknown;
	try {
		plan = parse(text, { stringKeys: true });
	} catch (error) {
		// What follows is a picture of the place.
		const [reason = ""] = (error as Error).message.split(":\n");
		throw unreadable(file, reason);
	}
	const list = Array.isArray(plan) ? plan : Object(plan).faults;
	if (Array.isArray(list)) return list;
	throw unreadable(file, "it holds no list");
}

function unreadable(file: string, reason: string): LocalhookError {
	return new LocalhookError(
		"invalid-option",
		`Failed to read the faults in "${file}": ${reason}. Give a list such as [{ match: "provider:prolific", fault: drop, times: 1 }].`,
	);
}

/** The fault, what it does, what it meets, and how often it came. */
function line(fault: Fault): string {
	const { fault: kind, on, match, drawn, applied, ...fields } = fault;
	const rest = Object.entries(fields).map(
		([name, value]) => `${name}=${JSON.stringify(value)}`,
	);
	const what = [`${on ?? "delivery"} ${kind}`, ...rest].join(" ");
	const where = match ? `match ${JSON.stringify(match)}` : "match everything";
	return printableLine(
		`${what}  ${where}  drawn ${drawn ?? 0}, applied ${applied ?? 0}`,
	);
}

const examples = `
Examples:
  $ localhook faults
  $ localhook faults load faults.yaml
  $ echo '[{ fault: duplicate, copies: 2, times: 1 }]' | localhook faults load -
  $ localhook faults clear
`;
