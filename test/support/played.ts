import { play } from "../../src/play/play.ts";
import type { ReadScenario } from "../../src/play/read-scenario.ts";
import type { Line } from "../../src/play/stage.ts";

interface Played {
	readonly ok: boolean;
	readonly lines: readonly Line[];
}

export async function playThrough(
	read: ReadScenario,
	seed?: string,
): Promise<Played> {
	const lines: Line[] = [];
	const ok = await play(read, { seed, tell: (line) => lines.push(line) });
	return { ok, lines };
}

/** The lines of one kind. */
export function linesOf<Type extends Line["kind"]>(
	lines: readonly Line[],
	type: Type,
): Extract<Line, { kind: Type }>[] {
	return lines.filter(
		(line): line is Extract<Line, { kind: Type }> => line.kind === type,
	);
}
