import { coloursFor } from "./colours.ts";
import { printableLine } from "./printable.ts";

/** Tells of what does no harm, on stderr. */
export function warn(sentences: readonly string[], json: boolean): void {
	const { yellow } = coloursFor(process.stderr, process.env);
	for (const message of sentences)
		process.stderr.write(
			json
				? `${JSON.stringify({ type: "warning", message })}\n`
				: `${yellow(printableLine(message))}\n`,
		);
}
