import type { Receivers } from "../config/receivers.ts";
import { setImmediate } from "../delivery/real-timers.ts";
import type { Engine } from "../engine/engine.ts";
import { entryLines } from "../engine/entry-lines.ts";
import { showEntry } from "../engine/entry-view.ts";
import { version } from "../generated/version.ts";
import { printableLine } from "../printing.ts";
import { banner } from "./banner.ts";
import type { Io } from "./io.ts";
import { mask } from "./mask.ts";
import { pageOf } from "./table.ts";

/** What a running server tells: a banner and a line for each thing that happens, or NDJSON. */
export interface Report {
	/** `token`: one that was made for this run, told this once. */
	ready(
		url: string,
		receiver: Receivers | undefined,
		token: string | undefined,
	): void;
	warn(message: string): void;
	/** Undefined: a client has asked for it. */
	stopped(signal: string | undefined): void;
}

export function createReport(
	engine: Engine,
	options: { readonly json: boolean; readonly quiet: boolean },
	io: Io,
): Report {
	const output = options.json ? io.stdout : io.stderr;
	let waiting = "";
	/** A call to the system for each line would cost more than all the rest of it. */
	const say = (line: string) => {
		if (waiting === "") setImmediate?.(flush);
		waiting += `${line}\n`;
	};
	const flush = () => {
		if (waiting !== "") output.write(waiting);
		waiting = "";
	};
	const tell = (text: string) => {
		flush();
		io.stderr.write(text);
	};
	const print = (value: object) => say(JSON.stringify(value));
	const page = pageOf(io.stderr, io.env);
	const { colours } = page;
	if (!options.quiet) {
		engine.journal.subscribe((entry) => {
			if (options.json) return print(showEntry(entry));
			for (const line of entryLines(showEntry(entry), page)) say(line);
		});
	}
	return {
		ready(url, receiver, token) {
			if (options.json) {
				const providers = [...engine.sessions.keys()].map((id) => ({
					id,
					url: `${url}/${id}`,
				}));
				const { mode, speed, now } = engine.time;
				print({
					kind: "ready",
					version,
					url,
					seed: engine.seed,
					clock: { mode, speed, now: new Date(now).toISOString() },
					providers,
					receiver: `${url}/_localhook/receiver`,
					token,
				});
			} else {
				// The banner shows the secrets where there is a receiver to verify with them.
				if (receiver !== undefined) mask(secretsOf(engine), io);
				tell(banner(colours, engine, url, receiver, token));
			}
		},
		warn(message) {
			tell(
				options.json
					? `${JSON.stringify({ kind: "warning", message })}\n`
					: `${colours.yellow(`Warning: ${printableLine(message)}`)}\n`,
			);
		},
		stopped(signal) {
			if (options.json) print({ kind: "stopped", signal });
			else tell(colours.dim(`\nstopped (${signal ?? "localhook stop"})\n`));
			flush();
		},
	};
}

function secretsOf(engine: Engine): string[] {
	return [...engine.sessions.values()].flatMap(({ provider, context }) =>
		provider.secrets(context),
	);
}
