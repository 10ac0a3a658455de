import { install } from "../catalog.ts";
import type { Attempt, Delivery } from "../contract/records.ts";
import { createVirtualClock } from "../delivery/clock.ts";
import { createEngine, type Engine } from "../engine/engine.ts";
import type { Session } from "../engine/session-contract.ts";
import { startServer } from "../server/server.ts";
import type { Line } from "./line.ts";
import type { Story } from "./story.ts";

/** An attempt that nobody has looked at yet. */
export interface Seen {
	readonly delivery: Delivery;
	readonly attempt: Attempt;
}

/** What a story is played on: a server of its own, a clock of its own, and what has been found out so far. */
export interface Stage {
	readonly story: Story;
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

/** A day like any other: the same in every demo, so that its transcript is too. */
const firstMoment = Date.UTC(2026, 0, 5, 9);

/** @throws LocalhookError `unknown-provider` */
export async function createStage(
	story: Story,
	seed: string | undefined,
	tell: (line: Line) => void,
): Promise<Stage> {
	const { provider, credentials = [] } = story;
	const engine = createEngine({
		providers: [await install(provider)],
		clock: createVirtualClock(firstMoment),
		credentials: { [provider]: credentials },
		seed,
	});
	const { url, close } = await startServer({ engine, port: 0 });
	let unseen: Seen[] = [];
	let calls = 0;
	let attempts = 0;
	engine.journal.subscribe((entry) => {
		if (entry.kind === "call") calls++;
		if (entry.kind !== "attempt") return;
		attempts++;
		unseen.push(entry);
	});
	const receiver = `${url}/_localhook/receiver/${provider}`;
	return {
		story,
		engine,
		session: engine.session(provider),
		url,
		known: new Map([["receiver", receiver]]),
		secrets: [],
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
			await close();
			await engine.close();
		},
	};
}
