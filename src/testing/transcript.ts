import type { Engine } from "../engine/engine.ts";
import { showEntry } from "../server/control/entry-view.ts";
import { createMask } from "../server/export/mask.ts";
import { ndjson } from "../server/export/ndjson.ts";

/** API calls and events as they came, then every delivery with the bytes of its attempts; credentials are hidden. */
export function transcriptOf(engine: Engine, after = 0): string {
	const { journal } = engine;
	const entries = journal.after(after);
	const told = entries
		.filter(({ kind }) => kind === "call" || kind === "event")
		.map((entry) => `${JSON.stringify(showEntry(entry))}\n`);
	const deliveries = entries.flatMap((entry) =>
		entry.kind === "delivery" ? [entry.delivery] : [],
	);
	return told.join("") + ndjson(deliveries, createMask(engine, false));
}
