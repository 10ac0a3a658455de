import { printableLine } from "../printing.ts";
import { coloursFor } from "./colours.ts";
import type { Io } from "./io.ts";

/** Tells of what does no harm, on stderr. */
export function warn(
	sentences: readonly string[],
	json: boolean,
	{ stderr, env }: Pick<Io, "stderr" | "env">,
): void {
	const { yellow } = coloursFor(stderr, env);
	for (const message of sentences)
		stderr.write(
			json
				? `${JSON.stringify({ type: "warning", message })}\n`
				: `${yellow(printableLine(message))}\n`,
		);
}
