import { constants } from "node:os";
import type { Command } from "commander";
import pc from "picocolors";
import { dateTime, type Page } from "../engine/entry-lines.ts";
import type { ErrorCode } from "../errors.ts";
import { commandLine } from "../generated/command-line.ts";
import {
	lineWidth,
	printable,
	printableColours,
	printableLine,
} from "../printing.ts";

/** Where a command reads and writes. What it writes, a terminal and a CI log only show. */
export type Io = ReturnType<typeof ioOf>;

interface Stream {
	write(data: string | Uint8Array): unknown;
	readonly isTTY?: boolean;
	readonly columns?: number;
}

export interface Host {
	on(signal: NodeJS.Signals, heard: (signal: NodeJS.Signals) => void): unknown;
	exit(code?: number): void;
}

/** The last one is what a terminal sends that is closed. */
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Aborted by the first signal that asks for the end, which is its reason. A second one ends the process at once. */
export function stopSignal(host: Host): AbortSignal {
	const controller = new AbortController();
	const stop = (signal: NodeJS.Signals) => {
		if (controller.signal.aborted) host.exit(exitCodeOfSignal(signal));
		controller.abort(signal);
	};
	for (const ending of endings) host.on(ending, stop);
	return controller.signal;
}

export interface Streams {
	readonly stdin: AsyncIterable<Uint8Array | string> & {
		readonly isTTY?: boolean;
		destroy?(): unknown;
	};
	readonly stdout: Stream;
	readonly stderr: Stream;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly host?: Host;
}

/** The only way to the terminal, in the only file that writes to it. */
export function ioOf(streams: Streams) {
	const { env, stderr, host = process as Host } = streams;
	const isInActions = env.GITHUB_ACTIONS === "true";
	return {
		// Node makes stdin when it is first asked for, which takes a while.
		get stdin() {
			return streams.stdin;
		},
		env,
		host,
		stdout: outputTo(streams.stdout, env),
		stderr: outputTo(stderr, env),
		/** Shows a line on a terminal until the next one, or none, takes its place. */
		showProgress(line: string): void {
			const { stdout } = streams;
			if (stdout.isTTY && env.TERM !== "dumb")
				stdout.write(`\r\u001b[K${printableLine(line)}`);
		},
		clear(): void {
			if (stderr.isTTY) stderr.write("\u001b[2J\u001b[3J\u001b[H");
		},
		isInActions,
		/**
		 * Tells GitHub Actions, where this runs in it, to hide a value in its log from here on, in every spelling in which
		 * something here, or a tool that is given it, prints it.
		 */
		mask(value = ""): void {
			if (!isInActions) return;
			for (const spelling of spellingsOf(value))
				stderr.write(`::add-mask::${dataOf(printable(spelling))}\n`);
		},
		annotate(kind: "error" | "warning", title: string, message: string): void {
			const name = dataOf(printable(title)).replace(/[:,]/g, " ");
			stderr.write(`::${kind} title=${name}::${dataOf(printable(message))}\n`);
		},
	};
}

/** Text is escaped; bytes are data for another program, and only a terminal is spared what it would obey. */
function outputTo(stream: Stream, env: Streams["env"]) {
	const { isTTY = false, columns } = stream;
	const escaped = coloursFor(stream, env).isColorSupported
		? printableColours
		: printable;
	return {
		write(data: string | Uint8Array): void {
			if (typeof data === "string") stream.write(escaped(data));
			else stream.write(isTTY ? printable(Buffer.from(data).toString()) : data);
		},
		isTTY,
		...(columns !== undefined && { columns }),
	};
}

function spellingsOf(value: string): Iterable<string> {
	const bytes = Buffer.from(value);
	const hex = bytes.toString("hex");
	const base64 = bytes.toString("base64");
	return new Set(
		[
			value,
			hex,
			hex.toUpperCase(),
			base64,
			base64.replace(/=+$/, ""),
			bytes.toString("base64url"),
			JSON.stringify(value).slice(1, -1),
			encodeURIComponent(bytes.toString()),
		].filter((spelling) => spelling !== ""),
	);
}

