// #region setup
import { matchers } from "localhook/matchers";
import { withLocalhook } from "localhook/vitest";
import { expect } from "vitest";
import { createApp, type ProlificEvent } from "./app.ts";

// A delivery that was refused is then shown with its attempts, and with the mistake that fits.
expect.extend(matchers);

const test = withLocalhook({ providers: ["prolific"] }).extend(
	"shop",
	async ({ localhook }, { onCleanup }) => {
		const inbox = new Map<string, ProlificEvent>();
		const app = createApp({
			secrets: () => hooks.prolific.secret.all,
			keep: async (id, event) => {
				if (!inbox.has(id)) inbox.set(id, event);
			},
			now: () => hooks.clock.now().getTime(),
		});
		// Of this test alone: tests that run at the same time do not see each other.
		const hooks = await localhook.scope({ receiver: app });
		onCleanup(() => hooks.close());
		return { hooks, inbox };
	},
);
// #endregion

// #region test
test("keeps what happened to a study", async ({ shop: { hooks, inbox } }) => {
	const sent = hooks.prolific.send("study.status.change", {
		status: "PAUSED",
	});

	await expect(sent).toBeDelivered();

	expect([...inbox.values()]).toMatchObject([{ status: "PAUSED" }]);
});

test("keeps an event once, though it is delivered again", async ({
	shop: { hooks, inbox },
}) => {
	const { delivery } = hooks.prolific.send("study.status.change");
	await delivery.settled;

	await delivery.resend("exact").settled;

	expect(hooks.deliveries("state:delivered")).toHaveLength(2);
	expect(inbox.size).toBe(1);
});

test("gets an event by a retry when it was down", async ({
	shop: { hooks, inbox },
}) => {
	hooks.faults.set([{ fault: "cut-in-body", times: 1 }]);
	const sent = hooks.prolific.send("study.status.change");
	await hooks.idle();
	expect(inbox.size).toBe(0);

	await hooks.clock.advance("1m");
	await sent.settled;

	expect(sent.delivery).toHaveAttempts(2);
	expect(inbox.size).toBe(1);
});

test("refuses what is signed with another secret, or was signed too long ago", async ({
	shop: { hooks, inbox },
}) => {
	for (const sign of ["wrong-secret", "stale:10m", "none"])
		hooks.prolific.send("study.status.change", {}, { sign });
	await hooks.idle();

	expect(hooks.deliveries("status:401")).toHaveLength(3);
	expect(inbox.size).toBe(0);
});
// #endregion

// #region play
test("comes through an outage, step by step", async ({
	shop: { hooks, inbox },
}) => {
	await hooks.play(new URL("outage.yaml", import.meta.url));

	expect(inbox.size).toBe(2);
});
// #endregion
