import { formatDuration } from "../../duration.ts";
import { invalidOption } from "../../errors.ts";
import type { OptionsOf } from "../../generated/command-line.ts";
import { noted, printableJson, shellComment, table } from "../../printing.ts";
import type { Schemas } from "../client.ts";
import {
	alarmOf,
	deliveryLines,
	refusalOf,
	type Server,
	serverCommand,
} from "../connect.ts";
import { readInput, readJson, writeOutput } from "../files.ts";
import { ask, exitCodes, type Io } from "../io.ts";

/** Deliveries of many events are for `log`. */
const mostShown = 20;

export const send = serverCommand(
	async (
		server,
		provider: string,
		type: string,
		options: OptionsOf<"send">,
	) => {
		const { to, endpoint, workspace, count, sign, unchecked } = options;
		const content = await contentOf(options, server.io);
		const how = { to, endpoint, workspace, count, sign, unchecked };
		const body = { provider, type, ...content, ...how };
		if (options.dryRun) return plan(server, body);
		const { wait } = options;
		const { client, print, say } = server;
		const sent = (await client.post("/events", {
			body: { ...body, wait },
			// Each of many events goes through the whole of the server's work.
			timeout: 120_000,
			onSlow: () => say(slow),
		})) as Schemas["Published"];
		const { event, deliveries, note } = sent;
		const lines = deliveryLines(deliveries.slice(0, mostShown));
		const rest = deliveries.length - mostShown;
		if (rest > 0) lines.push(`and ${rest} more deliveries`);
		const times = sent.count > 1 ? `  and ${sent.count - 1} more` : "";
		print({ kind: "sent", ...sent }, [
			`${event.id}  ${provider}  ${type}${times}`,
			...lines,
		]);
		if (note !== undefined) say(note);
		if (wait) await sayOutcome(deliveries, server);
	},
);

async function contentOf(
	{ set, merge, payload, body }: OptionsOf<"send">,
	io: Io,
): Promise<object> {
	if (body !== undefined)
		return { body: (await readInput(body, io)).toString("base64") };
	if (merge === "-" && payload === "-")
		throw invalidOption(
			'Invalid --merge "-": --payload reads stdin already. Give one of them a file.',
		);
	return {
		...(payload !== undefined && { payload: await readJson(payload, io) }),
		...(merge !== undefined && { merge: await readJson(merge, io) }),
		...(set !== undefined && {
			set: Object.fromEntries(set.map(readAssignment)),
		}),
	};
}

/** A shell script: for each request what sends it, and what recomputes its signature. */
async function plan(
	{ client, io, json, say, maskSecrets }: Server,
	body: object,
): Promise<void> {
	const planned = (await client.post("/events", {
		body: { ...body, dryRun: true },
	})) as Schemas["DryRun"];
	// The signature is recomputed with the secret itself.
	await maskSecrets(JSON.stringify(planned));
	const lines = planned.requests.flatMap((request) => {
		if (json) return printableJson({ kind: "request", ...request });
		const { endpoint, url, curl, openssl } = request;
		return [shellComment(`${endpoint} ${url}`), curl, openssl ?? []].flat();
	});
	if (lines.length > 0)
		await writeOutput("-", Buffer.from(`${lines.join("\n")}\n`), io);
	if (planned.note !== undefined) say(planned.note);
}

function readAssignment(text: string): [path: string, value: string] {
	const at = text.indexOf("=");
	if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
	throw invalidOption(
		`Failed to read --set "${text}": it is not an assignment. Give path=value, such as status=PAUSED or items[0].name=first.`,
	);
}

const slow =
	"Waiting for the first attempt, 30s at most. --no-wait does without.";

/** Tells what deliveries wait for, and how to go on; of many, for the first that has not arrived. */
async function sayOutcome(
	deliveries: readonly Schemas["DeliverySummary"][],
	{ client, say, json, finish }: Server,
): Promise<void> {
	const refused = deliveries.some(
		({ lastErrorCode }) => lastErrorCode === "refused-receiver",
	);
	if (refused) finish(exitCodes.usage);
	else if (deliveries.some(({ wronglyAccepted }) => wronglyAccepted))
		finish(exitCodes.failed);
	const [wrong] = deliveries.filter(({ sign }) => sign !== undefined);
	if (wrong !== undefined && !wrong.wronglyAccepted) say(refusalOf(wrong));
	const late = deliveries.filter(
		({ state, sign }) => state !== "delivered" && sign === undefined,
	);
	const [first] = late;
	if (json || first === undefined) return;
	const { id, provider, endpoint, attempts, held, nextAt } = first;
	if (nextAt !== undefined) {
		// What was sent was sent, even if the server is gone by now.
		const clock = await client.get("/clock").catch(() => undefined);
		if (clock === undefined) return;
		const left = Math.max(0, Date.parse(nextAt) - Date.parse(clock.now));
		const next =
			clock.mode === "real"
				? `"localhook attempt ${id}" makes it now.`
				: `"localhook clock next" makes it now, "localhook clock advance <duration>" lets time pass.`;
		say(
			`Attempt ${attempts + 1} of ${id} is due in ${formatDuration(left)} by the ${clock.mode} clock. ${next}`,
		);
	} else if (held !== undefined)
		say(
			`${id} is held: ${held}. "localhook endpoint resume ${provider} ${endpoint}" lets it go on.`,
		);
	else if (first.state === "pending")
		say(
			`${id} waits for the receiver's answer, or behind an earlier delivery. "localhook wait id:${id} state:delivered" waits on.`,
		);
	if (attempts > 0)
		say(`"localhook show ${id}" shows the request and what came back.`);
	if (late.length > 1)
		say(
			`${late.length} have not arrived: "localhook log -- -state:delivered".`,
		);
}

export const show = serverCommand(
	async (server, id: string, { reveal }: OptionsOf<"show">) => {
		const delivery = await server.client.get("/deliveries/{id}", {
			params: { id },
			query: { reveal },
		});
		if (reveal) await server.maskSecrets(JSON.stringify(delivery));
		server.print({ kind: "delivery", delivery }, linesOf(delivery));
	},
);

export const attempt = serverCommand(async ({ client, print }, id: string) => {
	const delivery = await client.post("/deliveries/{id}/attempt", {
		params: { id },
		timeout: 120_000,
	});
	print({ kind: "delivery", delivery }, linesOf(delivery));
});

export const resend = serverCommand(
	async (server, id: string, options: OptionsOf<"resend">) => {
		const { exact = false, resign = false, endpoint, wait } = options;
		if (!exact && !resign)
			throw invalidOption(
				`Failed to resend "${id}": say how. Give --exact for the same bytes and headers, with the old time and signature; ` +
					"or --resign for the same body, with a new time and signature.",
			);
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

function linesOf(delivery: Schemas["Delivery"]): string[] {
	const { id, state, reason, event, endpoint, attempts, planned } = delivery;
	const { sign } = delivery;
	const last = attempts.at(-1);
	const response = last?.response;
	const isRejected =
		last?.ok === false && sign === undefined && response !== undefined;
	return [
		`${id}  ${state}${reason === undefined ? "" : ` (${reason})`}`,
		`event     ${event.provider} ${event.type} ${event.id}`,
		`endpoint  ${endpoint}`,
		...alarmOf(delivery),
		...table(attempts.map(cellsOf), Number.POSITIVE_INFINITY),
		...(isRejected ? noted([last?.says ?? [], ask(id)].flat()) : []),
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
