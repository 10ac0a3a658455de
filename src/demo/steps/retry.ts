import type { Stage } from "../stage.ts";
import type { RetryStep } from "../story.ts";
import { Unforeseen } from "../unforeseen.ts";
import { witness } from "../witness.ts";

/** Turns the clock to whatever is due next. */
export async function retry(
	{ times, expect }: RetryStep,
	stage: Stage,
): Promise<void> {
	for (let done = 0; done < times; done++) {
		const { ran } = await stage.engine.time.next();
		if (ran === undefined)
			throw new Unforeseen("an attempt that is due", "none");
		witness(stage, expect);
	}
}
