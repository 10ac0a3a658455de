import { Command, InvalidArgumentError } from "commander";
import { install, providerIds } from "../catalog.ts";
import {
	parseAllowedTarget,
	parseRewrite,
	type Rewrite,
} from "../delivery/targets.ts";
import { createEngine, unknownProvider } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import { type RunningServer, startServer } from "../server/server.ts";
import { exitCodes } from "./exit-codes.ts";
import { type Assignments, collect, collectAssignment } from "./repeated.ts";
import { createReport, type Report } from "./report.ts";

interface StartOptions {
	readonly port: number;
	readonly host?: string;
	readonly seed?: string;
	readonly target?: string;
	readonly strict: boolean;
	readonly json: boolean;
	readonly quiet: boolean;
	readonly handlers?: string;
	readonly credential: Assignments;
	readonly option: Assignments;
	readonly allowTarget: readonly string[];
	readonly allowHost: readonly string[];
	readonly rewrite: readonly Rewrite[];
}

/** `localhook start`: runs until it is told to stop. */
export function startCommand(finish: (exitCode: number) => void): Command {
	return new Command("start")
		.description(
			"Start providers and serve them until Ctrl-C. This is what localhook does without a command.",
		)
		.argument("[provider...]", "which ones; default: all")
		.option(
			"-p, --port <number>",
			"where to listen; 0 picks a free port",
			parsePort,
			4600,
		)
		.option(
			"--host <address>",
			"listen here instead of on both loopback addresses",
		)
		.option(
			"--seed <text>",
			"other ids, secrets and jitter; the same seed gives the same run",
		)
		.option(
			"-t, --target <url>",
			"register this receiver with every provider",
			parseTarget,
		)
		.option(
			"--strict",
			"enforce the providers' own rules that are relaxed on a laptop, such as https",
			false,
		)
		.option(
			"--credential <provider=value>",
			"accept only this credential (repeatable)",
			collectAssignment,
			{},
		)
		.option(
			"--option <provider.name=value>",
			"switch a behaviour of a provider (repeatable)",
			collectAssignment,
			{},
		)
		.option(
			"--allow-target <host[:port]>",
			"let deliveries go there too (repeatable)",
			collect(parseAllowedTarget),
			[],
		)
		.option(
			"--rewrite <origin=origin>",
			"send a public URL's deliveries elsewhere (repeatable)",
			collect(parseRewrite),
			[],
		)
		.option(
			"--allow-host <name>",
			"answer to this Host name too (repeatable)",
			collect((name) => name),
			[],
		)
		.option(
			"--handlers <file>",
			"ask these msw handlers of yours before the built-in ones",
		)
		.option("--json", "print NDJSON to stdout", false)
		.option("-q, --quiet", "print nothing for calls and attempts", false)
		.addHelpText("after", examples)
		.action(async (providers: string[], options: StartOptions) =>
			finish(await start(providers, options)),
		);
}

const examples = `
Examples:
  $ localhook start                                    all providers on http://127.0.0.1:4600
  $ localhook start prolific --target http://127.0.0.1:3000/hooks
  $ localhook start --port 0 --json                    for scripts: one "ready" line tells the port
  $ localhook start --credential solvimon=readonly:WEBHOOK.VIEW
  $ localhook start --option prolific.json=compact --seed 7
  $ localhook start --rewrite https://hooks.example.com=http://127.0.0.1:3000`;

async function start(
	wanted: readonly string[],
	options: StartOptions,
): Promise<number> {
	const ids = await providerIds();
	for (const id of [
		...wanted,
		...Object.keys(options.credential),
		...Object.keys(options.option),
	]) {
		if (!ids.includes(id)) throw unknownProvider(id, ids);
	}
	const chosen = wanted.length === 0 ? ids : [...new Set(wanted)];
	const engine = createEngine({
		providers: await Promise.all(chosen.map(install)),
		seed: options.seed,
		strict: options.strict,
		target: options.target,
		credentials: Object.fromEntries(
			Object.entries(options.credential).map(([id, values]) => [
				id,
				values.map(([, value]) => value),
			]),
		),
		options: Object.fromEntries(
			Object.entries(options.option).map(([id, values]) => [
				id,
				Object.fromEntries(values),
			]),
		),
		targets: {
			allow: [...options.allowTarget, ...hostOf(options.target)],
			rewrite: options.rewrite,
		},
	});
	const handlers =
		options.handlers &&
		(await (
			await import("../server/user-handlers.ts")
		).loadUserHandlers(options.handlers, engine));
	const server = await startServer({
		engine,
		port: options.port,
		host: options.host,
		allowHosts: options.allowHost,
		handlers: handlers || undefined,
	});
	if (options.target !== undefined)
		for (const session of engine.sessions.values()) await session.ready();
	const report = createReport(engine, {
		json: options.json,
		quiet: options.quiet,
	});
	report.ready(server.url, options.target);
	return stopped(server, () => engine.close(), report);
}

/** A target is a wish to send there, so its host needs no permission of its own. */
function hostOf(target: string | undefined): string[] {
	return target === undefined ? [] : [new URL(target).host];
}

/** Resolves with the exit code once a signal has ended everything; a second signal ends it at once. */
function stopped(
	server: RunningServer,
	closeEngine: () => Promise<void>,
	report: Report,
): Promise<number> {
	return new Promise((resolve) => {
		let stopping = false;
		const stop = async (signal: NodeJS.Signals): Promise<void> => {
			const code =
				signal === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated;
			if (stopping) process.exit(code);
			stopping = true;
			await server.close();
			await closeEngine();
			report.stopped(signal);
			resolve(code);
		};
		process.on("SIGINT", stop);
		process.on("SIGTERM", stop);
	});
}

function parsePort(text: string): number {
	const port = Number(text);
	if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
	throw new InvalidArgumentError(
		`"${text}" is not a port. Give a number from 0 to 65535.`,
	);
}

function parseTarget(text: string): string {
	const url = URL.parse(text);
	if (url !== null && (url.protocol === "http:" || url.protocol === "https:"))
		return text;
	throw new LocalhookError(
		"invalid-target",
		`Failed to read --target "${text}": it is not an http URL. Give one such as http://127.0.0.1:3000/hooks.`,
	);
}
