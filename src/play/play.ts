import { install } from "../catalog.ts";
import { builtIn, receiverFor, verifyReceiver } from "../config/receivers.ts";
import { createSystemClock, createVirtualClock } from "../delivery/clock.ts";
import { parseIsoTime } from "../duration.ts";
import { createEngine } from "../engine/engine.ts";
import { startServer } from "../server/server.ts";
import type { ReadScenario } from "./read-scenario.ts";
import type { Line } from "./stage.ts";
import { perform } from "./steps.ts";

export interface PlayOptions {
	/** In place of the scenario's. */
	readonly seed?: string | undefined;
	/** In place of the scenario's. */
	readonly receiver?: string | undefined;
	readonly tell: (line: Line) => void;
}

/**
 * Plays a scenario on a server of its own until it ends or a step does not end as it should.
 *
 * @returns whether every step ended as it should
 * @throws LocalhookError for what cannot be played at all, such as `unknown-provider`, and for a receiver, options,
 * credentials and faults that do not fit
 * @example
 * await play(await readScenario("pause.yaml"), { tell: (line) => console.log(line) })
 */
export async function play(
	read: ReadScenario,
	{ tell, ...instead }: PlayOptions,
): Promise<boolean> {
	const { scenario } = read;
	const { provider, clock, credentials = [], options = {} } = scenario;
	const { seed = scenario.seed, receiver = scenario.receiver } = instead;
	let url = "";
	if (receiver !== undefined) verifyReceiver(receiver);
	const given = receiverFor(receiver, provider);
	const own = given === builtIn ? undefined : given;
	const receiverUrl = () => own ?? `${url}/_localhook/receiver/${provider}`;
	const host = own === undefined ? undefined : URL.parse(own)?.host;
	const start = parseIsoTime(clock ?? "") ?? createSystemClock().now();
	const engine = createEngine({
		providers: [await install(provider)],
		clock: createVirtualClock(start),
		credentials: { [provider]: credentials },
		options: { [provider]: options },
		faults: scenario.faults,
		seed,
		receiver: scenario.register ? receiverUrl : undefined,
		receiverRules: { allow: host ? [host] : [] },
	});
	const server = await startServer({ engine, port: 0 });
	url = server.url;
	const { title = engine.session(provider).provider.title } = scenario;
	tell({ kind: "demo", provider, title, seed: engine.seed, url });
	try {
		const { ok, stage } = await perform(read, engine, {
			receiver: receiverUrl(),
			tell,
		});
		const played = engine.clock.now() - start;
		tell({ kind: "end", ok, ...stage.made, played });
		return ok;
	} finally {
		await server.close();
		await engine.close();
	}
}
