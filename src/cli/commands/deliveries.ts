import { formatDuration } from "../../duration.ts";
import type { Schemas } from "../client.ts";
import { serverCommand } from "../connect.ts";
import { invalidOption, refuseTogether } from "../options.ts";
import { deliveryLines, table } from "../table.ts";
import { sayOutcome, slow } from "./send.ts";

export const show = serverCommand(
	"show",
	async (server, id: string, { reveal }: { reveal?: boolean }) => {
		const delivery = await server.client.get("/deliveries/{id}", {
			params: { id },
			query: { reveal: reveal ? "true" : undefined },
		});
		if (reveal) await server.maskSecrets(JSON.stringify(delivery));
		server.print({ kind: "delivery", delivery }, linesOf(delivery));
	},
);

/** The next attempt of a waiting delivery, at once. */
export const attempt = serverCommand(
	"attempt",
	async ({ client, print }, id: string) => {
		const delivery = await client.post("/deliveries/{id}/attempt", {
			params: { id },
			timeout: 120_000,
		});
		print({ kind: "delivery", delivery }, linesOf(delivery));
	},
);

const ways =
	"--exact for the same bytes and headers, with the old time and signature; or --resign for the same body, with a new time and signature";

interface ResendOptions {
	readonly exact?: boolean;
	readonly resign?: boolean;
	readonly endpoint?: string;
	readonly wait: boolean;
}

export const resend = serverCommand(
	"resend",
	async (server, id: string, options: ResendOptions) => {
		const { exact = false, resign = false, endpoint, wait } = options;
		refuseTogether(options, ["exact", "resign"], ways);
		if (!exact && !resign)
			throw invalidOption(`Failed to resend "${id}": say how. Give ${ways}.`);
		const delivery = await server.client.post("/deliveries/{id}/resend", {
			params: { id },
			body: { mode: exact ? "exact" : "resign", endpoint, wait },
			timeout: 120_000,
			onSlow: () => server.say(slow),
		});
		server.print({ kind: "resent", delivery }, deliveryLines([delivery]));
		if (wait) await sayOutcome([delivery], server);
	},
);

/** What it is, every attempt on a line, and the last exchange in full. */
function linesOf(delivery: Schemas["Delivery"]): string[] {
	const { id, state, reason, event, endpoint, attempts, planned } = delivery;
	const last = attempts.at(-1);
	const response = last?.response;
	return [
		`${id}  ${state}${reason === undefined ? "" : ` (${reason})`}`,
		`event     ${event.provider} ${event.type} ${event.id}`,
		`endpoint  ${endpoint}`,
		...table(attempts.map(cellsOf), Number.POSITIVE_INFINITY),
		...plannedLines(planned ?? []),
		`> POST ${last?.url ?? delivery.url}`,
		...messageLines(">", last?.headers, delivery.body),
		...(response === undefined
			? []
			: [
					`< ${response.status}`,
					...messageLines("<", response.headers, response.body),
				]),
	];
}

/** A schedule has many: the first three, and the last. */
function plannedLines(planned: readonly string[]): string[] {
	const rest = planned.length - 3;
	const more = rest > 0 ? [`${rest} more until ${planned.at(-1)}`] : [];
	return [...planned.slice(0, 3), ...more].map((text) => `planned   ${text}`);
}

function cellsOf(attempt: Schemas["Attempt"]): string[] {
	const { number, at, duration, response, error, fault } = attempt;
	const ended = response?.status ?? `${error?.code}: ${error?.message}`;
	const how = fault === undefined ? `${ended}` : `${ended} (fault: ${fault})`;
	return [`attempt   #${number}`, at, formatDuration(duration), how];
}

/** A header that came several times has a list. */
function messageLines(
	mark: string,
	headers: Readonly<Record<string, unknown>> = {},
	body: string,
): string[] {
	const fields = Object.entries(headers).flatMap(([name, values]) =>
		[values].flat().map((value) => `${mark} ${name}: ${value}`),
	);
	const lines = body === "" ? [] : body.split("\n");
	return [...fields, mark, ...lines.map((line) => `${mark} ${line}`)];
}
