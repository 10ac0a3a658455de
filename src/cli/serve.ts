import { builtInIds, installedOf } from "../catalog.ts";
import { parseClock } from "../config/clock.ts";
import { builtIn, everyOther, receiverFor } from "../config/receivers.ts";
import type { Setup } from "../config/settings.ts";
import {
	type Clock,
	createSystemClock,
	createVirtualClock,
} from "../delivery/clock.ts";
import { headersOfReceiver } from "../delivery/receiver-headers.ts";
import { parseAllowedTarget, parseRewrite } from "../delivery/targets.ts";
import { createEngine, type Engine } from "../engine/engine.ts";
import { faultProblems, scopeOf } from "../engine/fault-rules.ts";
import type { Installed } from "../engine/installed.ts";
import { refuseUnstarted } from "../engine/options.ts";
import { providerVariables, type Variable } from "../engine/variables.ts";
import { basePaths } from "../openapi/router.ts";
import { exposureOf } from "../server/listen.ts";
import { type RunningServer, startServer } from "../server/server.ts";
import type { EnvFile } from "./env-file.ts";

/**
 * Serves the wanted providers; their receiver is registered once this resolves.
 *
 * @param onStop called when a client asks the server to stop
 */
export async function serve(setup: Setup, onStop: () => void) {
	const { handlers, receiver } = setup;
	let server: RunningServer | undefined;
	const receiverOf = (provider: string) => {
		const own = receiverFor(receiver, provider);
		return own === builtIn
			? `${server?.url}/_localhook/receiver/${provider}`
			: own;
	};
	const providers = chooseProviders(setup);
	const engine = createEngine({
		providers,
		credentials: setup.credentials ?? {},
		options: setup.options ?? {},
		seed: setup.seed,
		clock: clockOf(setup.clock),
		speed: setup.speed,
		faults: await wantedFaults(setup, providers),
		strict: setup.strict,
		receiverHeaders: setup.receiverHeaders,
		receiverCa: setup.receiverCa,
		target: receiver && receiverOf,
		targets: {
			allow: [
				...(setup.allowReceivers ?? []).map(parseAllowedTarget),
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
		engine,
		port: setup.port,
		host: setup.host,
		allowHosts: setup.allowHosts,
		corsOrigins: setup.corsOrigins,
		token: setup.token,
		onStop,
		handlers:
			handlers === undefined ? undefined : await loadHandlers(handlers, engine),
	});
	if (receiver !== undefined) {
		for (const session of engine.sessions.values()) session.ready();
	}
	const { url, token, close } = server;
	return {
		engine,
		url,
		/** What the control API wants to be shown; undefined: nothing. */
		token,
		/** What a program beside this one needs, and what of that must not stand in a log. Makes each provider's secrets. */
		told() {
			const variables = variablesOf(engine, url, token);
			const secret = variables.filter((each) => each.secret);
			const secrets = secret.map(({ value }) => value);
			return { variables, secrets: [...secrets, ...receiverSecrets(setup)] };
		},
		async close() {
			await close();
			await engine.close();
		},
	};
}

/** @throws LocalhookError `unknown-provider`, `invalid-option` for a receiver of one that is not started */
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

/** @throws LocalhookError `invalid-option` */
function clockOf(text: string): Clock {
	const choice = parseClock(text);
	const real = createSystemClock();
	return choice.mode === "real"
		? real
		: createVirtualClock(choice.start ?? real.now());
}

/** Leaves out faults of providers that are not started. */
async function wantedFaults(
	{ faults = [], faultsFile: file }: Setup,
	started: readonly Installed[],
) {
	const scope = () => scopeOf(started);
	const planned = file === undefined ? faults : await readPlan(file);
	return planned.filter((each) => faultProblems([each], scope).length === 0);
}

async function readPlan(file: string) {
	const { readFaults } = await import("../config/read-faults.ts");
	return readFaults(file);
}

async function loadHandlers(file: string, engine: Engine) {
	const { loadUserHandlers } = await import("../server/user-handlers.ts");
	return loadUserHandlers(file, engine);
}

/**
 * The env file that the settings ask for, refused before anything is started if it may not be written.
 *
 * @throws LocalhookError `refused-file`
 */
export async function wantedEnvFile({
	writeEnvFile: path,
	overwriteEnvFile,
}: Setup): Promise<EnvFile | undefined> {
	if (path === undefined) return undefined;
	const { claimEnvFile } = await import("./env-file.ts");
	return claimEnvFile(path, overwriteEnvFile);
}

/** What a client and a receiver of the started providers need: `PROLIFIC_API_URL` and so on. */
function variablesOf(
	engine: Engine,
	url: string,
	token: string | undefined,
): Variable[] {
	const variables: Variable[] = [
		{ name: "LOCALHOOK_URL", value: url, secret: false },
		{
			name: "LOCALHOOK_RECEIVER_URL",
			value: `${url}/_localhook/receiver`,
			secret: false,
		},
	];
	if (token !== undefined)
		variables.push({ name: "LOCALHOOK_TOKEN", value: token, secret: true });
	for (const session of engine.sessions.values()) {
		const { provider, document } = session;
		const base = `${url}/${provider.id}${basePaths(document)[0]}`;
		variables.push(...providerVariables(session, base));
	}
	return variables;
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
