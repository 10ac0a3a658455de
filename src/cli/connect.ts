import type { Command } from "commander";
import { wholeNumber } from "../config/kinds.ts";
import { formatDuration } from "../duration.ts";
import { LocalhookError } from "../errors.ts";
import { quotedUrl } from "../mask-url.ts";
import { printableLine } from "../printing.ts";
import { webAddress, whyNoWebAddress } from "../web-address.ts";
import {
	type Client,
	createClient,
	deadline,
	pause,
	type ServerAddress,
} from "./client.ts";
import type { CommandContext, FillCommand, Io } from "./io.ts";
import { addJsonOption } from "./options.ts";

interface ServerOptions extends Partial<ServerAddress> {
	readonly json?: boolean;
}

/** One line of what `--json` prints. */
interface Line {
	readonly kind: string;
	readonly [field: string]: unknown;
}

/** A running server, for a command that asks it, and where to tell of it. */
export type Server = ReturnType<typeof connect>;

/** A command that asks a running server. */
export function serverCommand<Given extends unknown[]>({
	summary,
	describe = () => {},
	help = "",
	run,
}: {
	/** Of a command in a group: the others have theirs in the table of commands. */
	readonly summary?: string;
	/** Gives it its arguments and options. */
	readonly describe?: (command: Command) => unknown;
	readonly help?: string;
	/** Gets the values of the arguments, then the options. */
	readonly run: (server: Server, ...given: Given) => Promise<void>;
}): FillCommand {
	return (command, context) => {
		command
			.option(
				"--url <url>",
				"the server; default: port LOCALHOOK_PORT or 4600 of this machine (env: LOCALHOOK_URL)",
			)
			.option("--token <text>", "the token it asks for (env: LOCALHOOK_TOKEN)");
		addJsonOption(command, "print NDJSON")
			.addHelpText("after", help)
			.action((...given) =>
				run(connect(context, command.opts()), ...(given as unknown as Given)),
			);
		if (summary !== undefined) command.description(summary);
		describe(command);
	};
}

/** A command of several, of which the first is meant where none is named. */
export function commandGroup(
	commands: Readonly<Record<string, FillCommand>>,
	help: string,
): FillCommand {
	return (command, context) => {
		command.addHelpText("after", help);
		for (const [index, [name, fill]] of Object.entries(commands).entries())
			fill(command.command(name, { isDefault: index === 0 }), context);
	};
}

function connect({ io, finish }: CommandContext, options: ServerOptions) {
	const { json = false } = options;
	const client = createClient(serverAddress(options, io.env));

	/** Data: a line of JSON with `--json`, else a line of text, or several; empty: nothing. */
	function print(value: Line, text: string | readonly string[]): void {
		if (json) io.stdout.write(`${JSON.stringify(value)}\n`);
		else if (text !== "") io.stdout.write(linesOf(text));
	}
	/** Talk, which `--json` does without. */
	function say(text: string): void {
		if (!json) io.stderr.write(linesOf(text));
	}
	return {
		client,
		io,
		finish,
		json,
		print,
		say,
		/** Each value with its text; or says that there is none. */
		list(
			values: readonly Line[],
			texts: readonly (string | readonly string[])[],
			none = "",
		): void {
			for (const [index, value] of values.entries())
				print(value, texts[index] ?? "");
			if (values.length === 0 && none !== "") say(none);
		},
		/**
		 * Masks every secret that the server knows, before something is printed that may hold one.
		 *
		 * @param printed what may also hold a receiver's password, in a URL or in a header
		 */
		async maskSecrets(printed = ""): Promise<void> {
			if (!io.isInActions) return;
			for (const [, inUrl, inHeader] of printed.matchAll(access))
				io.mask(inUrl ?? inHeader);
			const query = { reveal: "true" };
			const { secrets } = await client.get("/secrets", { query });
			for (const { value } of secrets) io.mask(value);
		},
	};
}

const access =
	/:\/\/[^\s"'/@:]*:([^\s"'/@]+)@|\b(?:Basic|Bearer) ([\w.~+/-]+=*)/gi;

/** A line break inside of one is somebody else's. */
function linesOf(text: string | readonly string[]): string {
	return [text]
		.flat()
		.map((line) => `${printableLine(line)}\n`)
		.join("");
}

/** At 0 a server picks one, and only its output says which. */
const port = wholeNumber("port", 1, 65_535);

/**
 * The server a command talks to: what its flags say, else the environment, else the default port of this machine.
 *
 * @throws LocalhookError `invalid-option`, `invalid-credential`
 */
export function serverAddress(
	options: {
		readonly url?: string | undefined;
		readonly token?: string | undefined;
	},
	env: Io["env"],
): ServerAddress {
	const given = options.url || env.LOCALHOOK_URL;
	const token = options.token || env.LOCALHOOK_TOKEN || undefined;
	const url = (given || `http://127.0.0.1:${portIn(env)}`).trim();
	const read = webAddress(url);
	if (read === null) {
		const source = given === env.LOCALHOOK_URL ? "LOCALHOOK_URL" : "--url";
		throw new LocalhookError(
			"invalid-option",
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

function portIn({ LOCALHOOK_PORT: text }: Io["env"]): number {
	if (!text) return 4600;
	try {
		return port.read([text]);
	} catch (error) {
		throw new LocalhookError(
			"invalid-option",
			`LOCALHOOK_PORT: ${(error as Error).message}`,
			{ cause: error },
		);
	}
}

/**
 * Waits until a server answers, or until no localhook answers any more; gives what it says of its health.
 *
 * @param timeout milliseconds
 * @throws LocalhookError `wait-timed-out`
 */
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
