import pc from "picocolors";
import { printableLine } from "./printable.ts";

/** Tells of what does no harm, on stderr. */
export function warn(sentences: readonly string[], json: boolean): void {
	for (const message of sentences)
		process.stderr.write(
			json
				? `${JSON.stringify({ type: "warning", message })}\n`
				: `${pc.yellow(printableLine(message))}\n`,
		);
}
