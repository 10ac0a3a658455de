import type { Engine } from "../../engine/engine.ts";
import { har } from "../export/har.ts";
import { createMask } from "../export/mask.ts";
import type { ControlOperations } from "./call.ts";
import { curlScript } from "./command-lines.ts";
import { matcher } from "./deliveries.ts";
import { ndjson } from "./delivery-view.ts";

const formats = {
	har: { write: har, type: "application/json" },
	curl: { write: curlScript, type: "text/plain" },
	ndjson: { write: ndjson, type: "application/x-ndjson" },
} as const;

/** Deliveries for other tools. */
export function exportOperations(engine: Engine): ControlOperations {
	return {
		"export-deliveries": async ({ params: { format = "" }, query }) => {
			const { query: text, reveal } = query as {
				query?: string;
				reveal?: boolean;
			};
			const matches = matcher(engine, {
				...(text !== undefined && { query: text }),
			});
			const deliveries = [...engine.journal.newest()].reverse().filter(matches);
			for (const session of engine.sessions.values()) session.ready();
			const { write, type } = formats[format as keyof typeof formats];
			const mask = createMask(engine, reveal === true);
			return { text: write(deliveries, mask), type };
		},
	};
}
