import type { Command } from "commander";
import { installedOf } from "../catalog.ts";
import { formatDuration } from "../duration.ts";
import { builtIn } from "../generated/built-in.ts";
import { commandLine } from "../generated/command-line.ts";
import type { AttemptLine, Line } from "../play/line.ts";
import { play } from "../play/play.ts";
import type { ReadScenario } from "../play/read-scenario.ts";
import type { Scenario } from "../play/scenario.ts";
import { printableLine } from "../printing.ts";
import { exitCodes } from "./exit-codes.ts";
import {
	type Colours,
	type CommandContext,
	coloursFor,
	type Io,
} from "./io.ts";
import { describe } from "./options.ts";

export function playCommand(
	command: Command,
	{ io, json, finish }: CommandContext,
): void {
	describe(command, commandLine.commands.play).action(
		async (file: string, options: PlayOptions) => {
			// Loaded here, because a demo reads no YAML.
			const { readScenario } = await import("../play/read-scenario.ts");
			const read = await readScenario(file);
			finish(await demo(read, { ...options, json }, io));
		},
	);
}

export function demoCommand(
	command: Command,
	{ io, json, finish }: CommandContext,
): void {
	describe(command, commandLine.commands.demo).action(
		async (provider: string, options: PlayOptions) => {
			finish(await demo(demoOf(provider), { ...options, json }, io));
		},
	);
}

interface PlayOptions {
	readonly json?: boolean;
	readonly seed?: string;
	readonly receiver?: string;
}

/** Plays a scenario to stdout; gives the exit code. */
export async function demo(
	read: ReadScenario,
	{ json = false, seed, receiver }: PlayOptions,
	{ stdout, env }: Pick<Io, "stdout" | "env">,
): Promise<number> {
	const write = json
		? (line: Line) => `${JSON.stringify(line)}\n`
		: createTranscript(coloursFor(stdout, env));
	const ok = await play(read, {
		seed,
		receiver,
		tell: (line) => void stdout.write(write(line)),
	});
	return ok ? exitCodes.done : exitCodes.failed;
}

/** @throws LocalhookError `unknown-provider` */
export function demoOf(provider: string): ReadScenario {
	installedOf([provider]);
	const scenario = builtIn[provider]?.demo() as Scenario;
	return { scenario, placeOf: () => undefined };
}

/** One line of a chapter, before any colour. */
interface Row {
	/** `>` to the provider, `<` from it. */
	readonly mark: ">" | "<" | "!" | "~" | "=" | " ";
	readonly what: string;
	readonly end?: string;
	readonly good?: boolean;
	readonly note?: string;
}

/** Writes what a demo tells for a person to read, each line with its line break. */
function createTranscript(colours: Colours): (line: Line) => string {
	const { bold, dim, green, red, yellow } = colours;

	function paint({ mark, what, end, good, note }: Row): string {
		const said =
			mark === "!" ? yellow(printableLine(what)) : printableLine(what);
		const ended =
			end === undefined
				? ""
				: ` -> ${(good ? green : yellow)(printableLine(end))}`;
		const noted = note ? `  ${dim(printableLine(note))}` : "";
		return `   ${dim(mark)} ${said}${ended}${noted}\n`;
	}
	return (line) => {
		switch (line.kind) {
			case "demo":
				return `${bold(printableLine(line.title))}  ${dim(printableLine(`seed ${line.seed}`))}\n`;
			case "chapter":
				return `\n${bold(`${line.number}. ${line.title}`)}\n`;
			case "unexpected":
				return `   ${red("x")} ${line.place === undefined ? "" : `${printableLine(line.place)}: `}expected ${printableLine(line.expected)}, found ${red(printableLine(line.found))}\n`;
			case "end":
				return `\n${line.ok ? green("All as it should be") : red("Not as it should be")}: ${summaryOf(line)}\n`;
			default:
				return paint(rowOf(line));
		}
	};
}

function rowOf(
	line: Exclude<Line, { kind: "demo" | "chapter" | "unexpected" | "end" }>,
): Row {
	switch (line.kind) {
		case "call":
			return {
				mark: ">",
				what: `${line.method} ${line.path}`,
				end: String(line.status),
				good: line.status < 300,
				note: [
					...(line.secret === undefined ? [] : [`signs with ${line.secret}`]),
					...Object.entries(line.shows ?? {}).map(
						([name, value]) =>
							`${name} ${typeof value === "string" ? value : JSON.stringify(value)}`,
					),
				].join(", "),
			};
		case "attempt":
			return attemptRow(line);
		case "plan":
			return { mark: " ", what: planOf(line.after) };
		case "given-up":
			return { mark: " ", what: `failed: ${line.reason}` };
		case "waiting":
			return { mark: "<", what: line.event.type, end: "waits for its turn" };
		case "outage":
			return {
				mark: "!",
				what: `the receiver is ${line.outage === "none" ? "up" : line.outage}`,
			};
		case "clock":
			return { mark: "~", what: `${formatDuration(line.advanced)} later` };
		case "secret":
			return {
				mark: "!",
				what: `secret: ${line.rotation}`,
				note: `signs with ${line.secret}`,
			};
		case "faults":
			return { mark: "!", what: `faults: ${line.faults.join(", ") || "none"}` };
		case "resent":
			return {
				mark: "=",
				what: `the same ${line.bytes} bytes and ${line.headers} headers as before`,
			};
	}
}

function attemptRow(line: AttemptLine): Row {
	const { event, number, after, ok, status, reason, sign, verifiedBy } = line;
	return {
		mark: "<",
		what: `${event.type} #${number} ${since(after)}`,
		end: String(status ?? reason),
		good: ok,
		note: ok
			? `verified with ${verifiedBy.join(" and with ")}`
			: [
					...(sign === undefined ? [] : [`signed with ${sign}`]),
					...(status === undefined ? [] : [`refused: ${reason}`]),
				].join(", "),
	};
}

const shown = 5;

function planOf(after: readonly number[]): string {
	const first = after.slice(0, shown).map(since).join(", ");
	const last = after.at(-1);
	return after.length <= shown || last === undefined
		? `planned: ${first}`
		: `planned: ${first} and ${after.length - shown} more until ${since(last)}`;
}

function summaryOf({
	calls,
	attempts,
	played,
}: Extract<Line, { kind: "end" }>): string {
	return `${counted(calls, "API call")}, ${counted(attempts, "attempt")}, ${formatDuration(played)} of the provider's time.`;
}

/** To the second: a drawn wait has milliseconds that say nothing. */
function since(milliseconds: number): string {
	return `+${formatDuration(milliseconds)}`;
}

function counted(count: number, what: string): string {
	return `${count} ${what}${count === 1 ? "" : "s"}`;
}
