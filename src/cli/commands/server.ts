import { invalidOption, notFound, quoted } from "../../errors.ts";
import type { OptionsOf } from "../../generated/command-line.ts";
import { didYouMean } from "../../nearest.ts";
import {
	lineWidth,
	noted,
	printableLine,
	table,
	wrapped,
} from "../../printing.ts";
import type { Schemas } from "../client.ts";
import { dueLine, type Server, serverCommand, until } from "../connect.ts";
import { readInput } from "../files.ts";
import { exitCodes } from "../io.ts";

export const events = serverCommand(
	async ({ client, list }, provider?: string) => {
		const { providers } = await client.get("/providers");
		const ids = providers.map(({ id }) => id);
		if (provider !== undefined && !ids.includes(provider)) {
			const { unknownProvider } = await import("../../engine/options.ts");
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
			eventLines(found),
		);
	},
);

function eventLines(
	events: readonly (Schemas["Provider"]["events"][number] & {
		readonly provider: string;
	})[],
): string[][] {
	const names = table(events.map(({ provider, type }) => [provider, type]));
	const width = Math.max(...names.map(({ length }) => length)) + 2;
	return events.map(({ summary }, index) => {
		const words = printableLine(summary).split(" ");
		return wrapped(words, lineWidth - width).map((line, row) => {
			const name = row === 0 ? names[index] : undefined;
			return (name ?? "").padEnd(width) + line;
		});
	});
}

export const reset = serverCommand(
	async ({ client, print }, provider?: string) => {
		const done = await client.post("/reset", { body: { provider } });
		print({ kind: "reset", ...done }, `reset ${done.reset.join(", ")}`);
	},
);

export const open = serverCommand(async ({ client, io, print, say }) => {
	const { url, token } = client;
	await client.get("/health");
	const { openPage, pageAt, unopened } = await import("../shortcuts.ts");
	const opened = await openPage(pageAt(url, token), io.env);
	print({ kind: "opened", url, opened }, `${url}/`);
	if (!opened) say(unopened(io.env));
});

export const stop = serverCommand(
	async ({ client, print }, { timeout }: OptionsOf<"stop">) => {
		await client.post("/stop");
		await until("gone", client, timeout);
		const { url } = client;
		print({ kind: "stopped", url }, `stopped ${url}`);
	},
);

export const endpoint = serverCommand({
	async list({ client, list }, provider?: string) {
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

function endpointLines(endpoints: readonly Schemas["Endpoint"][]): string[][] {
	const rows = endpoints.map((endpoint) => {
		const { provider, id, url, enabled, reason, outage, pending } = endpoint;
		const disabled = reason === undefined ? "disabled" : `disabled: ${reason}`;
		const states = [enabled ? "enabled" : disabled, outage];
		const how = states.filter((state) => state !== "none");
		return [provider, id, url, [...how, `${pending} pending`].join(", ")];
	});
	const lines = table(rows);
	return endpoints.map(({ events }, index) => [
		lines[index] ?? "",
		...noted(events),
	]);
}

export const secret = serverCommand(
	async (
		{ client, io, list },
		provider: string | undefined,
		options: OptionsOf<"secret">,
	) => {
		const { owner, reveal, replace, roll } = options;
		const action = replace ? "replace" : roll ? "roll" : undefined;
		if (action !== undefined && provider === undefined)
			throw invalidOption(
				`Failed to ${action} a secret: no provider is named. Name one: localhook secret <provider> --${action}.`,
			);
		const { secrets } = await (action === undefined
			? client.get("/secrets", { query: { provider, reveal } })
			: client.post("/secrets/{provider}", {
					params: { provider: provider ?? "" },
					body: { action, owner },
				}));
		const wanted = secrets.filter(
			(each) => owner === undefined || each.owner === owner,
		);
		const owners = secrets.map((each) => each.owner);
		if (owner !== undefined && wanted.length === 0)
			throw notFound(
				`Failed to find a secret of ${quoted(owner)}: there is none.${didYouMean(owner, owners)} "localhook secret" lists them.`,
			);
		for (const { value } of wanted) io.mask(value);
		const rows = wanted.map((secret) => {
			const { provider, owner, fingerprint, value, isPrevious } = secret;
			const state = isPrevious ? "previous" : "";
			return [provider, owner, value ?? fingerprint, state];
		});
		list(
			wanted.map((each) => ({ kind: "secret", ...each })),
			// A shortened secret would be of no use.
			table(rows, Number.POSITIVE_INFINITY),
			"There is no such secret. Make one through the provider's API.",
		);
	},
);

export const faults = serverCommand({
	async show(server) {
		tellFaults(server, await server.client.get("/faults"));
	},
	clear: (server) => planFaults(server, []),
	async load(server, file: string) {
		const { readFaults } = await import("../../config/provider-problems.ts");
		const faults =
			file === "-"
				? readFaults("stdin", await readInput(file, server.io))
				: readFaults(file);
		await planFaults(server, await faults);
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

function faultCells(fault: Fault): string[] {
	const { fault: kind, on, match, drawn, applied, ...fields } = fault;
	const rest = Object.entries(fields).map(
		([name, value]) => `${name}=${JSON.stringify(value)}`,
	);
	const what = [`${on ?? "delivery"} ${kind}`, ...rest].join(" ");
	const where = match ? `match ${JSON.stringify(match)}` : "match everything";
	return [what, where, `drawn ${drawn ?? 0}, applied ${applied ?? 0}`];
}

/** Attempts may take the provider's whole timeout each, and a schedule has many. */
const turnTimeout = 3_600_000;

export const clock = serverCommand({
	async now({ client, print }) {
		const shown = await client.get("/clock");
		const { now, mode, speed, due, pending } = shown;
		const what = speed === 1 ? mode : `${mode}, ${speed} times as fast`;
		const next = due === null ? "nothing is due" : `next  ${dueLine(due)}`;
		print({ kind: "clock", ...shown }, [
			`${now}  ${what}  ${pending} pending`,
			next,
		]);
	},
	async advance(server, by: string) {
		await turn(server, "/clock/advance", { by });
	},
	async next(server) {
		await turn(server, "/clock/next");
	},
	async drain(server, { attempts }: { attempts?: number }) {
		const stopped = await turn(server, "/clock/drain", { attempts });
		if (!stopped) return;
		server.say(
			"It stopped at its bound with attempts still due. Run it again.",
		);
		server.finish(exitCodes.failed);
	},
});

async function turn(
	{ client, print }: Server,
	path: "/clock/advance" | "/clock/next" | "/clock/drain",
	body?: object,
): Promise<boolean> {
	const turned = await client.post(path, { body, timeout: turnTimeout });
	const { now, attempts, pending, ran, stopped = false } = turned;
	const next = ran ? `ran   ${dueLine(ran)}` : "nothing is due";
	print({ kind: "clock", ...turned }, [
		`${now}  ${attempts} run  ${pending} pending`,
		...(path === "/clock/next" ? [next] : []),
	]);
	return stopped;
}
