import type { Message } from "../../contract/signing.ts";
import type { Guess, Known } from "../guess.ts";
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
	// A body that is no JSON ends many a receiver: those come last.
	return [...guesses, ...pairsOf(guesses)].sort(
		(a, b) => Number(a.bodies !== undefined) - Number(b.bodies !== undefined),
	);
}

/** Of each cause that comes together with others, so many guesses. */
const most = 2;

/** Two of the commonest mistakes at once, for when none alone explains it. */
function pairsOf(guesses: readonly Guess[]): Guess[] {
	const common = (causes: RegExp) => {
		const usual = guesses.filter(
			({ cause, rare }) => !rare && causes.test(cause),
		);
		return usual.filter(
			({ cause }, i) =>
				usual.slice(0, i).filter((each) => each.cause === cause).length < most,
		);
	};
	const paired = (some: readonly Guess[], others: readonly Guess[]) =>
		some.flatMap((one) =>
			others.map(({ control: _, ...other }) => ({
				...{ ...other, ...one },
				rare: true,
				both: [one, other] as const,
			})),
		);
	const contents = common(/^(?:body-reserialised|content-)/);
	const keys = common(/^secret-/);
	const encodings = common(/^digest-encoding/);
	return [
		...paired(contents, keys),
		...paired([...contents, ...keys], encodings),
	];
}
