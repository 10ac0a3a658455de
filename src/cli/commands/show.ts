import type { Command } from "commander";
import { formatDuration } from "../../duration.ts";
import { printableLine } from "../../printing.ts";
import { addServerOptions, connect, type ServerOptions } from "../connect.ts";
import type { CommandContext } from "../io.ts";
import { maskSecretsOf } from "../mask.ts";
import { table } from "../table.ts";

type Headers = Readonly<Record<string, string | readonly string[]>>;

interface Attempt {
	readonly number: number;
	readonly at: string;
	readonly duration: number;
	readonly url: string;
	readonly headers: Headers;
	readonly fault?: string;
	readonly response?: {
		readonly status: number;
		readonly headers: Headers;
		readonly body: string;
	};
	readonly error?: { readonly code: string; readonly message: string };
}

interface Delivery {
	readonly id: string;
	readonly state: string;
	readonly reason?: string;
	readonly event: {
		readonly id: string;
		readonly provider: string;
		readonly type: string;
	};
	readonly endpoint: string;
	readonly url: string;
	readonly body: string;
	readonly attempts: readonly Attempt[];
	readonly planned?: readonly string[];
}

/** A schedule has many. */
const mostPlanned = 3;

interface ShowOptions extends ServerOptions {
	readonly reveal?: boolean;
}

/** `localhook show`: one delivery whole. */
export function show(command: Command, context: CommandContext): void {
	addServerOptions(command)
		.argument("<delivery>", "its id or the start of it, or latest")
		.option("--reveal", "show secrets and credentials")
		.addHelpText("after", examples("show"))
		.action(async (id: string, options: ShowOptions) => {
			const { client, print } = connect(context, options);
			const { reveal } = options;
			const delivery = await client.get<Delivery>(pathOf(id), {
				query: { reveal: reveal ? "true" : undefined },
			});
			if (reveal)
				await maskSecretsOf(client, context.io, JSON.stringify(delivery));
			print({ kind: "delivery", delivery }, linesOf(delivery));
		});
}

/** `localhook attempt`: the next attempt of a waiting delivery, at once. */
export function attempt(command: Command, context: CommandContext): void {
	addServerOptions(command)
		.argument("<delivery>", "its id or the start of it, or latest")
		.addHelpText("after", examples("attempt"))
		.action(async (id: string, options: ServerOptions) => {
			const { client, print } = connect(context, options);
			const path = `${pathOf(id)}/attempt`;
			const delivery = await client.post<Delivery>(path, { timeout: 120_000 });
			print({ kind: "delivery", delivery }, linesOf(delivery));
		});
}

function pathOf(id: string): string {
	return `/deliveries/${encodeURIComponent(id)}`;
}

/** What it is, every attempt on a line, and the last exchange in full. */
function linesOf(delivery: Delivery): string[] {
	const { id, state, reason, event, endpoint, attempts, planned } = delivery;
	const last = attempts.at(-1);
	return [
		`${id}  ${state}${reason === undefined ? "" : ` (${reason})`}`,
		`event     ${event.provider} ${event.type} ${event.id}`,
		`endpoint  ${endpoint}`,
		...table(attempts.map(cellsOf), Number.POSITIVE_INFINITY),
		...plannedLines(planned ?? []),
		`> POST ${last?.url ?? delivery.url}`,
		...headerLines(">", last?.headers ?? {}),
		">",
		...bodyLines(">", delivery.body),
		...(last?.response === undefined
			? []
			: [
					`< ${last.response.status}`,
					...headerLines("<", last.response.headers),
					"<",
					...bodyLines("<", last.response.body),
				]),
	].map(printableLine);
}

function plannedLines(planned: readonly string[]): string[] {
	const rest = planned.length - mostPlanned;
	return [
		...planned.slice(0, mostPlanned),
		...(rest > 0 ? [`${rest} more until ${planned.at(-1)}`] : []),
	].map((text) => `planned   ${text}`);
}

function cellsOf({ number, at, duration, ...made }: Attempt): string[] {
	const { response, error, fault } = made;
	const ended = response?.status ?? `${error?.code}: ${error?.message}`;
	const how = fault === undefined ? `${ended}` : `${ended} (fault: ${fault})`;
	return [`attempt   #${number}`, at, formatDuration(duration), how];
}

function headerLines(mark: string, headers: Headers): string[] {
	return Object.entries(headers).flatMap(([name, values]) =>
		[values].flat().map((value) => `${mark} ${name}: ${value}`),
	);
}

function bodyLines(mark: string, body: string): string[] {
	return body === "" ? [] : body.split("\n").map((line) => `${mark} ${line}`);
}

function examples(name: string): string {
	return `
Examples:
  $ localhook ${name} latest
  $ localhook ${name} dlv_2Mj9nKy4d0kHljlv0pww
`;
}
