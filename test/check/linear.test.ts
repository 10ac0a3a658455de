import { expect, it } from "vitest";
import { excessOf, inexactNumberIn } from "../../src/engine/body.ts";
import { createCollection } from "../../src/engine/collections.ts";
import type { Snapshot } from "../../src/engine/snapshot.ts";
import { signedBy } from "../../src/explain/guess.ts";
import { guessesOf } from "../../src/explain/guesses/guesses.ts";
import { acmeSigner } from "../support/acme.ts";
import { messageOf } from "../support/message.ts";
import { rolling, usual } from "../support/providers.ts";
import { startAcme } from "../support/running-acme.ts";
import { serve } from "../support/server.ts";

const kilo = 1000;
/** Seconds where what is done grows with the square of what is given, milliseconds where it grows with it. */
const works: readonly (readonly [string, () => unknown])[] = [
	[
		"a body in base64 that is all padding",
		async () => {
			const { control } = await serve();
			await control("POST", "/events", {
				provider: usual.id,
				type: usual.event,
				body: `${"=".repeat(300 * kilo)}x`,
			});
		},
	],
	[
		"a value for each place of a long list",
		async () => {
			const { engine } = await startAcme();
			engine.send("acme", "thing.made", {
				payload: { type: "x", lines: Array(1000 * kilo).fill(0) },
				set: Object.fromEntries(
					Array.from({ length: 10 * kilo }, (_, i) => [`lines[${i}]`, "1"]),
				),
			});
		},
	],
	[
		"a record under other values than before",
		() => {
			const collection = createCollection<{ id: string; under: string[] }>(
				"hooks",
				{ key: "id", indexes: { under: ({ under }) => under } },
			);
			for (const value of ["a", "b"])
				collection.put({ id: "1", under: Array(100 * kilo).fill(value) });
		},
	],
	[
		"white space in the middle of a body that is explained",
		() => {
			const body = Buffer.from(`"${" ".repeat(200 * kilo)}"`);
			const message = messageOf({ body, secrets: ["s3cret"], at: 0 });
			const guesses = guessesOf({ signer: acmeSigner, now: () => 0 }, message);
			for (const guess of guesses) signedBy(guess, acmeSigner, message);
		},
	],
	["open brackets", () => excessOf('{"a":['.repeat(1000 * kilo))],
	["numbers", () => inexactNumberIn('1e1,"\\"":'.repeat(300 * kilo))],
	["a number", () => inexactNumberIn("1".repeat(1000 * kilo))],
];

it.each(works)(
	"%s takes no time that grows with its square",
	async (_, work) => {
		// Not the time that passes, which others who compute meanwhile lengthen.
		const before = process.cpuUsage();

		await work();

		expect(process.cpuUsage(before).user / 1e6).toBeLessThan(3);
	},
);

it("a snapshot of as many deliveries as are kept is loaded over HTTP", async () => {
	const { engine, control } = await serve(rolling.id, {
		receiver: "http://127.0.0.1:9/hooks",
	});
	engine.send(rolling.id, rolling.event);
	await engine.idle();
	const saved: Snapshot = await engine.snapshot();
	const [one] = saved.deliveries;
	const most = engine.journal.limits.deliveries;
	const deliveries = Array.from({ length: most }, (_, i) => ({
		...one,
		id: `dlv_${i}`,
		state: "failed" as const,
		nextAt: undefined,
	}));

	const loaded = await control("PUT", "/snapshot", { ...saved, deliveries });

	expect(loaded).toMatchObject({ status: 200, body: { deliveries: most } });
	expect(engine.journal.size).toBe(most);
});
