// #region setup
import assert from "node:assert/strict";
import { test } from "node:test";
import { localhook } from "localhook/node-test";
import { createApp } from "./app.js";

/** A shop, and a localhook that delivers to it until the test has ended. */
async function open(t) {
	const inbox = new Map();
	const shop = { inbox, isUp: true, secrets: () => hooks.solvimon.secret.all };
	const app = createApp({
		secrets: () => shop.secrets(),
		async keep(id, event) {
			if (!shop.isUp) throw new Error("The database is down.");
			if (!inbox.has(id)) inbox.set(id, event.type);
		},
		now: () => hooks.clock.now().getTime(),
	});
	const hooks = await localhook(t, { providers: ["solvimon"], receiver: app });
	return { hooks, shop };
}
// #endregion

// #region test
test("keeps an invoice that was paid", async (t) => {
	const { hooks, shop } = await open(t);

	await hooks.solvimon.send("INVOICE.PAID").settled;

	assert.deepEqual([...shop.inbox.values()], ["INVOICE.PAID"]);
});

test("gets what it missed, in order", async (t) => {
	const { hooks, shop } = await open(t);
	shop.isUp = false;
	hooks.solvimon.send("INVOICE.CREATED");
	hooks.solvimon.send("INVOICE.PAID");
	await hooks.idle();

	shop.isUp = true;
	await hooks.clock.advance("2m");

	assert.deepEqual(
		[...shop.inbox.values()],
		["INVOICE.CREATED", "INVOICE.PAID"],
	);
});

test("verifies with the old secret for a day after a roll, and no longer", async (t) => {
	const { hooks, shop } = await open(t);
	const old = hooks.solvimon.secret.current;
	shop.secrets = () => [old];

	hooks.solvimon.secret.roll();
	await hooks.solvimon.send("CUSTOMER.CREATED").settled;
	await hooks.clock.advance("1d");
	hooks.solvimon.send("CUSTOMER.UPDATED");
	await hooks.idle();

	assert.deepEqual([...shop.inbox.values()], ["CUSTOMER.CREATED"]);
	assert.equal(hooks.deliveries("status:401").length, 1);
});

test("refuses what was signed too long ago", async (t) => {
	const { hooks, shop } = await open(t);

	hooks.solvimon.send("INVOICE.PAID", {}, { sign: "stale:10m" });
	await hooks.idle();

	assert.equal(hooks.deliveries("status:401").length, 1);
	assert.equal(shop.inbox.size, 0);
});
// #endregion
