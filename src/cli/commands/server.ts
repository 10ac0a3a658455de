import { LocalhookError, quoted } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import type { Schemas } from "../client.ts";
import { type Server, serverCommand, until } from "../connect.ts";
import { readInput } from "../files.ts";
import { noted, table } from "../table.ts";

export const events = serverCommand(
	"events",
	async ({ client, list }, provider?: string) => {
		const { providers } = await client.get("/providers");
		const ids = providers.map(({ id }) => id);
		if (provider !== undefined && !ids.includes(provider)) {
			const { unknownProvider } = await import("../../engine/installed.ts");
			throw unknownProvider(provider, ids);
		}
		const found = providers
			.filter(({ id }) => provider === undefined || id === provider)
			.flatMap(({ id, events }) =>
				events.map((event) => ({ provider: id, ...event })),
			);
		list(
			found.map(({ type, ...rest }) => {
				return { kind: "event", event: { type }, ...rest };
			}),
			table(
				found.map(({ provider, type, summary }) => [provider, type, summary]),
			),
		);
	},
);

export const reset = serverCommand(
	"reset",
	async ({ client, print }, provider?: string) => {
		const done = await client.post("/reset", { body: { provider } });
		print({ kind: "reset", ...done }, `reset ${done.reset.join(", ")}`);
	},
);

export const stop = serverCommand(
	"stop",
	async ({ client, print }, { timeout }: { timeout: number }) => {
		await client.post("/stop");
		await until("gone", client, timeout);
		const { url } = client;
		print({ kind: "stopped", url }, `stopped ${url}`);
	},
);

export const endpoint = serverCommand("endpoint", {
	async list({ client, list }, provider?: string) {
		const near = didYouMean(provider, ["pause", "down", "resume"]);
		if (near !== "")
			throw new LocalhookError(
				"unknown-provider",
				`Unknown command ${quoted(provider)}: there is no such command or provider.${near}`,
			);
		const query = { provider };
		const { endpoints } = await client.get("/endpoints", { query });
		list(
			endpoints.map((each) => ({ kind: "endpoint", ...each })),
			endpointLines(endpoints),
			"None is registered. Register one through the provider's API, or start with --receiver.",
		);
	},
	pause: outage("paused"),
	down: outage("down"),
	resume: outage("none"),
});

function outage(outage: string) {
	return async (
		{ client, print }: Server,
		provider: string,
		id: string,
	): Promise<void> => {
		const changed = await client.put("/endpoints/{provider}/{id}/outage", {
			params: { provider, id },
			body: { outage },
		});
		print({ kind: "endpoint", ...changed }, endpointLines([changed]).flat());
	};
}

/** Of each endpoint: what it is and how it stands, and which events it gets if not all. */
function endpointLines(endpoints: readonly Schemas["Endpoint"][]): string[][] {
	const rows = endpoints.map((endpoint) => {
		const { provider, id, url, enabled, reason, outage, pending } = endpoint;
		const disabled = reason === undefined ? "disabled" : `disabled: ${reason}`;
		const states = [enabled ? "enabled" : disabled, outage];
		const how = states.filter((state) => state !== "none");
		return [provider, id, url, [...how, `${pending} pending`].join(", ")];
	});
	const lines = table(rows);
	return endpoints.map(({ events }, index) => noted(lines[index], events));
}

export const faults = serverCommand("faults", {
	async show(server) {
		tellFaults(server, await server.client.get("/faults"));
	},
	clear: (server) => planFaults(server, []),
	async load(server, file: string) {
		const { readFaults } = await import("../../config/provider-problems.ts");
		const faults = await (file === "-"
			? readFaults("stdin", await readInput(file, server.io))
			: readFaults(file));
		await planFaults(server, faults);
	},
});

type Fault = Readonly<Record<string, unknown>>;

async function planFaults(
	server: Server,
	faults: readonly object[],
): Promise<void> {
	tellFaults(server, await server.client.put("/faults", { body: { faults } }));
}

function tellFaults(
	{ list }: Server,
	{ faults }: { faults: readonly Fault[] },
) {
	list(
		faults.map((fault) => ({ kind: "fault", ...fault })),
		table(faults.map(faultCells)),
		"No fault is planned.",
	);
}

/** The fault, what it does, what it meets, and how often it came. */
function faultCells(fault: Fault): string[] {
	const { fault: kind, on, match, drawn, applied, ...fields } = fault;
	const rest = Object.entries(fields).map(
		([name, value]) => `${name}=${JSON.stringify(value)}`,
	);
	const what = [`${on ?? "delivery"} ${kind}`, ...rest].join(" ");
	const where = match ? `match ${JSON.stringify(match)}` : "match everything";
	return [what, where, `drawn ${drawn ?? 0}, applied ${applied ?? 0}`];
}
