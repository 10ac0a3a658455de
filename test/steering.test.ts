import { expect, it, onTestFinished } from "vitest";
import type { Snapshot } from "../src/engine/snapshot.ts";
import { startEngine } from "./support/engine.ts";
import { rolling } from "./support/providers.ts";
import { startReceiver } from "./support/receiver.ts";

/** An engine with one receiver, which is registered for everything. */
async function start() {
	const receiver = await startReceiver();
	const { engine } = await startEngine(rolling.id, { receiver: receiver.url });
	onTestFinished(async () => {
		await engine.close();
		await receiver.close();
	});
	return { engine, receiver };
}

it("steers deliveries from TypeScript with the verbs of the control API", async () => {
	const { engine, receiver } = await start();
	const [endpoint] = engine.endpoints();
	const id = endpoint?.id ?? "";

	engine.setOutage(rolling.id, id, "down");
	engine.send(rolling.id, rolling.event);
	await engine.idle();
	expect(engine.delivery("latest").state).toBe("pending");
	expect(engine.endpoints(rolling.id)[0]).toMatchObject({
		id,
		outage: "down",
		pending: 1,
	});
	engine.setOutage(rolling.id, id, "none");
	const delivered = await engine.attempt("latest");
	const again = engine.resend(delivered.id, "exact");
	await engine.idle();

	expect(delivered.state).toBe("delivered");
	expect(again).toMatchObject({ parent: delivered.id, state: "delivered" });
	const [first, second] = receiver.requests;
	expect(second?.rawHeaders).toEqual(first?.rawHeaders);
	expect(second?.body).toEqual(first?.body);
});

it("shows and rolls secrets from TypeScript, and previews what they sign", async () => {
	const { engine } = await start();
	const [before] = engine.secrets(rolling.id);

	const [rolled] = engine.rotate(rolling.id, "roll");
	const [preview] = engine.preview(rolling.id, rolling.event);

	expect(rolled?.value).not.toBe(before?.value);
	expect(engine.secrets()).toMatchObject([
		{ value: rolled?.value, isPrevious: false },
		{ value: before?.value, isPrevious: true },
	]);
	expect(preview?.recipe?.signatures.map(({ secret }) => secret)).toEqual([
		rolled?.value,
		before?.value,
	]);
});

it("names what there is where something does not exist", async () => {
	const { engine } = await start();
	const [endpoint] = engine.endpoints();

	expect(() => engine.setOutage(rolling.id, "nobody", "paused")).toThrow(
		endpoint?.id,
	);
	expect(() => engine.rotate(rolling.id, "replace")).toThrow(
		"It can roll them.",
	);
	expect(() => engine.resend("dlv_none", "exact")).toThrow(
		'Failed to find the delivery "dlv_none"',
	);
	expect(() => engine.endpoints("acme")).toThrow("Choose one of");
});

it("takes the start of a delivery's id where one delivery alone begins so", async () => {
	const { engine } = await start();
	const [one, other] = [rolling.event, rolling.otherEvent].map(
		(type) => engine.send(rolling.id, type).deliveries[0]?.id ?? "",
	);

	expect(engine.delivery(one?.slice(0, 12) ?? "").id).toBe(one);
	expect(engine.delivery(other ?? "").id).toBe(other);
	expect(() => engine.delivery("dlv_")).toThrow(
		'Failed to find the delivery "dlv_": 2 begin with that. Give more of its id.',
	);
	expect(() => engine.delivery("")).toThrow("there is no such delivery");
});

it("takes a whole id for the delivery that has it, whatever else begins or ends so", async () => {
	const { engine } = await start();
	for (const type of [rolling.event, rolling.otherEvent])
		engine.send(rolling.id, type);
	await engine.idle();
	const saved: Snapshot = await engine.snapshot();
	const ids = ["dlv_1", "dlv_12"];
	await engine.load({
		...saved,
		deliveries: saved.deliveries.map((each, index) => ({
			...each,
			id: ids[index] ?? "",
		})),
	});

	expect(ids.map((id) => engine.delivery(id).id)).toEqual(ids);
	expect(() => engine.delivery("lv_12")).toThrow("there is no such delivery");
});
