import { once } from "node:events";
import { builtInIds, installedOf } from "../catalog.ts";
import { readFaults } from "../config/provider-problems.ts";
import { builtIn, everyOther, receiverFor } from "../config/receivers.ts";
import { parseClock } from "../config/schema.ts";
import type { Setup } from "../config/settings.ts";
import {
	parseAllowedReceiver,
	parseRewrite,
} from "../delivery/allowed-receivers.ts";
import {
	type Clock,
	createSystemClock,
	createVirtualClock,
} from "../delivery/clock.ts";
import { headersOfReceiver } from "../delivery/receiver-headers.ts";
import { createEngine, type Engine } from "../engine/engine.ts";
import { faultProblems, scopeOf } from "../engine/fault-plan.ts";
import { type Installed, refuseUnstarted } from "../engine/options.ts";
import { providerVariables, type Variable } from "../engine/secrets.ts";
import { basePaths } from "../openapi/router.ts";
import { exposureOf } from "../server/listen.ts";
import { type RunningServer, startServer } from "../server/server.ts";
import {
	exitCodeOfSignal,
	exitCodes,
	type FillCommand,
	type Io,
	stopSignal,
} from "./io.ts";
import { describe } from "./options.ts";
import { createReport } from "./report.ts";
import { addSettings, settingsOf } from "./setting-options.ts";

export const startCommand: FillCommand = (command, context, document) => {
	addSettings(command);
	describe(command, document).action(async (providers: string[]) => {
		const { setup } = await settingsOf(command, providers, context.io);
		context.finish(await start(setup, context.io));
	});
};

/** Milliseconds from the first signal to the end of the process, at the most. */
const stopTime = 2000;

async function start(setup: Setup, io: Io): Promise<number> {
	const { receiver, host, json, quiet } = setup;
	const asked = new AbortController();
	const serving = await serve(setup, io, asked);
	const { engine, url } = serving;
	const report = createReport(engine, { json, quiet }, io);
	// From now on, so that it can be stopped as soon as the banner or the file is there.
	const stopping = stopSignal(io.host);
	const ended = AbortSignal.any([stopping, asked.signal]);
	let signal: NodeJS.Signals | undefined;
	try {
		// Only where something needs them: each provider has to make its secrets first.
		if (setup.writeEnvFile !== undefined || io.isInActions)
			await serving.tell();
		// A token of the user's own is known to him, and need not stand in his logs.
		const token = setup.token === undefined ? serving.token : undefined;
		report.ready(url, receiver, token);
		if (host !== undefined && exposureOf(host).beyondLoopback) {
			const open = [...engine.sessions.values()]
				.filter(({ settings }) => settings.credentials.length === 0)
				.map(({ provider }) => provider.id);
			report.warn(exposureWarning(host, open));
		}
		if (io.stderr.isTTY && !json && !quiet) {
			const { pageAt, takeShortcuts } = await import("./shortcuts.ts");
			const page = pageAt(url, serving.token);
			const running = { engine, page, stop: () => asked.abort() };
			void takeShortcuts(io, running, ended);
		}
		if (!ended.aborted) await once(ended, "abort");
		signal = stopping.reason as NodeJS.Signals | undefined;
	} finally {
		// Something of the user's handlers may keep the process up; not for longer than this.
		engine.clock.after(stopTime, () =>
			io.host.exit(signal && exitCodeOfSignal(signal)),
		);
		await serving.close();
	}
	report.stopped(signal);
	return signal === undefined ? exitCodes.done : exitCodeOfSignal(signal);
}

function exposureWarning(
	host: string,
	openProviders: readonly string[],
): string {
	const open =
		openProviders.length === 0
			? "The providers' APIs take the credentials that were given."
			: `The APIs of ${openProviders.join(", ")} take any well-formed credential, and a caller with one can have ` +
				"deliveries sent to this machine: pin one with --credential.";
	return (
		`With --host ${host}, other machines reach localhook too, unencrypted. The control API and the front page want the token. ` +
		`${open} The built-in receiver takes deliveries from everybody.`
	);
}

