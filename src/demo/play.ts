import type { Line } from "./line.ts";
import { createStage, type Stage } from "./stage.ts";
import { advance, call, outage, resend, retry, send } from "./steps.ts";
import type { Step, Story } from "./story.ts";
import { Unforeseen } from "./unforeseen.ts";

export interface PlayOptions {
	/** Default: the engine's. */
	readonly seed?: string | undefined;
	/** Is told everything as it happens. */
	readonly tell: (line: Line) => void;
}

/**
 * Plays a story on a server of its own until it ends or something is not as the story has it.
 *
 * @returns whether everything ended as it should
 * @throws LocalhookError `unknown-provider`
 * @example
 * await play(stories.solvimon, { tell: (line) => console.log(line) })
 */
export async function play(
	story: Story,
	{ seed, tell }: PlayOptions,
): Promise<boolean> {
	const stage = await createStage(story, seed, tell);
	const { engine, session, url } = stage;
	const { id: provider, title } = session.provider;
	const start = engine.clock.now();
	tell({ type: "demo", provider, title, seed: engine.seed, url });
	try {
		const ok = await perform(story, stage);
		const { calls, attempts } = stage;
		const played = engine.clock.now() - start;
		tell({ type: "end", ok, calls, attempts, played });
		return ok;
	} finally {
		await stage.close();
	}
}

async function perform({ chapters }: Story, stage: Stage): Promise<boolean> {
	try {
		for (const [index, { title, steps }] of chapters.entries()) {
			stage.tell({ type: "chapter", number: index + 1, title });
			for (const step of steps) await take(step, stage);
		}
		return true;
	} catch (error) {
		if (!(error instanceof Unforeseen)) throw error;
		const { expected, found } = error;
		stage.tell({ type: "unexpected", expected, found });
		return false;
	}
}

function take(step: Step, stage: Stage): Promise<void> {
	switch (step.kind) {
		case "call":
			return call(step, stage);
		case "send":
			return send(step, stage);
		case "outage":
			return outage(step, stage);
		case "retry":
			return retry(step, stage);
		case "advance":
			return advance(step, stage);
		case "resend":
			return resend(stage);
	}
}
