import { getResponse } from "msw";
import { describe, expect, onTestFinished, test } from "vitest";
import { setupLocalhook } from "../../src/msw/index.ts";
import { listening } from "../support/msw-setup.ts";

describe("the handlers", () => {
	test.each([
		["prolific", "https://api.prolific.com/api/v1/hooks/event-types/"],
		["prolific", "https://api.prolific.co/api/v1/hooks/event-types/"],
		["solvimon", "https://test.api.solvimon.com/v1/webhooks"],
		["solvimon", "https://api.solvimon.com/v1/webhooks"],
		["solvimon", "https://acme.solvimon.com/v1/webhooks"],
		["spritz", "https://sandbox.spritz.finance/v1/integrator/webhooks"],
		["spritz", "https://platform.spritz.finance/v1/integrator/webhooks"],
		["openformat", "https://api.openformat.tech/v1/webhook/1"],
		["openformat", "https://api.openformat.tech/api/v1/webhook/1"],
	] as const)("answer for %s at %s", async (provider, url) => {
		const { hooks } = listening({ providers: [provider] });
		const calls: unknown[] = [];
		hooks.journal.follow((entry) => {
			if (entry.kind === "call") calls.push(entry);
		});

		await fetch(url);

		expect(calls).toMatchObject([{ provider, operation: expect.any(String) }]);
	});

	test.each([
		"https://api.prolific.com.test/",
		"https://prolific.com/",
		"http://api.prolific.com/",
		"https://api.test/?https://api.prolific.com/",
		"http://acme.solvimon.com/v1/webhooks",
		"https://docs.solvimon.com/v1/webhooks",
		"https://acme.desk.solvimon.com/v1/webhooks",
		"https://solvimon.com/v1/webhooks",
		"https://acme.solvimon.com.test/v1/webhooks",
		"https://api.test/?https://acme.solvimon.com/",
	])("leave %s to others", async (url) => {
		const hooks = setupLocalhook();
		onTestFinished(() => hooks.close());

		const response = await getResponse(hooks.handlers, new Request(url));

		expect(response).toBeUndefined();
	});
});

describe("a base URL", () => {
	test("is the provider's own, with the base path, unless one is chosen", () => {
		const hooks = setupLocalhook();
		onTestFinished(() => hooks.close());

		expect(hooks.openformat.url).toBe("https://api.openformat.tech/v1");
		expect(hooks.solvimon.url).toBe("https://test.api.solvimon.com");
	});

	test("of choice answers too", async () => {
		const { hooks } = listening({
			providers: ["openformat", "prolific"],
			baseUrl: "http://api.test/doubles/",
		});
		const { url } = hooks.openformat;

		const chosen = await fetch(`${url}/webhook`);
		const own = await fetch("https://api.openformat.tech/v1/webhook");

		expect(url).toBe("http://api.test/doubles/openformat/v1");
		expect([chosen.status, await chosen.text()]).toEqual([
			own.status,
			await own.text(),
		]);
	});
});
