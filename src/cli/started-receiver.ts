import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Effects } from "../check/effects.ts";
import { createSystemClock, pause } from "../delivery/clock.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { inQuotes, shortened } from "../printing.ts";
import { environmentOf } from "./exec-command.ts";
import { createGroup } from "./process-group.ts";

export type Started = Awaited<ReturnType<typeof startReceiver>>;

/** Milliseconds. */
const patience = 30_000;
const interval = 50;
const grace = 5000;
/** What ends by a request may do so after its connection. */
const moment = 1000;
/** Characters of what it prints, for who wants to know why it ended. */
const kept = 2000;
const longestWords = 300;

/**
 * Starts a receiver, and waits until it listens.
 *
 * @throws LocalhookError `port-in-use`, `command-not-found`, `command-not-executable`; `server-unreachable` if it does not listen, `wait-timed-out` at the deadline
 */
export async function startReceiver(
	command: readonly string[],
	url: string,
	variables: Readonly<Record<string, string>>,
	stop: AbortSignal,
	deadline: number,
) {
	const clock = createSystemClock();
	const { hostname, port } = new URL(url);
	const host = hostname.replace(/^\[(.*)\]$/, "$1");
	if (await listens(host, Number(port)))
		throw new LocalhookError(
			"port-in-use",
			`Failed to start ${quoted(command[0])}: something listens at ${hostname}:${port} already, such as an earlier run of it, and would be checked in its place. End that, or leave the URL out and give --path: then the command gets a free port as PORT.`,
		);
	let printed = "";
	// With a line break before each line of which nothing is cut.
	let errors = "\n";
	let ending: Error | string | undefined;
	const group = createGroup(clock);
	const { child, ended } = group.start(command, {
		env: { ...environmentOf(process.env, [], url), PORT: port, ...variables },
		stdio: ["ignore", "pipe", "pipe"],
	});
	for (const stream of [child.stdout, child.stderr])
		stream?.on("data", (chunk: Buffer) => {
			printed = (printed + chunk).slice(-kept);
			if (stream === child.stderr) errors = (errors + chunk).slice(-kept);
		});
	const closed = new Promise((resolve) => child.once("close", resolve));
	const exited = ended
		.then((code) => `it ended with code ${code}`)
		.catch((error: Error) => error)
		.then((how) => {
			ending = how;
		});
	async function end(): Promise<void> {
		await group.end(grace);
		// Its port is open until its last thread has ended, and a process counts as dead before.
		await exited;
	}
	const until = clock.stopwatch() + Math.min(patience, deadline);
	while (!(await listens(host, Number(port)))) {
		const isOver = clock.stopwatch() > until || stop.aborted;
		if (ending === undefined && !isOver) {
			await pause(interval);
			continue;
		}
		const isLate = ending === undefined && deadline <= patience;
		const what = ending ?? "it did not listen in time";
		await end();
		if (what instanceof Error) throw what;
		const said = printed.trim() && ` It printed: ${printed.trim()}`;
		throw new LocalhookError(
			isLate ? "wait-timed-out" : "server-unreachable",
			`Failed to check "${command[0]}": ${what}. It has to listen on port ${port}, which PORT holds.${said}`,
		);
	}
	/** How it has ended by itself, or does so within a moment; undefined: it runs. */
	async function fate(): Promise<string | undefined> {
		// What it wrote last may come after its exit.
		await Promise.race([Promise.all([exited, closed]), pause(moment)]);
		const isOver = typeof ending === "string";
		return isOver ? `${ending}.${lastWords(errors)}` : undefined;
	}
	return { end, fate, words: () => lastWords(errors) };
}

/** What it wrote last as an error, if anything. Lines that are indented are of a stack. */
function lastWords(errors: string): string {
	const lines = new Set(errors.match(/(?<=\n)\S.*/g));
	const words = shortened([...lines].slice(-4).join(" "), longestWords);
	return words && ` It wrote last: ${inQuotes(words)}`;
}

async function listens(host: string, port: number): Promise<boolean> {
	const socket = connect(port, host);
	const isOpen = once(socket, "connect").then(
		() => true,
		() => false,
	);
	return isOpen.finally(() => socket.destroy());
}

let given = 0;

/**
 * A port below those that a system gives to whoever asks for any: between the look and the start, nobody else takes it.
 * No other process of localhook looks at it in the same moment either.
 */
export async function freePort(): Promise<number> {
	for (;;) {
		const port = 20_000 + ((process.pid * 8 + given++) % 12_000);
		if (!(await listens("127.0.0.1", port))) return port;
	}
}

export async function countEffects() {
	let count = 0;
	let refuses = false;
	const server = createServer((request, response) => {
		const isRefused = refuses && request.method === "POST";
		if (isRefused) refuses = false;
		else if (request.method === "POST") count++;
		request.resume();
		response.writeHead(isRefused ? 503 : 200).end(String(count));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	server.unref();
	// A receiver's client that keeps its connection would now and then send on one that is being closed.
	server.keepAliveTimeout = 0;
	const { port } = server.address() as AddressInfo;
	const effects: Effects = { read: async () => count, isOptional: true };
	return {
		effects,
		variables: { LOCALHOOK_EFFECTS_URL: `http://127.0.0.1:${port}/` },
		/** Refuses the next effect, so that the receiver's work fails. */
		async fail() {
			refuses = true;
			return () => {
				const hasRefused = !refuses;
				refuses = false;
				return hasRefused;
			};
		},
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}
