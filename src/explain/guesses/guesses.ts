import type { Message } from "../../contract/signing.ts";
import type { Cause } from "../advice.ts";
import { type Guess, type Known, signing } from "../guess.ts";
import { guessBody } from "./body.ts";
import { guessContent, guessUrl } from "./content.ts";
import { guessDigest, guessHeader } from "./digest.ts";
import { guessSecret } from "./secret.ts";
import { guessTimestamp } from "./timestamp.ts";

/** Every mistake that receivers of a scheme make, the likeliest first. @param sample one of the messages */
export function guessesOf(known: Known, sample: Message): readonly Guess[] {
	const header = guessHeader(known, sample);
	const isFirst = ({ cause }: Guess) =>
		cause === "signature-list" || cause === "header-name";
	const guesses = [
		...header.filter(isFirst),
		...guessBody(known, sample),
		...guessContent(known, sample),
		...guessUrl(known, sample),
		...guessSecret(known, sample),
		...guessDigest(known, sample),
		...guessTimestamp(known, sample),
		...header.filter((guess) => !isFirst(guess)),
	];
	const all = [...guesses, ...pairsOf(known, guesses)];
	// A body that is no JSON ends many a receiver: those come last.
	return [
		...all.filter(({ bodies }) => bodies === undefined),
		...all.filter(({ bodies }) => bodies !== undefined),
	];
}

/** Of each cause that comes together with others, so many guesses. */
const most = 2;

/** Two of the commonest mistakes at once, for when none alone explains it. */
function pairsOf({ signer }: Known, guesses: readonly Guess[]): Guess[] {
	const common = (causes: RegExp) => {
		const counts = new Map<Cause, number>();
		return guesses.filter(({ cause, rare, otherwise }) => {
			if (rare || !otherwise || !causes.test(cause)) return false;
			const count = (counts.get(cause) ?? 0) + 1;
			counts.set(cause, count);
			return count <= most;
		});
	};
	const contents = common(/^(?:body-reserialised|content-)/);
	const keys = common(/^secret-/);
	const encodings = common(/^digest-encoding/);
	const pairs = [
		...contents.flatMap((one) => keys.map((other) => [one, other] as const)),
		...[...contents, ...keys].flatMap((one) =>
			encodings.map((other) => [one, other] as const),
		),
	];
	return pairs.map(([one, other]) => ({
		...one,
		rare: true,
		both: [one, other],
		...signing(signer, { ...other.otherwise, ...one.otherwise }),
	}));
}
