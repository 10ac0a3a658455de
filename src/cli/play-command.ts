import { installedOf } from "../catalog.ts";
import { acceptedWrongly } from "../delivery/bad-signature.ts";
import { formatDuration } from "../duration.ts";
import { builtIn } from "../generated/built-in.ts";
import type { OptionsOf } from "../generated/command-line.ts";
import { play } from "../play/play.ts";
import type { ReadScenario, Scenario } from "../play/read-scenario.ts";
import type { Line } from "../play/stage.ts";
import { counted, printableLine } from "../printing.ts";
import {
	type Colours,
	coloursFor,
	exitCodes,
	type FillCommand,
	type Streams,
} from "./io.ts";
import { describe } from "./options.ts";

export const playCommand = played(async (file) => {
	// Loaded here, because a demo reads no YAML.
	const { readScenario } = await import("../play/read-scenario.ts");
	return readScenario(file);
});

export const demoCommand = played(demoOf);

function played(
	read: (source: string) => ReadScenario | Promise<ReadScenario>,
): FillCommand {
	return (command, { io, json, finish }, document) => {
		describe(command, document).action(
			async (source: string, options: OptionsOf<"play">) =>
				finish(await demo(await read(source), { ...options, json }, io)),
		);
	};
}

export async function demo(
	read: ReadScenario,
	{
		json = false,
		seed,
		receiver,
	}: Partial<OptionsOf<"play">> & { readonly json?: boolean },
	{ stdout, env }: Pick<Streams, "stdout" | "env">,
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

export function demoOf(provider: string): ReadScenario {
	installedOf([provider]);
	const scenario = builtIn[provider]?.demo() as Scenario;
	return { scenario, placeOf: () => undefined };
}

interface Rest {
	readonly end?: string;
	readonly good?: boolean;
	readonly note?: string;
}

type Tellers = {
	readonly [Kind in Line["kind"]]: (
		line: Extract<Line, { kind: Kind }>,
	) => string;
};

function createTranscript(colours: Colours): (line: Line) => string {
	const { bold, dim, green, red, yellow } = colours;

	/** `>` is to the provider, `<` from it. */
	function row(mark: string, what: string, { end, good, note }: Rest = {}) {
		const plain = printableLine(what);
		const said = mark === "!" ? yellow(plain) : plain;
		const paint = good ? green : yellow;
		const ended = end === undefined ? "" : ` -> ${paint(printableLine(end))}`;
		const noted = note ? `  ${dim(printableLine(note))}` : "";
		return `   ${dim(mark)} ${said}${ended}${noted}\n`;
	}
	const tellers: Tellers = {
		demo: ({ title, seed }) =>
			`${bold(printableLine(title))}  ${dim(printableLine(`seed ${seed}`))}\n`,
		chapter: ({ number, title }) => `\n${bold(`${number}. ${title}`)}\n`,
		call({ method, path, status, secret, shows = {} }) {
			const notes = Object.entries(shows).map(([name, value]) => {
				const text = typeof value === "string" ? value : JSON.stringify(value);
				return `${name} ${text}`;
			});
			if (secret !== undefined) notes.unshift(`signs with ${secret}`);
			return row(">", `${method} ${path}`, {
				end: String(status),
				good: status < 300,
				note: notes.join(", "),
			});
		},
		attempt(attempt) {
			const { event, number, after, ok, status, reason, sign } = attempt;
			const { verifiedBy, wronglyAccepted } = attempt;
			if (wronglyAccepted)
				return `${row("<", `${event.type} #${number} ${since(after)}`, { end: String(status) })}   ${red("x")} ${bold(red(printableLine(acceptedWrongly(sign ?? ""))))}\n`;
			const wrong = [
				sign === undefined ? "" : `signed with ${sign}`,
				status === undefined ? "" : `refused: ${reason}`,
			].filter((text) => text !== "");
			return row("<", `${event.type} #${number} ${since(after)}`, {
				end: String(status ?? reason),
				good: ok,
				note: ok
					? `verified with ${verifiedBy.join(" and with ")}`
					: wrong.join(", "),
			});
		},
		plan({ after }) {
			const first = `planned: ${after.slice(0, shown).map(since).join(", ")}`;
			const rest = after.length - shown;
			const last = after.at(-1) ?? 0;
			return row(
				" ",
				rest > 0 ? `${first} and ${rest} more until ${since(last)}` : first,
			);
		},
		"given-up": ({ reason }) => row(" ", `failed: ${reason}`),
		waiting: ({ event }) => row("<", event.type, { end: "waits for its turn" }),
		outage: ({ outage }) =>
			row("!", `the receiver is ${outage === "none" ? "up" : outage}`),
		clock: ({ advanced }) => row("~", `${formatDuration(advanced)} later`),
		secret: ({ rotation, secret }) =>
			row("!", `secret: ${rotation}`, { note: `signs with ${secret}` }),
		faults: ({ faults }) => row("!", `faults: ${faults.join(", ") || "none"}`),
		resent: ({ bytes, headers }) =>
			row("=", `the same ${bytes} bytes and ${headers} headers as before`),
		unexpected({ place, expected, found }) {
			const where = place === undefined ? "" : `${printableLine(place)}: `;
			return `   ${red("x")} ${where}expected ${printableLine(expected)}, found ${red(printableLine(found))}\n`;
		},
		end({ ok, calls, attempts, played }) {
			const verdict = ok
				? green("All as it should be")
				: red("Not as it should be");
			return `\n${verdict}: ${counted(calls, "API call")}, ${counted(attempts, "attempt")}, ${formatDuration(played)} of the provider's time.\n`;
		},
	};
	return (line) => (tellers[line.kind] as (line: Line) => string)(line);
}

const shown = 5;

/** To the second: a drawn wait has milliseconds that say nothing. */
function since(milliseconds: number): string {
	return `+${formatDuration(milliseconds)}`;
}
