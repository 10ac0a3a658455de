import type { AttemptLine } from "./line.ts";
import type { Expectation, Outcome } from "./scenario.ts";
import { brief, type Seen, type Stage, Unforeseen } from "./stage.ts";

/** Tells the attempts that were made since the last time, and checks that they are those that were expected. */
export function witness(stage: Stage, expected: Expectation): void {
	const { outcome = "verified", attempts = 1, secrets = 1 } = expected;
	const end =
		outcome === "verified"
			? "delivered"
			: expected.givesUp
				? "failed"
				: "pending";
	const seen = stage.takeAttempts();
	const lines = seen.map((each) => lineOf(each, stage));
	for (const line of lines) stage.tell(line);
	if (lines.length !== attempts)
		throw new Unforeseen(`${attempts} attempts`, `${lines.length}`);
	const wanted =
		outcome === "refused" ? [] : stage.secrets.slice(0, secrets).map(brief);
	for (const line of lines) {
		if (outcomeOf(line) !== outcome)
			throw new Unforeseen(`an attempt that is ${outcome}`, outcomeOf(line));
		if (line.verifiedBy.join() !== wanted.join())
			throw new Unforeseen(signed(wanted), signed(line.verifiedBy));
	}
	for (const { delivery } of seen) {
		const { id, state, reason = "" } = delivery;
		if (state === "failed")
			stage.tell({ kind: "given-up", delivery: id, reason });
		if (state !== end) throw new Unforeseen(`a delivery that is ${end}`, state);
	}
}

function lineOf({ delivery, attempt }: Seen, stage: Stage): AttemptLine {
	const { response, error } = attempt;
	const answer = response && answerOf(response.body);
	const verified = attempt.ok && answer?.verified !== false;
	const reason = answer?.reason ?? answer?.error ?? error?.message;
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
		verifiedBy: stage.secrets
			.filter((secret) => verifies(secret, { delivery, attempt }, stage))
			.map(brief),
	};
}

function outcomeOf({ ok, status }: AttemptLine): Outcome {
	return status === undefined ? "unreachable" : ok ? "verified" : "refused";
}

/** What the receiver says, without taking its word for which secret it was. */
function verifies(
	secret: string,
	{ delivery, attempt }: Seen,
	{ session }: Stage,
): boolean {
	const headers = Object.fromEntries(
		Object.entries(attempt.headers).map(([name, value]) => [
			name.toLowerCase(),
			value,
		]),
	);
	const { body } = delivery;
	return session.signer.verify({ headers, body, secrets: [secret] }).ok;
}

function answerOf(body: Uint8Array): Readonly<Record<string, unknown>> {
	try {
		return Object(JSON.parse(Buffer.from(body).toString()));
	} catch {
		return {};
	}
}

function signed(secrets: readonly string[]): string {
	return secrets.length === 0
		? "a signature that no secret verifies"
		: `a signature that ${secrets.join(" and ")} verifies`;
}
