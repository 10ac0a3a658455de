import { acceptedWrongly } from "../delivery/bad-signature.ts";
import { formatDuration } from "../duration.ts";
import { dateTime } from "../engine/entry-lines.ts";
import { invalidOption, LocalhookError } from "../errors.ts";
import { commandLine } from "../generated/command-line.ts";
import {
	inQuotes,
	noted,
	printableLine,
	shortened,
	table,
} from "../printing.ts";
import { quotedUrl, webAddress, whyNoWebAddress } from "../web-address.ts";
import {
	type Client,
	createClient,
	deadline,
	pause,
	type Schemas,
	type ServerAddress,
} from "./client.ts";
import {
	ask,
	type CommandContext,
	type CommandDocument,
	type FillCommand,
	type Io,
} from "./io.ts";
import { describe } from "./options.ts";

export type Server = ReturnType<typeof connect>;

type Run = (server: Server, ...given: never[]) => Promise<void>;

/** A command that asks a running server, or a group of them, of which the first is meant where none is named. */
export function serverCommand(
	run: Run | Readonly<Record<string, Run>>,
): FillCommand {
	return (command, context, document) => {
		if (typeof run === "function") {
			const { json, options } = commandLine.server;
			describe(command, { options });
			describe(command, { json, ...document }).action((...given) =>
				run(connect(context, command.opts()), ...(given as never[])),
			);
			return;
		}
		describe(command, document);
		for (const [index, [name, inner]] of Object.entries(run).entries()) {
			const own = command.command(name, { isDefault: index === 0 });
			const { [name]: ofOwn } = document.commands ?? {};
			serverCommand(inner)(own, context, ofOwn as CommandDocument);
		}
	};
}

function connect(context: CommandContext, options: Partial<ServerAddress>) {
	const { io } = context;
	const client = createClient(serverAddress(options, io.env));
	return {
		...context,
		client,
		/** Masks every secret that the server knows, and those of receivers, and keys, that are in what will be printed. */
		async maskSecrets(printed = ""): Promise<void> {
			if (!io.isInActions) return;
			for (const [, ...found] of printed.matchAll(access))
				io.mask(found.find((each) => each !== undefined));
			const query = { reveal: true };
			const { secrets } = await client.get("/secrets", { query });
			for (const { value } of secrets) io.mask(value);
		},
	};
}

