import { install } from "../catalog.ts";
import { builtIn, receiverFor, verifyReceiver } from "../config/receivers.ts";
import { createSystemClock, createVirtualClock } from "../delivery/clock.ts";
import { parseIsoTime } from "../duration.ts";
import { createEngine } from "../engine/engine.ts";
import { startServer } from "../server/server.ts";
import type { ReadScenario, Scenario } from "./read-scenario.ts";
import type { Line } from "./stage.ts";
import { perform } from "./steps.ts";

export interface PlayOptions {
	/** In place of the scenario's. */
	readonly seed?: string | undefined;
	/** In place of the scenario's. */
	readonly receiver?: string | undefined;
	/** Is told everything as it happens. */
	readonly tell: (line: Line) => void;
}

/**
 * Plays a scenario on a server of its own until it ends or a step does not end as it should.
 *
 * @returns whether every step ended as it should
 * @throws LocalhookError for what cannot be played at all, such as `unknown-provider`
 * @example
 * await play(await readScenario("pause.yaml"), { tell: (line) => console.log(line) })
 */
export async function play(
	read: ReadScenario,
	options: PlayOptions,
): Promise<boolean> {
	const { engine, url, target, close } = await open(read.scenario, options);
	const { tell } = options;
	const session = engine.session(read.scenario.provider);
	const { id: provider } = session.provider;
	const { title = session.provider.title } = read.scenario;
	const start = engine.clock.now();
	tell({ kind: "demo", provider, title, seed: engine.seed, url });
	try {
		const receiver = target();
		const { ok, stage } = await perform(read, engine, { receiver, tell });
		const played = engine.clock.now() - start;
		tell({ kind: "end", ok, ...stage.made, played });
		return ok;
	} finally {
		await close();
	}
}

/** @throws LocalhookError `unknown-provider`, and for a receiver, options, credentials and faults that do not fit */
async function open(
	scenario: Scenario,
	{ seed = scenario.seed, receiver = scenario.receiver }: PlayOptions,
) {
	const { provider, clock, credentials = [], options = {} } = scenario;
	let url = "";
	if (receiver !== undefined) verifyReceiver(receiver);
	const given = receiverFor(receiver, provider);
	const own = given === builtIn ? undefined : given;
	const target = () => own ?? `${url}/_localhook/receiver/${provider}`;
	const host = own === undefined ? undefined : URL.parse(own)?.host;
	const engine = createEngine({
		providers: [await install(provider)],
		clock: createVirtualClock(
			parseIsoTime(clock ?? "") ?? createSystemClock().now(),
		),
		credentials: { [provider]: credentials },
		options: { [provider]: options },
		faults: scenario.faults,
		seed,
		target: scenario.register ? target : undefined,
		targets: { allow: host ? [host] : [] },
	});
	const server = await startServer({ engine, port: 0 });
	url = server.url;
	const close = async () => {
		await server.close();
		await engine.close();
	};
	return { engine, url, target, close };
}
