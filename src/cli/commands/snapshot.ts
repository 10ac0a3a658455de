import { LocalhookError } from "../../errors.ts";
import { printableJson } from "../../printing.ts";
import { serverCommand } from "../connect.ts";
import { readJson, writeOutput } from "../files.ts";

/** A state of 10,000 deliveries takes its time to write and to read. */
const timeout = 120_000;

export const snapshot = serverCommand({
	async show({ client, print }) {
		const saved = await client.get("/snapshot", { timeout });
		const providers = Object.keys(saved.providers);
		const deliveries = saved.deliveries.length;
		const now = new Date(saved.now).toISOString();
		print(
			{ kind: "snapshot-summary", providers, deliveries, now },
			`${providers.join(", ")}; deliveries: ${deliveries}; time: ${now}`,
		);
	},
	async save({ client, io, json, say, maskSecrets }, file: string) {
		const saved = await client.get("/snapshot", { timeout });
		// One value a line: made to be compared and committed.
		const text = json
			? printableJson({ kind: "snapshot", snapshot: saved })
			: printableJson(saved, "\t");
		if (file === "-") await maskSecrets(text);
		await writeOutput(file, Buffer.from(`${text}\n`), io);
		if (file !== "-") say(`Wrote ${file}. It holds secrets.`);
	},
	async load({ client, io, print }, file: string) {
		const body = await readJson(file, io);
		const answer = await client
			.put("/snapshot", { body, timeout })
			.catch((error: LocalhookError) => {
				if (error.code !== "invalid-snapshot") throw error;
				const { code, message, details } = error;
				throw new LocalhookError(code, `${file}: ${message}`, { details });
			});
		const { loaded, deliveries } = answer;
		print(
			{ kind: "loaded", ...answer },
			`loaded ${loaded.join(", ")}; deliveries: ${deliveries}`,
		);
	},
});
