import { describe, expect, it, onTestFinished } from "vitest";
import type { Engine } from "../src/engine/engine.ts";
import type { Snapshot } from "../src/engine/snapshot.ts";
import { callerOf, startEngine } from "./support/engine.ts";
import { type ReceivedRequest, startReceiver } from "./support/receiver.ts";
import { serve } from "./support/server.ts";

const hour = 3_600_000;

/** An engine with a delivery that was received, one that waits, and one that waits behind it in line. */
async function busy(seed = "a") {
	const receiver = await startReceiver();
	onTestFinished(() => receiver.close());
	const { engine } = await startEngine("solvimon", {
		seed,
		target: receiver.url,
	});
	await engine.emit("solvimon", "CUSTOMER.CREATED");
	await engine.idle();
	receiver.answer({ status: 500 });
	await engine.emit("solvimon", "CUSTOMER.UPDATED");
	await engine.emit("solvimon", "CUSTOMER.DELETE");
	await engine.idle();
	await engine.advance(hour);
	receiver.answer({ status: 200 });
	return { engine, receiver };
}

/** As a file would hold it. */
const text = async (engine: Engine) => JSON.stringify(await engine.snapshot());

describe("a snapshot", () => {
	it("is the same text for the same state, and after it was restored elsewhere", async () => {
		const { engine, receiver } = await busy();
		const saved = await text(engine);
		const { engine: other } = await startEngine("solvimon", { seed: "b" });

		await other.restore(JSON.parse(saved));

		const again = JSON.parse(await text(other));
		expect({ ...again, seed: "a" }).toEqual(JSON.parse(saved));
		expect(receiver.requests.length).toBeGreaterThan(3);
		await engine.close();
		await other.close();
	});

	it("lets deliveries go on where they were: schedule, order, bytes", async () => {
		const { engine, receiver } = await busy();
		const saved: Snapshot = JSON.parse(await text(engine));
		const planned = [...engine.journal.newest()].map(({ id, nextAt }) => [
			id,
			nextAt,
		]);
		await engine.close();
		const before = receiver.requests.length;
		const { engine: other } = await startEngine("solvimon");

		await other.restore(saved);
		expect(other.clock.now()).toBe(saved.now);
		expect(
			[...other.journal.newest()].map(({ id, nextAt }) => [id, nextAt]),
		).toEqual(planned);
		await other.advance(8 * hour);

		const types = receiver.requests
			.slice(before)
			.map(({ body }: ReceivedRequest) => JSON.parse(body.toString()).type);
		expect(types).toEqual(["CUSTOMER.UPDATED", "CUSTOMER.DELETE"]);
		expect([...other.journal.newest()].map(({ state }) => state)).toEqual([
			"delivered",
			"delivered",
			"delivered",
		]);
		await other.close();
	});

	it("goes on drawing ids and secrets where they were left", async () => {
		const { engine } = await startEngine("prolific", {
			target: "http://127.0.0.1:9/hooks",
		});
		await engine.emit("prolific", "study.status.change");
		const saved: Snapshot = JSON.parse(await text(engine));
		const { engine: other } = await startEngine("prolific", { seed: "z" });
		await other.restore(saved);
		const draws = async (of: Engine) => {
			const call = callerOf(of, "prolific", { authorization: "Token x" });
			const { body } = await call("POST", "/api/v1/hooks/secrets/", {
				workspace_id: "63722982f9cc073ecc730f6b",
			});
			const { event, deliveries } = await of.emit(
				"prolific",
				"study.status.change",
			);
			return [body, event.id, deliveries.map(({ id }) => id)];
		};

		expect(await draws(other)).toEqual(await draws(engine));
		await engine.close();
		await other.close();
	});

	it("is refused where it does not fit, and nothing has changed", async () => {
		const { engine } = await startEngine("prolific", {
			target: "http://127.0.0.1:9/hooks",
		});
		const saved: Snapshot = JSON.parse(await text(engine));
		const { prolific } = saved.providers;
		const strange = [
			{ ...saved, providers: { acme: prolific } },
			{
				...saved,
				providers: {
					prolific: { ...prolific, records: { toys: [] } },
				},
			},
			{
				...saved,
				providers: {
					prolific: {
						...prolific,
						records: { secrets: [{ id: 1 }] },
					},
				},
			},
		] as unknown as Snapshot[];

		for (const each of strange)
			await expect(engine.restore(each)).rejects.toMatchObject({
				code: "invalid-snapshot",
				message: expect.stringMatching(/^Failed to load the (state|records)/),
			});

		expect(JSON.parse(await text(engine))).toEqual(saved);
		await engine.close();
	});

	it("is saved and loaded over HTTP, and refused where it is none", async () => {
		const { control, engine } = await serve("prolific", {
			target: "http://127.0.0.1:9/hooks",
		});
		await engine.emit("prolific", "study.status.change");
		const { body: saved } = await control("GET", "/state");
		await control("POST", "/reset", {});

		const loaded = await control("PUT", "/state", saved);
		const refused = await control("PUT", "/state", { localhook: 2 });

		expect(loaded).toMatchObject({
			status: 200,
			body: { restored: ["prolific"], deliveries: 1 },
		});
		expect((await control("GET", "/state")).body).toEqual(saved);
		expect(refused).toMatchObject({
			status: 400,
			body: { code: "invalid-request" },
		});
	});
});
