import { describe, expect, it, onTestFinished } from "vitest";
import { createSystemClock, soon } from "../src/delivery/clock.ts";
import type { Exchange, Outgoing } from "../src/delivery/exchange.ts";
import type { ProviderId } from "../src/hooks/document-types.ts";
import { tellingOfSlowReceivers } from "../src/hooks/options.ts";
import { setupLocalhook } from "../src/msw/setup.ts";
import { matchers } from "../src/testing/matchers.ts";
import { startLocalhook } from "../src/testing/start.ts";
import { providerWith, rolling, usual } from "./support/providers.ts";

expect.extend(matchers);

const change = usual.event;
const paid = rolling.event;
/** Never tries again. */
const once = providerWith((_, __, { retry }) => retry.delays.length === 0);

/** A receiver that answers one status after the other, then the last one for good. */
function start<Id extends ProviderId>(
	provider: Id,
	statuses: readonly number[] = [503],
	clock: "virtual" | "real" = "virtual",
	speed = 1,
) {
	const left = [...statuses];
	const hooks = setupLocalhook({
		providers: [provider],
		clock,
		speed,
		seed: 7,
		receiver: () =>
			new Response(null, {
				status: (left.length > 1 ? left.shift() : left[0]) ?? 200,
			}),
	});
	onTestFinished(() => hooks.close());
	return hooks;
}

/** What the promise is rejected with. */
async function failureOf(promise: Promise<unknown>): Promise<string> {
	return promise.then(
		() => "nothing",
		(error: Error) => error.message,
	);
}

describe("settled", () => {
	it("is rejected at once under a clock that stands still, with what toBeDelivered says", async () => {
		const hooks = start(rolling.id, [401]);
		const { delivery, settled } = hooks.provider(rolling.id).send(paid);

		const failure = await failureOf(settled);

		expect(failure).toMatch(/^Expected the delivery to arrive: pending\.\n/);
		expect(failure).toMatch(
			new RegExp(
				`The clock stands still, and attempt 2 of ${paid} \\(\\w+\\) is due in 2m\\. Make it now with await hooks\\.clock\\.next\\(\\)`,
			),
		);
		expect(failure).toMatch(
			new RegExp(`\\+0s +${rolling.id} +attempt +401 +${paid} #1 `),
		);
		expect(failure).toMatch(/next attempt \+2m\n/);
		expect(failure).toContain("though its signature is right");
		expect(failure).toMatch(/repeat: seed 7$/);
		expect(await failureOf(delivery.settled)).toBe(failure);
		expect(await failureOf(expect(delivery).toBeDelivered() as never)).toBe(
			failure,
		);
	});

	it("says when the next attempt is due as the timeline and wait say it", async () => {
		const hooks = start(usual.id);

		const failure = await failureOf(
			hooks.provider(usual.id).send(change).settled,
		);
		const waited = await failureOf(
			hooks.wait("state:delivered", { timeout: 1 }),
		);

		const [, due] = / is due in (\S+)\. Make/.exec(failure) ?? [];
		expect(failure).toMatch(new RegExp(`next attempt \\+${due}\n`));
		expect(waited).toContain(` is due in ${due}: advance`);
	});

	it("covers every delivery of an event over HTTP too", async () => {
		const hooks = await startLocalhook({
			providers: [usual.id],
			receiver: () => new Response(null, { status: 500 }),
		});
		onTestFinished(() => hooks.close());

		await expect(
			hooks.provider(usual.id).send(change).settled,
		).rejects.toMatchObject({
			code: "not-settled",
			message: expect.stringContaining("The clock stands still"),
		});
	});

	it.each([
		["once the clock has been turned", "before"],
		["while the clock is turned, asked for before", "beside"],
	])("resolves %s", async (_, order) => {
		const hooks = start(usual.id, [503, 503, 200]);
		const sent = hooks.provider(usual.id).send(change);

		const asked = order === "beside" ? sent.settled : undefined;
		await hooks.clock.advance("1h");

		expect(await (asked ?? sent.settled)).toBe(sent);
		expect(sent.delivery).toMatchObject({ state: "delivered" });
		expect(sent.delivery.attempts).toHaveLength(3);
	});

	it("resolves for a delivery that was given up", async () => {
		const hooks = start(once.id, [500]);

		const { delivery } = await hooks.provider(once.id).send(once.event).settled;

		expect(delivery.state).toBe("failed");
	});

	it("names the delivery that another one waits for", async () => {
		const hooks = start(rolling.id, [500]);
		const first = hooks.provider(rolling.id).send(rolling.event).delivery;
		const second = hooks.provider(rolling.id).send(paid).delivery;

		const failure = await failureOf(second.settled);

		expect(failure).toContain(
			`${paid} (${second.id}) waits for its turn behind ${first.id}, since ${rolling.id} delivers in order.`,
		);
		expect(failure).toContain(`attempt 2 of ${rolling.event} (${first.id})`);
	});

	it.each(["virtual", "real"] as const)(
		"says that an endpoint is paused, under a %s clock",
		async (clock) => {
			const hooks = start(usual.id, [200], clock);
			const [endpoint] = hooks
				.provider(usual.id)
				.endpoints()
				.filter(({ events }) => events?.includes(change));
			hooks.provider(usual.id).setOutage("paused");

			expect(
				await failureOf(hooks.provider(usual.id).send(change).settled),
			).toContain(
				`is held: the endpoint is paused. It goes on once that is over: hooks.provider("${usual.id}").setOutage("none", "${endpoint?.id}").`,
			);
		},
	);

	it("does not wait for hours of real time", async () => {
		const hooks = start(rolling.id, [500], "real");

		expect(
			await failureOf(hooks.provider(rolling.id).send(paid).settled),
		).toMatch(
			new RegExp(
				`The clock is real, and attempt 2 of ${paid} \\(\\w+\\) is due in 2m\\. Use the virtual clock`,
			),
		);
	});

	it("waits for what comes soon in real time", async () => {
		const hooks = start(rolling.id, [500, 500, 200], "real", 100_000);

		const { delivery } = await hooks.provider(rolling.id).send(paid).settled;

		expect(delivery).toMatchObject({ state: "delivered" });
		expect(delivery.attempts).toHaveLength(3);
	});

	it("is like wait, which says that the clock stands still when its time is up", async () => {
		const hooks = start(rolling.id, [500]);
		hooks.provider(rolling.id).send(paid);
		await hooks.idle();

		const waiting = hooks.wait("state:delivered", { timeout: "5ms" });

		expect(await failureOf(waiting)).toContain(
			"The clock stands still, and the next attempt is due in 2m: advance the clock to make it.",
		);
	});

	it("resolves when localhook is reset meanwhile", async () => {
		const hooks = start(rolling.id, [500]);
		const { settled } = hooks.provider(rolling.id).send(paid);

		await hooks.reset();

		expect((await settled).delivery.state).toBe("cancelled");
	});
});

