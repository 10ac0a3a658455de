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
	const isOneOfTwo = ({ cause }: Guess) => cause === "signature-list";
	return [
		...header.filter(isOneOfTwo),
		...guessBody(known, sample),
		...guessContent(known, sample),
		...guessUrl(known, sample),
		...guessSecret(known, sample),
		...guessDigest(known, sample),
		...guessTimestamp(known, sample),
		...header.filter((guess) => !isOneOfTwo(guess)),
	];
}