const access =
	/:\/\/[^\s"'/@:]*:([^\s"'/@]+)@|\b(?:Basic|Bearer) ([\w.~+/-]+=*)|hexkey:(\w+)/gi;

/** The server a command talks to: what its flags say, else the environment, else the default port of this machine. */
export function serverAddress(
	options: { readonly [Name in keyof ServerAddress]?: string | undefined },
	env: Io["env"],
): ServerAddress {
	const given = options.url || env.LOCALHOOK_URL;
	const token = options.token || env.LOCALHOOK_TOKEN || undefined;
	const url = (given || `http://127.0.0.1:${portIn(env)}`).trim();
	const read = webAddress(url);
	if (read === null) {
		const source = given === env.LOCALHOOK_URL ? "LOCALHOOK_URL" : "--url";
		throw invalidOption(
			`Invalid ${source} ${quotedUrl(url)}: ${whyNoWebAddress(url)}. Give one such as http://127.0.0.1:4600.`,
		);
	}
	if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
		throw new LocalhookError(
			"invalid-credential",
			"Failed to read the token: it holds characters that no header may. Give the one that the server printed at its start.",
		);
	return { url: `${read.origin}${read.pathname}`.replace(/\/+$/, ""), token };
}

/** At 0 a server picks one, and only its output says which. */
function portIn({ LOCALHOOK_PORT: text }: Io["env"]): number {
	if (!text) return 4600;
	const port = Number(text);
	if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
	throw invalidOption(
		`LOCALHOOK_PORT: it must be a whole number from 1 to 65535, not ${quotedUrl(text)}.`,
	);
}

/** Waits until a server answers, or until no localhook answers any more; gives what it says of its health. */
export async function until(
	wanted: "ready" | "gone",
	client: Client,
	timeout: number,
): Promise<object> {
	const end = deadline(timeout);
	const patience =
		wanted === "gone" ? 2000 : Math.max(Math.min(timeout, 2000), 1);
	const lasted = formatDuration(timeout);
	for (;;) {
		const health = await client
			.get("/health", { timeout: patience })
			.catch(undefinedIfUnready);
		if ((health === undefined) === (wanted === "gone")) return health ?? {};
		if (end.aborted)
			throw new LocalhookError(
				"wait-timed-out",
				wanted === "gone"
					? `Failed to stop localhook at ${client.url}: it still answers after ${lasted}. Try again with a longer --timeout.`
					: `Failed to wait for localhook at ${client.url}: it was not ready within ${lasted}. Start it with "localhook start", or give a longer --timeout.`,
			);
		await pause(50);
	}
}

/** A proxy in front of it, or the server itself, may answer with 5xx while it starts. */
function undefinedIfUnready(error: LocalhookError): undefined {
	if (!["server-unreachable", "unexpected"].includes(error.code)) throw error;
}

export function deliveryLines(
	list: readonly Schemas["DeliverySummary"][],
): string[] {
	const lines = table(
		list.map(({ id, provider, event, url, state }) => {
			return [id, provider, event.type, url, state];
		}),
	);
	return list.flatMap((each, index) => [
		lines[index] ?? "",
		...alarmOf(each),
		...historyOf(each),
	]);
}

/** What came of a delivery that was signed wrongly on purpose and not accepted: a refusal is what was wanted. */
export function refusalOf({
	id,
	state,
	lastStatus,
	sign,
}: Schemas["DeliverySummary"]): string {
	const wrong = `a delivery that is signed wrongly (${sign})`;
	if (lastStatus === undefined || state === "pending")
		return `There is no answer yet to ${wrong}: "localhook show ${id}".`;
	if (lastStatus >= 400 && lastStatus < 500)
		return `Refused with ${lastStatus}: the receiver is right, it was ${wrong}.`;
	if (state === "delivered")
		return `Accepted with ${lastStatus}, as it may be: ${sign} is still valid.`;
	return `Not accepted, but ${lastStatus} is no refusal: answer ${wrong} with 401.`;
}

/** What nobody may overlook, on a line of its own. */
export function alarmOf({
	wronglyAccepted,
	sign = "",
}: Pick<Schemas["DeliverySummary"], "wronglyAccepted" | "sign">): string[] {
	if (!wronglyAccepted) return [];
	return noted(acceptedWrongly(sign).split(" "));
}

function historyOf(delivery: Schemas["DeliverySummary"]): string[] {
	const { state, attempts, reason, nextAt, lastStatus, lastError } = delivery;
	const { id, sign, lastSays, lastAnswer } = delivery;
	const says = lastSays === undefined ? "" : `: ${lastSays}`;
	const isRejected = state !== "delivered" && sign === undefined;
	// Of a refused receiver, both say the same.
	const last = lastStatus ?? (lastError === reason ? undefined : lastError);
	const isTold = attempts > (state === "delivered" ? 1 : 0);
	const known = [
		isTold && (attempts === 1 ? "1 attempt" : `${attempts} attempts`),
		isTold && last !== undefined && `last ${last}${says}`,
		isTold && lastAnswer && `answered ${inQuotes(shortened(lastAnswer, 50))}`,
		isTold && nextAt !== undefined && `next attempt ${dateTime(nextAt)}`,
		reason,
	];
	const words = known.filter(Boolean).join(", ").split(" ").filter(Boolean);
	const why = isTold && isRejected && (lastStatus ?? 0) >= 300 ? [ask(id)] : [];
	return [...noted(words), ...noted(why)];
}

export function dueLine(due: NonNullable<Schemas["Due"]>): string {
	const { at, delivery, provider, event, attempt } = due;
	const what = `${event.type} #${attempt}`;
	return printableLine([dateTime(at), provider, what, delivery].join("  "));
}
