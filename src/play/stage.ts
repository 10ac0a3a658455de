import type { Attempt, Delivery } from "../contract/records.ts";
import type { Engine } from "../engine/engine.ts";
import type { Session } from "../engine/session-contract.ts";
import type { Line } from "./line.ts";

/** An attempt that no step has checked yet. */
export interface Seen {
	readonly delivery: Delivery;
	readonly attempt: Attempt;
}

/** What a scenario is played on, and what has been found out so far. */
export interface Stage {
	readonly engine: Engine;
	readonly session: Session;
	/** What `<name>` stands for. */
	readonly known: Map<string, string>;
	/** Newest first. */
	readonly secrets: string[];
	/** What was made so far. */
	readonly made: { calls: number; attempts: number };
	/** The delivery that an event made last. */
	latest: Delivery | undefined;
	tell(line: Line): void;
	/** The attempts since it was last asked. */
	takeAttempts(): readonly Seen[];
	/** Watches no longer. */
	leave(): void;
}

export interface StageOptions {
	/** Its URL. */
	readonly receiver: string | undefined;
	/** Is told everything as it happens. */
	readonly tell: (line: Line) => void;
}

/** A stage on a running engine. */
export function stageOn(
	engine: Engine,
	session: Session,
	{ receiver, tell }: StageOptions,
): Stage {
	session.ready();
	let unseen: Seen[] = [];
	const made = { calls: 0, attempts: 0 };
	const leave = engine.journal.subscribe((entry) => {
		if (entry.kind === "call") made.calls++;
		if (entry.kind !== "attempt") return;
		made.attempts++;
		unseen.push(entry);
	});
	const { id } = session.provider;
	return {
		engine,
		session,
		known: new Map(receiver === undefined ? [] : [["receiver", receiver]]),
		secrets: engine.secrets(id).map(({ value }) => value),
		latest: undefined,
		made,
		tell,
		takeAttempts() {
			const taken = unseen;
			unseen = [];
			return taken;
		},
		leave,
	};
}

/** A step did not end as the scenario says. Never leaves `play`. */
export class Unforeseen extends Error {
	override readonly name = "Unforeseen";
	readonly expected: string;
	readonly found: string;

	constructor(expected: string, found: string) {
		super(`Expected ${expected}, found ${found}`);
		this.expected = expected;
		this.found = found;
	}
}

/** Enough of a secret to tell it from another one. */
export function brief(secret: string): string {
	return `${secret.slice(0, 10)}…`;
}
