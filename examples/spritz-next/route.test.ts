// #region setup
import { createHmac } from "node:crypto";
import { setupLocalhook } from "localhook/msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { POST } from "./app/api/webhooks/spritz/route.ts";
import { events, stale } from "./inbox.ts";
import { connect } from "./spritz.ts";

const hooks = setupLocalhook({
	providers: ["spritz"],
	receiver: POST,
	// The application registers itself, with a URL that need not exist: its deliveries go to the receiver.
	register: false,
});
const server = setupServer(...hooks.handlers);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(async () => {
	server.close();
	await hooks.close();
});
beforeEach(async () => {
	await hooks.reset();
	events.clear();
	stale.clear();
	for (const [name, value] of Object.entries(hooks.env))
		vi.stubEnv(name, value);
	vi.stubEnv("SPRITZ_WEBHOOK_SECRET", "whsec_of_this_test");
	await connect("https://shop.example/api/webhooks/spritz");
});
// #endregion

// #region test
test("marks the record of an event for a fresh look", async () => {
	await hooks.spritz.send("payment.completed", { id: "pay_1" }).settled;

	expect(stale).toEqual(new Set(["pay_1"]));
});

test("keeps a milestone once, though it comes twice", async () => {
	const { delivery } = hooks.spritz.send("offramp.completed");
	await delivery.settled;

	await delivery.resend("exact").settled;

	expect(events.size).toBe(1);
	expect(hooks.deliveries("status:204")).toHaveLength(2);
});

test("refuses what was signed with another secret", async () => {
	const { delivery } = hooks.spritz.send(
		"payment.completed",
		{},
		{ sign: "wrong-secret" },
	);
	await hooks.idle();

	expect(delivery.attempts[0]?.response?.status).toBe(401);
	expect(stale.size).toBe(0);
});

test("refuses everything while it has no secret", async () => {
	vi.stubEnv("SPRITZ_WEBHOOK_SECRET", "");
	const body = '{"id":"pay_1","eventName":"payment.completed"}';
	const forged = createHmac("sha256", "").update(body).digest("hex");

	const { status } = await POST(
		new Request("https://shop.example/api/webhooks/spritz", {
			method: "POST",
			headers: { Signature: forged },
			body,
		}),
	);

	expect(status).toBe(401);
});
// #endregion
