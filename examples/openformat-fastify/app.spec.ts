// #region setup
import { expect as base } from "@playwright/test";
import { matchers } from "localhook/matchers";
import { type StartedLocalhook, withLocalhook } from "localhook/playwright";
import { createApp } from "./app.ts";

// A delivery that was refused is then shown with its attempts, and with the mistake that fits.
const expect = base.extend(matchers);

interface Wallet {
	readonly hooks: StartedLocalhook<"openformat">;
	readonly inbox: ReadonlyMap<string, object>;
}

const test = withLocalhook({ providers: ["openformat"] }).extend<{
	wallet: Wallet;
}>({
	wallet: async ({ localhook }, use) => {
		const inbox = new Map<string, object>();
		const app = createApp({
			secrets: () => hooks.openformat.secret.all,
			keep: async (id, event) => {
				if (!inbox.has(id)) inbox.set(id, event);
			},
		});
		const hooks = await localhook.scope({ receiver: app, register: false });
		await use({ hooks, inbox });
		await hooks.close();
	},
});
// #endregion

// #region test
test("hears of transactions once it has passed its test", async ({
	wallet: { hooks, inbox },
}) => {
	const { openformat } = hooks;
	const { body } = await openformat.subscriptions.create({
		url: "https://wallet.example/webhooks/openformat",
		events: ["transaction"],
	});
	expect(openformat.send("transaction").deliveries).toEqual([]);

	await openformat.subscriptions.confirm(body.webhook.id);
	await expect(openformat.send("transaction")).toBeDelivered();

	expect(inbox.size).toBe(1);
});

test("refuses what was changed on its way", async ({
	wallet: { hooks, inbox },
}) => {
	hooks.openformat.send(
		"transaction",
		{},
		{ to: "https://wallet.example/webhooks/openformat", sign: "tampered-body" },
	);
	await hooks.idle();

	expect(hooks.deliveries("status:401")).toHaveLength(1);
	expect(inbox.size).toBe(0);
});
// #endregion
