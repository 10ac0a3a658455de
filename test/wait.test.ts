import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { Delivery } from "../src/contract/records.ts";
import type { Miss } from "../src/query/nearest-misses.ts";
import { emit, minute, retrying } from "./support/dispatching.ts";
import { usual } from "./support/providers.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";

async function start(options: Parameters<typeof startAcme>[0] = {}) {
	const running = await startAcme(options);
	const receiver = await openReceiver();
	running.hook("h1", receiver.url);
	return { ...running, receiver };
}

const names = (deliveries: readonly Delivery[]) =>
	deliveries.map(({ event }) => (event.payload.data as { name: string }).name);

describe("waiting", () => {
	it("is over at once where enough match already, the oldest first", async () => {
		const { engine } = await start();
		const made = await emit(engine, "a", "b", "c");

		expect(await engine.wait("state:delivered", { count: 2 })).toEqual(made);
	});

	it("goes on until enough match", async () => {
		const { engine, receiver } = await start(retrying(minute));
		receiver.answer({ status: 500 }, {});
		const waiting = engine.wait("state:delivered", { count: 2 });
		await emit(engine, "a", "b");
		await engine.advance(minute);

		expect(names(await waiting)).toEqual(["a", "b"]);
	});

	it("gives the oldest first, whichever matched first", async () => {
		const { engine, receiver } = await start(retrying(minute));
		receiver.answer({ status: 500 }, {});
		const made = await emit(engine, "a");
		const waiting = engine.wait("state:delivered", { count: 2 });
		made.push(...(await emit(engine, "b")));
		expect(made.map(({ state }) => state)).toEqual(["pending", "delivered"]);
		await engine.advance(minute);

		expect(await waiting).toEqual(made);
	});

	it("is not over for what matches only while its end is being written", async () => {
		const { engine } = await start();
		const waiting = engine.wait("state:pending attempts:1", {
			timeout: 50,
		});
		const missed = expect(waiting).rejects.toMatchObject({
			code: "wait-timed-out",
			details: { found: 0 },
		});

		await emit(engine, "a");

		await missed;
	});

	it("forgets what matches no more", async () => {
		const { engine, receiver } = await start(retrying(minute));
		receiver.answer({ status: 500 }, {});
		await emit(engine, "a");
		const waiting = engine.wait("state:pending", { count: 2 });
		await engine.advance(minute);
		receiver.answer({ status: 500 });
		await emit(engine, "b");
		await emit(engine, "c");

		expect(names(await waiting)).toEqual(["b", "c"]);
	});

	it("sees what was paused, and what a fault did", async () => {
		const { engine, session } = await start();
		engine.faults.set([{ fault: "drop", times: 1 }]);
		const waiting = engine.wait("state:cancelled reason:dropped");
		session.dispatcher.setOutage("h1", "paused");

		await emit(engine, "a", "b");

		expect(names(await waiting)).toEqual(["a"]);
	});

	it("ends at its deadline, with what came nearest and where it differs", async () => {
		const { engine, receiver } = await start();
		receiver.answer({ status: 500 }, {});
		const [failed, delivered] = await emit(engine, "a", "b");

		const error = await engine
			.wait("state:failed type:thing.made attempts:>1", {
				timeout: 20,
				count: 2,
			})
			.catch((reason) => reason);

		expect(error).toMatchObject({
			code: "wait-timed-out",
			details: { found: 0 },
			message: expect.stringMatching(
				/^Failed to see 2 deliveries of .* after 20ms\. Nearest: delivery dlv_\w+ differs in attempts: wanted >1, found 1/,
			),
		});
		const misses = error.cause as Miss[];
		expect(misses.map(({ delivery }) => delivery)).toEqual([failed, delivered]);
		expect(misses[1]?.differs).toEqual([
			{ field: "state", wanted: "failed", found: "delivered" },
			{ field: "attempts", wanted: ">1", found: "1" },
		]);
	});

	it("counts those that match too few", async () => {
		const { engine } = await start();
		await emit(engine, "a");

		await expect(
			engine.wait("state:delivered", { count: 2, timeout: 20 }),
		).rejects.toMatchObject({
			details: { found: 1 },
			message: expect.stringContaining("there was 1 after 20ms"),
		});
	});

	it("lasts as long as it is told, also beyond what a timer can hold", async () => {
		const { engine } = await start();
		const waiting = engine.wait("state:delivered", {
			timeout: 30 * 24 * 60 * minute,
		});

		await emit(engine, "a");

		expect(names(await waiting)).toEqual(["a"]);
	});

	it("can be called off, before and after it has begun", async () => {
		const { engine } = await start();
		const abort = new AbortController();
		const waiting = engine.wait("state:delivered", {
			signal: abort.signal,
		});
		abort.abort(new Error("never mind"));

		await expect(waiting).rejects.toThrow("never mind");
		await expect(
			engine.wait("state:delivered", { signal: abort.signal }),
		).rejects.toThrow("never mind");
	});

	it("ends when the engine does, and does not begin after it", async () => {
		const { engine } = await start();
		const waiting = engine.wait("state:delivered");
		const stopped = {
			code: "stopped",
			message: expect.stringContaining('"state:delivered"'),
		};
		const closed = engine.close();

		await expect(waiting).rejects.toMatchObject(stopped);
		await closed;
		await expect(engine.wait("state:delivered")).rejects.toMatchObject(stopped);
	});

	it("refuses a query that it cannot read", async () => {
		const { engine } = await start();

		await expect(engine.wait("stat:failed")).rejects.toMatchObject({
			code: "invalid-query",
		});
	});
});

const { id, event, path } = usual;
const script = `
import { createEngine, install } from ${JSON.stringify(new URL("../dist/internal.js", import.meta.url))};
const engine = createEngine({
	providers: [await install("${id}")],
	faults: [{ fault: "latency", by: "50ms" }],
	receiver: "http://127.0.0.1:9/hooks",
});
const { reply: { status } } = await engine.handle({
	provider: "${id}",
	method: "GET",
	path: "${path}",
	query: "",
	headers: {},
	body: new Uint8Array(),
});
console.log(status < 500 ? "answered" : status);
const { deliveries } = await engine.send("${id}", "${event}");
await engine.wait("state:delivered", { timeout: 200 }).catch(({ code }) => console.log(code));
console.log(deliveries[0].state);
`;

it("keeps a script's process alive, which a delayed answer does and an engine with retries to make does not", async () => {
	const words = ["--input-type=module", "--eval", script];

	const { stdout } = await promisify(execFile)(process.execPath, words);

	expect(stdout.split("\n")).toEqual([
		"answered",
		"wait-timed-out",
		"pending",
		"",
	]);
});
