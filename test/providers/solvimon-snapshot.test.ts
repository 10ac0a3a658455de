import { expect, it, onTestFinished } from "vitest";
import { startEngine } from "../support/engine.ts";

it.each([
	["secret_key", undefined],
	["password", 1],
	["api_key", {}],
	["previousUntil", "soon"],
	["previousUntil", 1.5],
	["previousUntil", -5],
	["previousUntil", 1e300],
	["id", "whk_a\n::error::x"],
	["url", "http://127.0.0.1:9/hooks\n::error::x\u001b[31m"],
])(
	"a snapshot changed in %s of a webhook to %j is refused for that",
	async (field, to) => {
		const { engine } = await startEngine("solvimon", {
			receiver: "http://127.0.0.1:9/hooks",
		});
		onTestFinished(() => engine.close());
		engine.session("solvimon").ready();
		const saved = JSON.stringify(await engine.snapshot());
		const given = JSON.parse(saved);
		given.providers.solvimon.records.webhooks[0][field] = to;

		await expect(
			engine.load(JSON.parse(JSON.stringify(given))),
		).rejects.toMatchObject({
			code: "invalid-snapshot",
			message: expect.stringMatching(`${field} (?:must be|is required)`),
		});
		expect(JSON.stringify(await engine.snapshot())).toBe(saved);
	},
);