describe("A receiver that does not answer", () => {
	const outgoing = {
		receiver: { href: "http://127.0.0.1:3000/hooks" },
		timeout: 10_000,
	} as Outgoing;
	const answered = {} as Exchange;

	it.each<[string, Partial<Outgoing>, number]>([
		["is named while a test waits for it", {}, 1],
		["is not, where the attempt ends before", { timeout: 1 }, 0],
		["is not, where a fault holds it up", { fault: { kind: "timeout" } }, 0],
	])("%s", async (_, different, times) => {
		const told: string[] = [];
		let answer = (_: Exchange) => {};
		const transport = tellingOfSlowReceivers(
			() => ({
				post(_, done) {
					answer = done;
				},
				close: async () => {},
			}),
			1,
			(text) => told.push(text),
		)(createSystemClock());

		await new Promise<void>((resolve) => {
			transport.post({ ...outgoing, ...different }, () => resolve());
			soon(5, () => answer(answered));
		});

		expect(told).toEqual(
			Array(times).fill(
				expect.stringMatching(
					/^The receiver http:\/\/127\.0\.0\.1:3000\/hooks has not answered for 1ms\. The attempt fails after 10s\./,
				),
			),
		);
	});

	it("is not named once it has answered", async () => {
		const told: string[] = [];
		const transport = tellingOfSlowReceivers(
			() => ({ post: (_, done) => done(answered), close: async () => {} }),
			1,
			(text) => told.push(text),
		)(createSystemClock());

		transport.post(outgoing, () => {});
		await new Promise<void>((resolve) => soon(5, resolve));

		expect(told).toEqual([]);
	});
});
