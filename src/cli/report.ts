import { type Receivers, receiverFor } from "../config/receivers.ts";
import { setImmediate } from "../delivery/real-timers.ts";
import type { Engine } from "../engine/engine.ts";
import { dateTime, entryLines } from "../engine/entry-lines.ts";
import { showEntry } from "../engine/entry-view.ts";
import { version } from "../generated/version.ts";
import { lineWidth, printableLine, wrapped } from "../printing.ts";
import { maskUrl } from "../web-address.ts";
import { type Colours, type Io, pageOf } from "./io.ts";

export function createReport(
	engine: Engine,
	options: { readonly json: boolean; readonly quiet: boolean },
	io: Io,
) {
	const { json, quiet } = options;
	const output = json ? io.stdout : io.stderr;
	const page = pageOf(io.stderr, io.env);
	const { colours } = page;
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
	if (!quiet)
		engine.journal.subscribe((entry) => {
			if (json) return print(showEntry(entry));
			for (const line of entryLines(showEntry(entry), page)) say(line);
		});
	return {
		/** `token`: one that was made for this run, told this once. */
		ready(
			url: string,
			receiver: Receivers | undefined,
			token: string | undefined,
		): void {
			if (!json) {
				// The banner shows the secrets where there is a receiver to verify with them.
				if (receiver !== undefined)
					for (const { provider, context } of engine.sessions.values())
						for (const secret of provider.secrets(context)) io.mask(secret);
				tell(banner(colours, engine, url, receiver, token));
				return;
			}
			const ids = [...engine.sessions.keys()];
			const { mode, speed } = engine.time;
			const now = engine.clock.now();
			print({
				kind: "ready",
				version,
				url,
				seed: engine.seed,
				clock: { mode, speed, now: new Date(now).toISOString() },
				providers: ids.map((id) => ({ id, url: `${url}/${id}` })),
				receiver: `${url}/_localhook/receiver`,
				token,
			});
		},
		warn(message: string): void {
			const words = `Warning: ${printableLine(message)}`.split(" ");
			tell(
				json
					? `${JSON.stringify({ kind: "warning", message })}\n`
					: `${colours.yellow(wrapped(words, lineWidth).join("\n"))}\n`,
			);
		},
		/** Undefined: a client has asked for it. */
		stopped(signal: string | undefined): void {
			if (json) print({ kind: "stopped", signal });
			else tell(colours.dim(`\nstopped (${signal ?? "localhook stop"})\n`));
			flush();
		},
	};
}

export function banner(
	colours: Colours,
	engine: Engine,
	url: string,
	receiver: Receivers | undefined,
	token: string | undefined,
): string {
	const { bold, cyan, dim } = colours;
	const providers = [...engine.sessions].map(([id, { provider, context }]) => {
		const address = row(id, cyan(`${url}/${id}`));
		if (receiverFor(receiver, id) === undefined) return address;
		const secret = `secret ${provider.secrets(context)[0] ?? "none"}`;
		// On a line of its own, so that it is never broken in two.
		return address + row("", dim(secret));
	});
	const builtIn = cyan(`${url}/_localhook/receiver/<provider>`);
	const page = token === undefined ? "" : `#token=${token}`;
	const tokenRows =
		token === undefined
			? ""
			: row("token", token) +
				row("", dim("for curl: -H 'Authorization: Bearer <token>'"));
	return `
  ${bold("localhook")} ${version}   ${dim(circumstances(engine))}

${providers.join("")}
${row("receiver", builtIn + dim("  verifies what it gets"))}${row("inspector", cyan(`${url}/${page}`))}${tokenRows}${nextRows(colours, engine, url, receiver)}
`;
}

function circumstances({ seed, time, clock, faults }: Engine): string {
	const count = faults.list().length;
	return [
		`seed ${printableLine(seed)}`,
		...(time.mode === "real"
			? []
			: [`virtual clock at ${dateTime(new Date(clock.now()).toISOString())}`]),
		...(time.speed === 1 ? [] : [`${time.speed} times as fast`]),
		...(count === 0 ? [] : [`${count} ${count === 1 ? "fault" : "faults"}`]),
		"Ctrl-C stops",
	].join(" · ");
}

function nextRows(
	{ cyan, dim }: Colours,
	engine: Engine,
	url: string,
	receiver: Receivers | undefined,
): string {
	const { sessions } = engine;
	const [first] = sessions.values();
	const { id, events } = (sessions.get("prolific") ?? first)?.provider ?? {};
	const type = Object.keys(events ?? {})[0];
	const send = `curl ${url}/_localhook/events \\
                --json '{"provider":"${id}","type":"${type}"}'`;
	if (receiver === undefined)
		return (
			row("next", `curl ${url}/`) +
			row(
				"",
				dim("--receiver built-in registers the receiver with every provider"),
			)
		);
	const receivers = typeof receiver === "string" ? { "": receiver } : receiver;
	const rows = Object.entries(receivers).map(([id, each], index) => {
		const name = id === "" ? "" : id.padEnd(12);
		const to = cyan(printableLine(maskUrl(each)));
		return row(index === 0 ? "sending to" : "", name + to);
	});
	return rows.join("") + row("next", send);
}

function row(name: string, text: string): string {
	return `  ${name.padEnd(12)}${text}\n`;
}
