import { parseDuration } from "../../duration.ts";
import type { Stage } from "../stage.ts";
import type { AdvanceStep } from "../story.ts";
import { witness } from "../witness.ts";

/** Turns the clock over a time in which nothing is due. */
export async function advance(
	{ by }: AdvanceStep,
	stage: Stage,
): Promise<void> {
	const advanced = parseDuration(by);
	await stage.engine.advance(advanced);
	stage.tell({ type: "clock", advanced });
	witness(stage, { attempts: 0 });
}
