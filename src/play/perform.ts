import type { Engine } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import type { ReadScenario } from "./read-scenario.ts";
import { type Stage, type StageOptions, stageOn, Unforeseen } from "./stage.ts";
import { take } from "./steps.ts";

/**
 * Plays a scenario on a running engine, until a step does not end as it should.
 *
 * @returns whether every step ended as it should, and the stage as it was then
 */
export async function perform(
	read: ReadScenario,
	engine: Engine,
	options: StageOptions,
): Promise<{ readonly ok: boolean; readonly stage: Stage }> {
	const session = engine.session(read.scenario.provider);
	const stage = stageOn(engine, session, options);
	const ok = await takeAll(read, stage).finally(stage.leave);
	return { ok, stage };
}

async function takeAll(
	{ scenario, placeOf }: ReadScenario,
	stage: Stage,
): Promise<boolean> {
	for (const [chapter, { title, steps }] of scenario.chapters.entries()) {
		stage.tell({ kind: "chapter", number: chapter + 1, title });
		for (const [index, step] of steps.entries()) {
			const found = await take(step, stage).catch(unforeseen);
			if (found === undefined) continue;
			const place = placeOf(chapter, index);
			stage.tell({ kind: "unexpected", ...found, ...(place && { place }) });
			return false;
		}
	}
	return true;
}

/** A step that cannot be taken, such as an unknown event, is one that ended otherwise too. */
function unforeseen(error: unknown): { expected: string; found: string } {
	if (error instanceof LocalhookError)
		return { expected: "a step that can be taken", found: error.message };
	if (!(error instanceof Unforeseen)) throw error;
	const { expected, found } = error;
	return { expected, found };
}
