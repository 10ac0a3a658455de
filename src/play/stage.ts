import { textOf } from "../bytes.ts";
import type { Attempt, Delivery } from "../contract/records.ts";
import type { Engine } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import type { components } from "../generated/scenario-lines.ts";
import { parsedJson } from "../json.ts";
import type { Parts } from "./read-scenario.ts";

type Lines = components["schemas"];

export type Line = Lines["Line"];

interface Seen {
	readonly delivery: Delivery;
	readonly attempt: Attempt;
}

export interface StageOptions {
	readonly receiver: string | undefined;
	readonly tell: (line: Line) => void;
}

export type Stage = ReturnType<typeof stageOn>;

export function stageOn(
	engine: Engine,
	provider: string,
	{ receiver, tell }: StageOptions,
) {
	const session = engine.session(provider);
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
		/** What `<name>` stands for. */
		known: new Map(receiver === undefined ? [] : [["receiver", receiver]]),
		/** Newest first. */
		secrets: engine.secrets(id).map(({ value }) => value),
		latest: undefined as Delivery | undefined,
		made,
		tell,
		takeAttempts(): readonly Seen[] {
			const taken = unseen;
			unseen = [];
			return taken;
		},
		leave,
	};
}

/** A step did not end as the scenario says. Never leaves `perform`. */
export function unforeseen(expected: string, found: string): LocalhookError {
	return new LocalhookError("scenario-failed", "", {
		details: { expected, found },
	});
}

/** Tells the attempts that were made since the last time, and checks that they are those that were expected. */
export function witness(stage: Stage, expected: Parts["Expectation"]): void {
	const { outcome = "verified", attempts = 1, secrets = 1 } = expected;
	const seen = stage.takeAttempts();
	const lines = seen.map((each) => lineOf(each, stage));
	for (const line of lines) stage.tell(line);
	if (lines.length !== attempts)
		throw unforeseen(
			`${attempts} attempt${attempts === 1 ? "" : "s"}`,
			`${lines.length}`,
		);
	const wanted =
		outcome === "refused" ? [] : stage.secrets.slice(0, secrets).map(brief);
	for (const line of lines) {
		if (outcomeOf(line) !== outcome)
			throw unforeseen(`an attempt that is ${outcome}`, outcomeOf(line));
		if (line.verifiedBy.join() !== wanted.join())
			throw unforeseen(signed(wanted), signed(line.verifiedBy));
	}
	for (const { delivery } of seen) {
		const { id, state, reason = "", sign } = delivery;
		// What was signed wrongly is attempted once.
		const isLast = expected.givesUp || sign !== undefined;
		const undelivered = isLast ? "failed" : "pending";
		const end = outcome === "verified" ? "delivered" : undelivered;
		if (state === "failed" && sign === undefined)
			stage.tell({ kind: "given-up", delivery: id, reason });
		if (state !== end) throw unforeseen(`a delivery that is ${end}`, state);
	}
}

function lineOf(
	{ delivery, attempt }: Seen,
	stage: Stage,
): Lines["AttemptLine"] {
	const { response, error } = attempt;
	const answer = response && Object(parsedJson(textOf(response.body)));
	const verified = attempt.ok && answer?.verified !== false;
	const reason = answer?.reason ?? answer?.error ?? error?.message;
	// What the receiver says, without taking its word for which secret it was.
	const headers = Object.fromEntries(new Headers(attempt.headers));
	const { body } = delivery;
	return {
		kind: "attempt",
		event: { id: delivery.event.id, type: delivery.event.type },
		delivery: delivery.id,
		number: attempt.number,
		after: attempt.at - delivery.createdAt,
		ok: verified,
		...(response && { status: response.status }),
		...(!verified && reason !== undefined && { reason: String(reason) }),
		...(delivery.sign !== undefined && { sign: delivery.sign }),
		...(attempt.wronglyAccepted && { wronglyAccepted: true }),
		verifiedBy: stage.secrets
			.filter(
				(secret) =>
					stage.session.signer.verify({
						headers,
						body,
						url: delivery.url,
						secrets: [secret],
					}).ok,
			)
			.map(brief),
	};
}

function outcomeOf({ ok, status }: Lines["AttemptLine"]): Parts["Outcome"] {
	if (status === undefined) return "unreachable";
	return ok ? "verified" : "refused";
}

function signed(secrets: readonly string[]): string {
	return secrets.length === 0
		? "a signature that no secret verifies"
		: `a signature that ${secrets.join(" and ")} verifies`;
}

export function brief(secret: string): string {
	return `${secret.slice(0, 10)}…`;
}
