import type { Line } from "../demo/line.ts";
import { play } from "../demo/play.ts";
import { stories } from "../demo/stories.ts";
import type { Story } from "../demo/story.ts";
import { unknownProvider } from "../engine/engine.ts";
import { coloursFor } from "./colours.ts";
import { exitCodes } from "./exit-codes.ts";
import { createTranscript } from "./transcript.ts";

export interface DemoOptions {
	readonly json?: boolean;
	readonly seed?: string;
}

/** Where a transcript goes. */
export interface Surroundings {
	readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
	readonly env: Readonly<Record<string, string | undefined>>;
}

/** Plays a story to stdout; gives the exit code. */
export async function demo(
	story: Story,
	{ json = false, seed }: DemoOptions,
	{ stdout, env }: Surroundings,
): Promise<number> {
	const write = json
		? (line: Line) => `${JSON.stringify(line)}\n`
		: createTranscript(coloursFor(stdout, env));
	const ok = await play(story, {
		seed,
		tell: (line) => void stdout.write(write(line)),
	});
	return ok ? exitCodes.done : exitCodes.failed;
}

/** @throws LocalhookError `unknown-provider` */
export function storyOf(provider: string): Story {
	const story = Object.hasOwn(stories, provider)
		? stories[provider]
		: undefined;
	if (story === undefined)
		throw unknownProvider(provider, Object.keys(stories));
	return story;
}
