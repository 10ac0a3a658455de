import type { Attempt, Delivery } from "../contract/records.ts";
import type { Signer } from "../contract/signing.ts";
import type { Mistake } from "./mistake.ts";

/** What is wrong with the delivery itself; undefined: its signature is right. */
export function whyNotGenuine(
	{ sign, body, resent }: Delivery,
	attempt: Attempt,
	secrets: readonly string[],
	signer: Signer,
): Mistake | undefined {
	const wrong = (sentence: string): Mistake => ({
		name: "not-genuine",
		sentence,
		certain: true,
	});
	if (sign !== undefined)
		return wrong(
			`It was signed wrongly on purpose, as "${sign}", and the receiver is right. Leave "sign" out for one that is to be accepted.`,
		);
	if (secrets.length === 0)
		return wrong(
			"It has no signature, since the provider has no secret here yet. Create one through its API, or let localhook register the receiver.",
		);
	const headers = Object.fromEntries(
		Object.entries(attempt.headers).map(([name, value]) => [
			name.toLowerCase(),
			value,
		]),
	);
	const verdict = signer.verify({ headers, body, secrets });
	if (verdict.ok) return undefined;
	return wrong(
		`It does not verify with the secrets that are valid: ${verdict.reason}. ${
			resent === "exact"
				? 'It was sent again as it was, by a secret that has been replaced: resend it with "resign".'
				: "The secret has been replaced since it was signed: attempt it again, or resend it."
		}`,
	);
}
