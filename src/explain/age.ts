import type { Signer } from "../contract/signing.ts";
import { formatDuration } from "../duration.ts";
import { sentence } from "./advice.ts";
import { type Captured, field } from "./capture.ts";
import { lowered } from "./guess.ts";
import { iso } from "./guesses/timestamp.ts";

/** Milliseconds that receivers are advised to tolerate, where the provider names nothing. */
const usualTolerance = 5 * 60_000;
/** Milliseconds by which clocks differ. */
const drift = 60_000;

export interface Age {
	/** That it was too old when it came, or too far ahead: a receiver refuses it for that. */
	readonly heading?: string;
	readonly text: string;
}

/** How old a signature was when the request came; undefined: it shows no time. @param at when it came, as the user says */
export function ageOf(
	captured: Captured,
	signer: Signer,
	at: number | undefined,
	now: number,
): Age | undefined {
	const headers = lowered(captured.headers);
	const signed = signer.held?.({ headers, body: captured.body }).at;
	const isSigned = signer.timestampHeader ?? signer.dated;
	if (signed === undefined || !isSigned) return undefined;
	const arrived = at ?? captured.at ?? dateOf(captured, signed, now);
	const { tolerance = usualTolerance } = signer;
	const age = (arrived ?? now) - signed;
	const isFar = Math.abs(age) > tolerance;
	const how = arrived !== undefined ? "known" : isFar ? "far" : "near";
	const text = sentence(`age-${how}-${age < 0 ? "ahead" : "old"}`, {
		age: formatDuration(Math.abs(age)),
		signed: iso(signed),
		arrived: iso(arrived ?? now),
		tolerance: formatDuration(tolerance),
	});
	if (!isFar || arrived === undefined) return { text };
	return { heading: sentence(age < 0 ? "too-far-ahead" : "too-old"), text };
}

/** What its header `Date` says, if that can be the time of this request. */
function dateOf(
	{ headers }: Captured,
	signed: number,
	now: number,
): number | undefined {
	const date = Date.parse(field(headers, "date") ?? "");
	return date >= signed - drift && date <= now + drift ? date : undefined;
}
