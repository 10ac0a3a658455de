import { unknownProvider } from "../engine/engine.ts";
import { builtIn } from "../generated/built-in.ts";
import type { Line } from "../play/line.ts";
import { play } from "../play/play.ts";
import type { ReadScenario } from "../play/read-scenario.ts";
import type { Scenario } from "../play/scenario.ts";
import { coloursFor } from "./colours.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { createTranscript } from "./transcript.ts";

export interface DemoOptions {
	readonly json?: boolean;
	readonly seed?: string;
	readonly receiver?: string;
}

/** Plays a scenario to stdout; gives the exit code. */
export async function demo(
	read: ReadScenario,
	{ json = false, seed, receiver }: DemoOptions,
	{ stdout, env }: Pick<Io, "stdout" | "env">,
): Promise<number> {
	const write = json
		? (line: Line) => `${JSON.stringify(line)}\n`
		: createTranscript(coloursFor(stdout, env));
	const ok = await play(read, {
		seed,
		receiver,
		tell: (line) => void stdout.write(write(line)),
	});
	return ok ? exitCodes.done : exitCodes.failed;
}

/** @throws LocalhookError `unknown-provider` */
export function demoOf(provider: string): ReadScenario {
	const found = Object.hasOwn(builtIn, provider)
		? builtIn[provider]
		: undefined;
	if (found === undefined)
		throw unknownProvider(provider, Object.keys(builtIn));
	return { scenario: found.demo() as Scenario, placeOf: () => undefined };
}