/** @param asked aborted once a client asks the server to stop */
export async function serve(setup: Setup, io: Io, asked: AbortController) {
	const { receiver } = setup;
	const envFile = await wantedEnvFile(setup);
	let server: RunningServer | undefined;
	const receiverOf = (provider: string) => {
		const own = receiverFor(receiver, provider);
		return own === builtIn
			? `${server?.url}/_localhook/receiver/${provider}`
			: own;
	};
	const providers = chooseProviders(setup);
	const { faults = [], faultsFile } = setup;
	const planned = faultsFile ? await readFaults(faultsFile) : faults;
	const engine = createEngine({
		...setup,
		providers,
		clock: clockOf(setup.clock),
		// Of a plan for a whole project, what is for those that are started.
		faults: planned.filter(
			(each) => faultProblems([each], () => scopeOf(providers)).length === 0,
		),
		receiver: receiver && receiverOf,
		receiverRules: {
			allow: [
				...(setup.allowReceivers ?? []).map(parseAllowedReceiver),
				...providers.flatMap(({ provider }) =>
					hostsOf(receiverFor(receiver, provider.id), setup.host),
				),
			],
			rewrite: Object.entries(setup.rewrites ?? {}).map(([from, to]) =>
				parseRewrite(`${from}=${to}`),
			),
		},
	});
	server = await startServer({
		...setup,
		engine,
		onStop: () => asked.abort(),
		handlers: await readHandlers(setup, engine),
	});
	const { url, token } = server;
	const close = async () => {
		envFile?.remove();
		await server.close();
		await engine.close();
	};
	try {
		if (receiver !== undefined)
			for (const session of engine.sessions.values()) session.ready();
	} catch (error) {
		await close();
		throw error;
	}
	return {
		engine,
		url,
		token,
		/**
		 * What a program beside this one needs, for the env file too; what must not stand in a log is masked. Makes each
		 * provider's secrets.
		 */
		async tell(): Promise<Variable[]> {
			const variables = variablesOf(engine, url, token);
			for (const { secret, value } of variables) if (secret) io.mask(value);
			for (const secret of receiverSecrets(setup)) io.mask(secret);
			await envFile?.write(variables);
			return variables;
		},
		close,
	};
}

function chooseProviders({ providers = [], receiver }: Setup): Installed[] {
	const chosen = providers.length === 0 ? builtInIds : [...new Set(providers)];
	const named = typeof receiver === "object" ? Object.keys(receiver) : [];
	refuseUnstarted(
		named.filter((id) => id !== everyOther),
		chosen,
	);
	return installedOf(chosen);
}

/** Naming a receiver is permission enough to send there; the built-in one is where the server listens. */
function hostsOf(
	receiver: string | undefined,
	host: string | undefined,
): string[] {
	if (receiver === undefined) return [];
	return receiver === builtIn
		? [exposureOf(host).urlHost]
		: [new URL(receiver).host];
}

function clockOf(text: string): Clock {
	const choice = parseClock(text);
	const real = createSystemClock();
	if (choice.mode === "real") return real;
	return createVirtualClock(choice.start ?? real.now());
}

async function readHandlers({ handlers }: Setup, engine: Engine) {
	if (handlers === undefined) return undefined;
	const { loadUserHandlers } = await import("../server/user-handlers.ts");
	return loadUserHandlers(handlers, engine);
}

async function wantedEnvFile({ writeEnvFile: path, overwriteEnvFile }: Setup) {
	if (path === undefined) return undefined;
	const { claimEnvFile } = await import("./env-file.ts");
	return claimEnvFile(path, overwriteEnvFile);
}

function variablesOf(
	engine: Engine,
	url: string,
	token: string | undefined,
): Variable[] {
	const receiver = `${url}/_localhook/receiver`;
	return [
		{ name: "LOCALHOOK_URL", value: url, secret: false },
		{ name: "LOCALHOOK_RECEIVER_URL", value: receiver, secret: false },
		...(token === undefined
			? []
			: [{ name: "LOCALHOOK_TOKEN", value: token, secret: true }]),
		...[...engine.sessions.values()].flatMap((session) => {
			const { provider, document } = session;
			const [base] = basePaths(document);
			return providerVariables(session, `${url}/${provider.id}${base}`);
		}),
	];
}

/** What lets deliveries in at a receiver, in each form that something may print: plain, and as it is sent. */
export function receiverSecrets({
	receiver = {},
	receiverHeaders = {},
}: Pick<Setup, "receiver" | "receiverHeaders">): string[] {
	const urls = typeof receiver === "string" ? [receiver] : receiver;
	const values = Object.values(receiverHeaders);
	return [
		...Object.values(urls).flatMap(secretsOfUrl),
		...values,
		// Of `Bearer abc`, the part that is secret.
		...values.flatMap((value) => value.split(" ").slice(-1)),
		// A short one would be hidden in every other word too.
	].filter(({ length }) => length > 3);
}

function secretsOfUrl(text: string): string[] {
	const url = URL.parse(text);
	const { authorization = "" } = (url && headersOfReceiver(url)) ?? {};
	const sent = authorization.replace(/^Basic /, "");
	const [user = "", ...rest] = Buffer.from(sent, "base64")
		.toString()
		.split(":");
	return [url?.password || url?.username || "", rest.join(":") || user, sent];
}
