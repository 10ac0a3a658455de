import { type Server, serverCommand } from "../connect.ts";
import { readInput } from "../files.ts";
import { table } from "../table.ts";

export const faults = serverCommand("faults", {
	async show(server) {
		tell(server, await server.client.get("/faults"));
	},
	clear: (server) => plan(server, []),
	async load(server, file: string) {
		const { readFaults } = await import("../../config/provider-problems.ts");
		const faults = await (file === "-"
			? readFaults("stdin", await readInput(file, server.io))
			: readFaults(file));
		await plan(server, faults);
	},
});

type Fault = Readonly<Record<string, unknown>>;

async function plan(server: Server, faults: readonly object[]): Promise<void> {
	tell(server, await server.client.put("/faults", { body: { faults } }));
}

function tell({ list }: Server, { faults }: { faults: readonly Fault[] }) {
	list(
		faults.map((fault) => ({ kind: "fault", ...fault })),
		table(faults.map(cells)),
		"No fault is planned.",
	);
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
