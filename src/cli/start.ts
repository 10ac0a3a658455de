import { install, providerIds } from "../catalog.ts";
import type { Rewrite } from "../delivery/targets.ts";
import {
	createEngine,
	type Engine,
	unknownProvider,
} from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import { type RunningServer, startServer } from "../server/server.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Assignments } from "./repeated.ts";
import { createReport, type Report } from "./report.ts";

/** The word that stands for the built-in receiver as a target. */
export const builtIn = "receiver";

export interface StartOptions {
	readonly port: number;
	readonly host?: string;
	readonly seed?: string;
	/** `receiver`: the built-in one. */
	readonly target?: string;
	readonly strict?: boolean;
	readonly json?: boolean;
	readonly quiet?: boolean;
	readonly handlers?: string;
	readonly credential?: Assignments;
	readonly option?: Assignments;
	readonly allowTarget?: readonly string[];
	readonly allowHost?: readonly string[];
	readonly rewrite?: readonly Rewrite[];
}

/** Serves the wanted providers until a signal ends it; gives the exit code. */
export async function start(
	wanted: readonly string[],
	options: StartOptions,
): Promise<number> {
	const { handlers, target } = options;
	let server: RunningServer | undefined;
	const receiverOf = (provider: string) =>
		`${server?.url}/_localhook/receiver/${provider}`;
	const engine = createEngine({
		...(await chooseProviders(wanted, options)),
		seed: options.seed,
		strict: options.strict ?? false,
		target: target === builtIn ? receiverOf : target,
		targets: {
			allow: [...(options.allowTarget ?? []), ...hostsOf(target)],
			rewrite: options.rewrite ?? [],
		},
	});
	server = await startServer({
		engine,
		port: options.port,
		host: options.host,
		allowHosts: options.allowHost ?? [],
		handlers:
			handlers === undefined ? undefined : await loadHandlers(handlers, engine),
	});
	if (target !== undefined) {
		for (const session of engine.sessions.values()) await session.ready();
	}
	const { json = false, quiet = false } = options;
	const report = createReport(engine, { json, quiet });
	report.ready(server.url, target);
	return untilStopped(server, engine, report);
}

/** @throws LocalhookError `unknown-provider`, `invalid-option` for one that is not started */
async function chooseProviders(
	wanted: readonly string[],
	{ credential = {}, option = {} }: StartOptions,
) {
	const ids = await providerIds();
	for (const id of wanted) {
		// A word that is no command lands here, so it may as well have been meant for one.
		if (!ids.includes(id)) throw unknownProvider(id, ids, ["start", "help"]);
	}
	const chosen = wanted.length === 0 ? ids : [...new Set(wanted)];
	for (const id of [...Object.keys(credential), ...Object.keys(option)]) {
		if (!ids.includes(id)) throw unknownProvider(id, ids);
		if (!chosen.includes(id)) throw notStarted(id, chosen);
	}
	return {
		providers: await Promise.all(chosen.map(install)),
		credentials: mapValues(credential, (pairs) =>
			pairs.map(([name, value]) => (name === "" ? value : refuseName(name))),
		),
		options: mapValues(option, (pairs) => Object.fromEntries(pairs)),
	};
}

function refuseName(name: string): never {
	throw new LocalhookError(
		"invalid-option",
		`Failed to read a credential: "${name}" stands where none is expected. Give provider=value.`,
	);
}

function notStarted(id: string, chosen: readonly string[]): LocalhookError {
	return new LocalhookError(
		"invalid-option",
		`Failed to set up "${id}": it is not among the providers to start. ` +
			`Add it to ${chosen.join(", ")}, or leave out what was said of it.`,
	);
}

/** Naming a target is permission enough to send there. */
function hostsOf(target: string | undefined): string[] {
	return target === undefined || target === builtIn
		? []
		: [new URL(target).host];
}

async function loadHandlers(file: string, engine: Engine) {
	const { loadUserHandlers } = await import("../server/user-handlers.ts");
	return loadUserHandlers(file, engine);
}

/** Resolves with the exit code once a signal has ended everything; a second signal ends it at once. */
function untilStopped(
	server: RunningServer,
	engine: Engine,
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
			await engine.close();
			report.stopped(signal);
			resolve(code);
		};
		process.on("SIGINT", stop);
		process.on("SIGTERM", stop);
	});
}

function mapValues<From, To>(
	record: Readonly<Record<string, From>>,
	map: (value: From) => To,
): Record<string, To> {
	return Object.fromEntries(
		Object.entries(record).map(([key, value]) => [key, map(value)]),
	);
}
