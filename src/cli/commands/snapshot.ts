import diff from "microdiff";
import { invalidOption, LocalhookError, quoted } from "../../errors.ts";
import { printableJson, shortened } from "../../printing.ts";
import { pathText } from "../../problem.ts";
import { serverCommand } from "../connect.ts";
import { readJson, writeOutput } from "../files.ts";
import { exitCodes, type Io } from "../io.ts";

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
	async diff(
		{ client, io, print, finish, maskSecrets },
		file: string,
		other?: string,
	) {
		const before = await readSnapshot(file, io);
		const after =
			other === undefined
				? await client.get("/snapshot", { timeout })
				: await readSnapshot(other, io);
		const found = differences(before, after);
		if (found.length === 0) return;
		if (other === undefined) await maskSecrets(JSON.stringify(found));
		for (const each of found)
			print({ kind: "difference", ...each }, differenceLine(each));
		finish(exitCodes.failed);
	},
});

async function readSnapshot(file: string, io: Io): Promise<object> {
	const saved = await readJson(file, io);
	if ("localhook" in saved) return saved;
	throw invalidOption(
		`Failed to compare ${quoted(file)}: it is not a snapshot. Give a file that "localhook snapshot save" wrote, without --json.`,
	);
}

/** Each value that is not the same in both; the side that lacks it has no value. */
function differences(before: object, after: object) {
	// JSON has no circles to look out for.
	return diff(before, after, { cyclesFix: false }).map((each) => ({
		path: pathText(each.path.map(String)),
		...("oldValue" in each && { before: each.oldValue as unknown }),
		...("value" in each && { after: each.value as unknown }),
	}));
}

type Difference = ReturnType<typeof differences>[number];

function differenceLine(difference: Difference): string {
	const side = (name: "before" | "after") =>
		name in difference
			? shortened(JSON.stringify(difference[name]), 500)
			: "(nothing)";
	return `${difference.path}: ${side("before")} -> ${side("after")}`;
}
