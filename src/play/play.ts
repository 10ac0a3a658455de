import { LocalhookError } from "../errors.ts";
import type { ReadScenario } from "./read-scenario.ts";
import { createStage, type PlayOptions, type Stage } from "./stage.ts";
import { take } from "./steps.ts";
import { Unforeseen } from "./unforeseen.ts";

/**
 * Plays a scenario on a server of its own until it ends or a step does not end as it should.
 *
 * @returns whether every step ended as it should
 * @throws LocalhookError for what cannot be played at all, such as `unknown-provider`
 * @example
 * await play(await readScenario("pause.yaml"), { tell: (line) => console.log(line) })
 */
export async function play(
	{ scenario, placeOf }: ReadScenario,
	options: PlayOptions,
): Promise<boolean> {
	const stage = await createStage(scenario, options);
	const { engine, session, url, tell } = stage;
	const { id: provider } = session.provider;
	const { title = session.provider.title } = scenario;
	const start = engine.clock.now();
	tell({ kind: "demo", provider, title, seed: engine.seed, url });
	try {
		const ok = await perform({ scenario, placeOf }, stage);
		const { calls, attempts } = stage;
		const played = engine.clock.now() - start;
		tell({ kind: "end", ok, calls, attempts, played });
		return ok;
	} finally {
		await stage.close();
	}
}

async function perform(
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