/**
 * As the runner reads it back. It takes the command from stderr as well as from stdout, which stays data:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
function dataOf(value: string): string {
	return value
		.replaceAll("%", "%25")
		.replaceAll("\r", "%0D")
		.replaceAll("\n", "%0A");
}

export type Colours = ReturnType<typeof pc.createColors>;

/** In colour for a terminal, unless the user says otherwise: https://no-color.org and https://force-color.org */
export function coloursFor(
	{ isTTY = false }: { readonly isTTY?: boolean },
	env: Streams["env"],
): Colours {
	const { NO_COLOR, FORCE_COLOR, TERM } = env;
	if (NO_COLOR) return pc.createColors(false);
	const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== "0";
	return pc.createColors(
		forced || (FORCE_COLOR !== "0" && isTTY && TERM !== "dumb"),
	);
}

/** Where lines of the journal are printed. A narrow terminal has shorter ones, down to 80 columns. */
export function pageOf(
	output: { readonly isTTY?: boolean; readonly columns?: number },
	env: Io["env"],
) {
	const columns = output.isTTY ? output.columns : undefined;
	const width = Math.max(80, Math.min(lineWidth, columns ?? lineWidth));
	const colours = coloursFor(output, env);
	return { time: dateTime, ask, width, colours } satisfies Page;
}

/** How to ask why a delivery was rejected. Asking makes the receiver work, so nobody asks unasked. */
export function ask(delivery: string): string {
	return `why: localhook explain ${delivery}`;
}

/** @param json whether it prints JSON; what has settings reads that with them */
export function printerOf(
	{ stdout, stderr }: Pick<Io, "stdout" | "stderr">,
	json: boolean,
) {
	/** Data: a line of JSON, or a line of text, or several; empty: nothing. */
	function print(value: Line, text: string | readonly string[]): void {
		if (json) stdout.write(`${JSON.stringify(value)}\n`);
		else if (text !== "") stdout.write(linesOf(text));
	}
	/** Talk, which JSON does without. */
	function say(text: string): void {
		if (!json) stderr.write(linesOf(text));
	}
	function list(
		values: readonly Line[],
		texts: readonly (string | readonly string[])[],
		none = "",
	): void {
		for (const [index, value] of values.entries())
			print(value, texts[index] ?? "");
		if (values.length === 0 && none !== "") say(none);
	}
	return { json, print, say, list };
}

export interface Line {
	readonly kind: string;
	readonly [field: string]: unknown;
}

/** A line break inside of one is somebody else's. */
function linesOf(text: string | readonly string[]): string {
	return [text]
		.flat()
		.map((line) => `${printableLine(line)}\n`)
		.join("");
}

export interface CommandContext extends ReturnType<typeof printerOf> {
	readonly io: Io;
	readonly words: readonly string[];
	/** Sets the exit code, where it is not 0 and there is no error. */
	finish(exitCode: number): void;
	program(words: readonly string[]): Promise<Command>;
}

export interface CommandDocument {
	readonly summary: string;
	readonly hidden?: boolean;
	readonly description?: string;
	readonly usage?: string;
	readonly json?: string;
	readonly arguments?: Readonly<Record<string, About>>;
	readonly options?: Readonly<Record<string, About>>;
	readonly help?: string;
	readonly commands?: Readonly<Record<string, CommandDocument>>;
}

export type About =
	| string
	| {
			readonly about: string;
			readonly default?: string | number;
			readonly choices?: readonly string[];
			readonly suggested?: readonly string[];
			readonly from?: number;
			readonly to?: number;
			readonly duration?: boolean;
			readonly many?: boolean;
			readonly conflicts?: readonly string[];
	  };

export type FillCommand = (
	command: Command,
	context: CommandContext,
	document: CommandDocument,
) => void;

const { exitCodes: documented } = commandLine;
type Name = keyof typeof documented;

export const exitCodes = Object.fromEntries(
	Object.entries(documented).map(([name, { code }]) => [name, code]),
) as Readonly<Record<Name, number>>;

const exits: readonly {
	code: number;
	meaning: string;
	errors?: ErrorCode[];
}[] = Object.values(documented);

export const exitCodeLines: string = exits
	.map(({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}\n`)
	.join("");

export function exitCodeOfSignal(signal: NodeJS.Signals): number {
	return 128 + constants.signals[signal];
}

export function exitCodeOf(error: ErrorCode): number {
	const ends = exits.find(({ errors = [] }) => errors.includes(error));
	return ends?.code ?? exitCodes.usage;
}
