import { install } from "../catalog.ts";
import { builtIn, receiverFor, verifyReceiver } from "../config/receivers.ts";
import type { Attempt, Delivery } from "../contract/records.ts";
import { createSystemClock, createVirtualClock } from "../delivery/clock.ts";
import { createEngine, type Engine } from "../engine/engine.ts";
import type { Session } from "../engine/session-contract.ts";
import { parseIsoTime } from "../iso-time.ts";
import { startServer } from "../server/server.ts";
import type { Line } from "./line.ts";
import type { Scenario } from "./scenario.ts";

/** An attempt that no step has checked yet. */
export interface Seen {
	readonly delivery: Delivery;
	readonly attempt: Attempt;
}

/** What a scenario is played on, with a server and a clock of its own, and what has been found out so far. */
export interface Stage {
	readonly engine: Engine;
	readonly session: Session;
	/** Of the server. */
	readonly url: string;
	/** What `<name>` stands for. */
	readonly known: Map<string, string>;
	/** Newest first. */
	readonly secrets: string[];
	readonly calls: number;
	readonly attempts: number;
	/** The delivery that an event made last. */
	latest: Delivery | undefined;
	tell(line: Line): void;
	/** The attempts since it was last asked. */
	takeAttempts(): readonly Seen[];
	close(): Promise<void>;
}

export interface PlayOptions {
	/** In place of the scenario's. */
	readonly seed?: string | undefined;
	/** In place of the scenario's. */
	readonly receiver?: string | undefined;
	/** Is told everything as it happens. */
	readonly tell: (line: Line) => void;
}

/** @throws LocalhookError `unknown-provider`, and for a receiver, options, credentials and faults that do not fit */
export async function createStage(
	scenario: Scenario,
	{ seed = scenario.seed, receiver = scenario.receiver, tell }: PlayOptions,
): Promise<Stage> {
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
	const session = engine.session(provider);
	session.ready();
	let unseen: Seen[] = [];
	let calls = 0;
	let attempts = 0;
	engine.journal.subscribe((entry) => {
		if (entry.kind === "call") calls++;
		if (entry.kind !== "attempt") return;
		attempts++;
		unseen.push(entry);
	});
	return {
		engine,
		session,
		url,
		known: new Map([["receiver", target()]]),
		secrets: engine.secrets(provider).map(({ value }) => value),
		latest: undefined,
		get calls() {
			return calls;
		},
		get attempts() {
			return attempts;
		},
		tell,
		takeAttempts() {
			const taken = unseen;
			unseen = [];
			return taken;
		},
		async close() {
			await server.close();
			await engine.close();
		},
	};
}
