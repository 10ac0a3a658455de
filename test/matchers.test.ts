import { createHmac } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { matchers } from "../src/testing/matchers.ts";
import { startLocalhook } from "../src/testing/start.ts";
import { openReceiver } from "./support/running-acme.ts";

expect.extend(matchers);

const change = "study.status.change";

async function start() {
	const receiver = await openReceiver();
	const hooks = await startLocalhook({
		providers: ["prolific"],
		receiver: receiver.url,
		seed: 7,
	});
	onTestFinished(() => hooks.close());
	return { hooks, receiver };
}

/** What the failure says. */
async function failureOf(assertion: () => unknown): Promise<string> {
	try {
		await assertion();
	} catch (error) {
		return (error as Error).message;
	}
	throw new Error("it did not fail");
}

describe("toBeDelivered", () => {
	it("waits for the attempts that are under way, of one delivery or of all", async () => {
		const { hooks } = await start();

		const sent = hooks.prolific.send(change);
		await expect(sent).toBeDelivered();
		await expect(sent.delivery).toBeDelivered();
		await expect(hooks.deliveries()).toBeDelivered();
	});

	it("shows each attempt, the nearest deliveries and the seed when it fails", async () => {
		const { hooks, receiver } = await start();
		await hooks.prolific.send(change).settled;
		receiver.answer({ status: 503, body: "not \u001b now" });
		const { delivery } = hooks.prolific.send(change);
		await hooks.idle();
		await hooks.clock.next();

		const message = await failureOf(() => expect(delivery).toBeDelivered());

		expect(message).toMatch(/^Expected the delivery to arrive: pending\./);
		expect(message).toContain(
			`prolific ${change} ${delivery.id} → ${receiver.url}: pending`,
		);
		expect(message).toMatch(
			/\+0s .* 503 {2}study\.status\.change #1 .*\n +answered "not \\u001b now"\n/,
		);
		expect(message).toMatch(/\+38s .* 503 .* #2 /);
		expect(message).toMatch(/next attempt/);
		expect(message).toMatch(/nearest:\n {2}prolific .* delivered\n/);
		expect(message).toMatch(/repeat: seed 7$/);
	});

	it("fails for an event that matched no endpoint", async () => {
		const hooks = await startLocalhook({ providers: ["prolific"] });
		onTestFinished(() => hooks.close());

		const message = await failureOf(() =>
			expect(hooks.prolific.send(change)).toBeDelivered(),
		);

		expect(message).toMatch(/the event matched no endpoint/);
	});

	it("fails the other way round for what arrives though it should not", async () => {
		const { hooks } = await start();

		const message = await failureOf(() =>
			expect(hooks.prolific.send(change)).not.toBeDelivered(),
		);

		expect(message).toMatch(/Expected no delivery to arrive, and it did\./);
	});

	it("says which mistake the receiver makes, and does not ask one where nothing failed", async () => {
		let secret = "";
		let calls = 0;
		const hooks = await startLocalhook({
			providers: ["prolific"],
			async receiver(request) {
				calls++;
				const sent = request.headers.get("x-prolific-request-signature");
				const time = request.headers.get("x-prolific-request-timestamp");
				const body = JSON.stringify(await request.json());
				const made = createHmac("sha256", secret)
					.update(`${time}${body}`)
					.digest("base64");
				return new Response(null, { status: sent === made ? 200 : 401 });
			},
		});
		onTestFinished(() => hooks.close());
		secret = hooks.prolific.secret.current;
		const { delivery } = hooks.prolific.send(change);

		await expect(delivery).not.toBeDelivered();
		expect(calls).toBe(1);
		const message = await failureOf(() => expect(delivery).toBeDelivered());
		const { mistakes } = await hooks.explain(delivery);

		expect(mistakes).toMatchObject([
			{ cause: "body-reserialised", certain: true },
		]);
		expect(message).toContain(mistakes[0]?.sentence);
		expect(message).toMatch(/ 401 .* #1 /);
		expect(delivery).toHaveAttempts(1);
	});

	it.each([
		["a number", 1, "it is number"],
		["some object", {}, "it is an object, and no delivery"],
		["no delivery at all", [], "it is an empty list"],
	])("refuses %s", async (_, received, message) => {
		expect(await failureOf(() => expect(received).toBeDelivered())).toContain(
			message,
		);
	});
});

describe("toHaveAttempts", () => {
	it("counts the attempts", async () => {
		const { hooks, receiver } = await start();
		receiver.answer({ status: 500 }, {});
		const { delivery } = hooks.prolific.send(change);
		await hooks.idle();
		await hooks.clock.drain();

		expect(delivery).toHaveAttempts(2);
		expect(delivery).not.toHaveAttempts(1);
		expect(await failureOf(() => expect(delivery).toHaveAttempts(3))).toMatch(
			/^Expected attempts: 3, found 2\.\n\n.*: delivered\n.* 500 .* #1 .*\n.* 200 .* #2 /,
		);
	});
});

describe("toMatchEvent", () => {
	it("takes the parts of an event that matter", async () => {
		const { hooks } = await start();
		const sent = hooks.prolific.send(change, { status: "PAUSED" });

		expect(sent).toMatchEvent({ type: change });
		expect(sent.delivery).toMatchEvent({
			payload: { status: "PAUSED", resource_id: expect.any(String) },
		});
		expect(hooks.deliveries()).not.toMatchEvent({ type: "study.x" });
	});

	it("names each difference of what comes nearest", async () => {
		const { hooks } = await start();
		hooks.prolific.send("study.progress.change");
		const { id } = hooks.prolific.send(change, { status: "PAUSED" }).delivery;
		await hooks.idle();

		const message = await failureOf(() =>
			expect(hooks.deliveries()).toMatchEvent({
				type: change,
				payload: { status: "ACTIVE", metadata: { a: 1 } },
			}),
		);

		expect(message).toContain(
			[
				`${change} ${id}`,
				'  payload.status: wanted "ACTIVE", found "PAUSED"',
				"  payload.metadata.a: wanted 1, found nothing",
				"study.progress.change",
			].join("\n"),
		);
		expect(message).toMatch(/repeat: seed 7$/);
	});
});
