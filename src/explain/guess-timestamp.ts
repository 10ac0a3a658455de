import { joined } from "../bytes.ts";
import type { Genuine } from "./genuine.ts";
import type { Guess } from "./mistake.ts";

/** Mistakes in what the receiver puts before the body, when the provider signs the time too. */
export function guessTimestamp(
	genuine: Genuine,
	now: (() => number) | undefined,
): Guess[] {
	const { timestamp, signer, at } = genuine;
	const parts = partsOf(genuine);
	if (timestamp === undefined || parts === undefined) return [];
	const { separator, before } = parts;
	const header = signer.timestampHeader;
	const asSent = `Put the text of ${header} as it was sent${separator === "" ? "" : ` and "${separator}"`} before the body.`;
	const others: [what: string, prefix: string][] = [
		["leaves the timestamp out of what it hashes", ""],
		...[".", ":", ""].map((other): [string, string] => [
			`puts "${other}" between timestamp and body`,
			before + timestamp + other,
		]),
		["hashes the time in milliseconds", `${before}${at}${separator}`],
		[
			"hashes the time in milliseconds",
			`${before}${seconds(at)}000${separator}`,
		],
		["hashes the time in seconds", `${before}${seconds(at)}${separator}`],
		[
			"hashes the time as an ISO date",
			`${before}${new Date(at).toISOString()}${separator}`,
		],
	];
	const guesses = others.map(
		([what, prefix]): Guess => ({
			name: "timestamp",
			sentence: `The receiver ${what}. ${asSent}`,
			headers: () => genuine.over(joined([prefix, genuine.body])),
		}),
	);
	if (now !== undefined)
		guesses.push({
			name: "timestamp",
			sentence: `The receiver hashes its own time in place of the one that was sent. ${asSent}`,
			headers: () => genuine.signed({ at: now() }),
		});
	return guesses;
}

/** The receiver finds a right signature too old, or too far ahead. */
export function guessAge(
	{ signer, timestamp, body, secrets, at, headers }: Genuine,
	now: (() => number) | undefined,
): Guess[] {
	if (now === undefined || timestamp === undefined) return [];
	// Who tolerates less than a minute, tests a receiver that does.
	if (Math.abs(now() - at) < 60_000) return [];
	const shows = [at, now()].map((time) => new Date(time).toISOString());
	return [
		{
			name: "timestamp-age",
			sentence:
				`The receiver finds the signature too old or too far ahead: it was made at ${shows[0]}, and the receiver's clock shows ${shows[1]}. ` +
				"Give the receiver the time of localhook's clock, or let that clock begin now and turn it by less than the receiver tolerates.",
			headers: () => ({
				...headers,
				// Not of this moment: who hashes the own time in its place would accept that too.
				...signer.sign({ body, secrets, at: now() - 10_000 }),
			}),
		},
	];
}

interface Parts {
	/** What stands before the timestamp. */
	readonly before: string;
	/** What stands between timestamp and body. */
	readonly separator: string;
}

/** undefined: what is hashed is not a timestamp, then the body. */
function partsOf({ prefix, timestamp }: Genuine): Parts | undefined {
	if (prefix === undefined || timestamp === undefined) return undefined;
	const [before, separator, ...rest] = new TextDecoder()
		.decode(prefix)
		.split(timestamp);
	return before === undefined || separator === undefined || rest.length > 0
		? undefined
		: { before, separator };
}

const seconds = (at: number) => Math.floor(at / 1000);
