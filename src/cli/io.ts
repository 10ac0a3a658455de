import type { Command } from "commander";
import pc from "picocolors";
import { printable, printableColours } from "../printing.ts";
import { exitCodeOfSignal } from "./exit-codes.ts";

/** Where a command reads and writes. What it writes, a terminal and a CI log only show. */
export interface Io {
	readonly stdin: AsyncIterable<Uint8Array | string>;
	readonly stdout: Output;
	readonly stderr: Output;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Where signals arrive, and what ends everything at once. */
	readonly host: Host;
	readonly isInActions: boolean;
	/**
	 * Tells GitHub Actions, where this runs in it, to hide a value in its log from here on, in every spelling in which
	 * something here, or a tool that is given it, prints it.
	 */
	mask(value: string | undefined): void;
}

export interface Output {
	/** Text is escaped; bytes are data for another program, and only a terminal is spared what it would obey. */
	write(data: string | Uint8Array): void;
	readonly isTTY?: boolean;
	readonly columns?: number;
}

/** The process around a command. */
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

/** A stream as it is; `process` has three of them. */
interface Stream {
	write(data: string | Uint8Array): unknown;
	readonly isTTY?: boolean;
	readonly columns?: number;
}

export interface Streams extends Pick<Io, "stdin" | "env"> {
	readonly stdout: Stream;
	readonly stderr: Stream;
	/** Default, this process. */
	readonly host?: Host;
}

/**
 * The only way to the terminal, in the only file that writes to it.
 *
 * @example
 * const io = ioOf(process)
 */
export function ioOf(streams: Streams): Io {
	const { env, stderr, host = process } = streams;
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
		isInActions,
		mask(value = "") {
			if (!isInActions) return;
			for (const spelling of spellingsOf(value))
				stderr.write(`::add-mask::${dataOf(printable(spelling))}\n`);
		},
	};
}

function outputTo(stream: Stream, env: Io["env"]): Output {
	const escaped = coloursFor(stream, env).isColorSupported
		? printableColours
		: printable;
	return {
		write(data) {
			if (typeof data === "string") stream.write(escaped(data));
			else
				stream.write(
					stream.isTTY ? printable(Buffer.from(data).toString()) : data,
				);
		},
		get isTTY() {
			return stream.isTTY ?? false;
		},
		...(stream.columns !== undefined && { columns: stream.columns }),
	};
}

/** As text, in JSON, in hexadecimal, in both alphabets of base64, and as a part of a URL; each once. */
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
	env: Readonly<Record<string, string | undefined>>,
): Colours {
	const { NO_COLOR, FORCE_COLOR, TERM } = env;
	if (NO_COLOR) return pc.createColors(false);
	const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== "0";
	return pc.createColors(
		forced || (FORCE_COLOR !== "0" && isTTY && TERM !== "dumb"),
	);
}

/** What a command of the command line gets in addition to its arguments. */
export interface CommandContext {
	readonly io: Io;
	/** All command-line arguments. */
	readonly words: readonly string[];
	/** Whether it prints JSON; what has settings reads that with them. */
	readonly json: boolean;
	/** Sets the exit code, where it is not 0 and there is no error. */
	finish(exitCode: number): void;
	/** The program for these arguments, to look at it. */
	program(words: readonly string[]): Promise<Command>;
}

/** Gives a command its arguments, options, help and action. */
export type FillCommand = (command: Command, context: CommandContext) => void;
