import { createServer, type ServerResponse } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createStreams } from "../src/server/control/journal.ts";
import { acme } from "./support/acme.ts";
import { listening, minute, retrying } from "./support/dispatching.ts";
import { openEventStream } from "./support/event-stream.ts";
import { exchange } from "./support/http.ts";
import { readersOf } from "./support/readers.ts";
import { openReceiver } from "./support/running-acme.ts";
import { type Running, serve } from "./support/server.ts";

const event = { provider: "acme", type: "thing.made" };

async function subscribed() {
	const receiver = await openReceiver();
	const running = await serve(acme(retrying(minute)), {
		receiver: receiver.url,
	});
	const emit = async (request: object = {}) => {
		await running.control("POST", "/events", { ...event, ...request });
		await running.engine.idle();
	};
	return { ...running, receiver, emit };
}

/** A call of the provider's API whose path has so many characters, in process: a socket takes no such path. */
function call({ engine }: Pick<Running, "engine">, length = 1) {
	return engine.handle({
		provider: "acme",
		method: "GET",
		path: `/${"x".repeat(length)}`,
		query: "",
		headers: {},
		body: new Uint8Array(),
	});
}

interface Entry {
	readonly kind: string;
	readonly delivery?: string;
}

const is = (kind: string) => (entry: Entry) => entry.kind === kind;
const kindsOf = (entries: Entry[]) => entries.map((each) => each.kind);
const numbersOf = (entries: { seq: number }[]) =>
	entries.map((each) => each.seq);

describe("the journal", () => {
	it("tells which call made which event, delivery and attempt, in order", async () => {
		const receiver = await openReceiver();
		const { control, engine, url } = await serve(
			acme({
				operations: {
					"make-thing"({ body, state, emit }) {
						const secrets = ["s3cret"];
						state.hooks.put({ id: "second", url: receiver.url, secrets });
						emit("thing.made", { data: body });
						return { status: 201, body };
					},
				},
			}),
			{ receiver: receiver.url },
		);
		await exchange(
			`${url}/acme`,
			"POST",
			"/things",
			{ "content-type": "application/json" },
			'{"name":"anvil"}',
		);
		await control("POST", "/wait", { query: "state:delivered", count: 2 });
		await engine.idle();

		const { body } = await control("GET", "/journal");

		const [made, happened, ...rest] = body.entries;
		const deliveries = rest.filter(is("delivery"));
		expect(numbersOf(body.entries)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
		expect(made).toMatchObject({
			kind: "call",
			operation: "make-thing",
			status: 201,
		});
		expect(happened).toMatchObject({
			kind: "event",
			event: { type: "thing.made" },
			matched: 2,
			call: made.id,
		});
		expect(deliveries).toHaveLength(2);
		for (const { delivery, event } of deliveries) {
			expect(event).toEqual(happened.event);
			const became = rest.filter((entry: Entry) => entry.delivery === delivery);
			expect(kindsOf(became)).toEqual(["delivery", "attempt", "settled"]);
		}
	});

	it("goes on after an entry, in pages", async () => {
		const { control, emit } = await subscribed();
		await emit({ count: 2 });
		const { body: all } = await control("GET", "/journal");

		const first = await control("GET", "/journal?limit=3");
		const rest = await control("GET", "/journal?after=3");

		expect(numbersOf(all.entries)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
		expect(first.body.entries).toEqual(all.entries.slice(0, 3));
		expect(rest.body.entries).toEqual(all.entries.slice(3));
		expect(rest.body).toMatchObject({ from: 1, last: 8 });
	});

	it("gives the newest, oldest first, of all or of those that match", async () => {
		const { control, emit } = await subscribed();
		await emit({ count: 2 });
		const { body: all } = await control("GET", "/journal");

		const newest = await control("GET", "/journal?newest=3&limit=1");
		const since = await control("GET", "/journal?newest=3&after=7");
		const matching = await control(
			"GET",
			`/journal?newest=2&query=id:${all.entries[1].delivery}`,
		);

		expect(newest.body.entries).toEqual(all.entries.slice(-3));
		expect(newest.body).toMatchObject({ from: 1, last: 8 });
		expect(since.body.entries).toEqual(all.entries.slice(-1));
		expect(kindsOf(matching.body.entries)).toEqual(["attempt", "settled"]);
	});

	it.each(["0", "-1", "x", "10001", ""])(
		"refuses %j for how many are wanted",
		async (newest) => {
			const { control } = await serve(acme());

			const { status, body } = await control(
				"GET",
				`/journal?newest=${newest}`,
			);

			expect({ status, code: body.code }).toEqual({
				status: 400,
				code: "invalid-request",
			});
		},
	);

	it("tells of the deliveries that a query is about", async () => {
		const { control, receiver, emit } = await subscribed();
		receiver.answer({ status: 500 }, {});
		await emit({ count: 2 });

		const { body } = await control("GET", "/journal?query=state:delivered");

		expect(kindsOf(body.entries)).toEqual(["delivery", "attempt", "settled"]);
		expect(body.entries[1].status).toBe(200);
	});

	it.each([
		["event:thing.made"],
		["type:thing.* provider:acme -type:x.*"],
		["event:EVENT"],
	])("tells of the event itself that %s is about", async (query) => {
		const { control, emit } = await subscribed();
		await emit();
		const { body: all } = await control("GET", "/journal");
		const { id } = all.entries[0].event;

		const wanted = encodeURIComponent(query.replace("EVENT", id));
		const { body } = await control("GET", `/journal?query=${wanted}`);

		expect(kindsOf(body.entries)).toEqual([
			"event",
			"delivery",
			"attempt",
			"settled",
		]);
	});

	it("says from where on it is kept, and how much", async () => {
		const { control, engine } = await serve(acme(), {
			limits: { calls: 2 },
		});
		const before = await control("GET", "/journal");
		for (let i = 0; i < 5; i++) await call({ engine });

		const { body } = await control("GET", "/journal");

		expect(before.body).toMatchObject({ entries: [], from: 1, last: 0 });
		expect(numbersOf(body.entries)).toEqual([4, 5]);
		expect(body).toMatchObject({ from: 4, last: 5, limits: { calls: 2 } });
	});

	it("is kept from the next entry on after a reset", async () => {
		const { control, emit } = await subscribed();
		await emit();

		await control("POST", "/reset");

		const { body } = await control("GET", "/journal");
		expect(body).toMatchObject({ entries: [], from: 5, last: 4 });
	});

	it("keeps the times at which faults struck and deliveries ended", async () => {
		const { control, receiver, emit } = await subscribed();
		receiver.answer({ status: 500 }, {});
		await control("PUT", "/faults", {
			faults: [{ fault: "delay", by: "10m", times: 1 }],
		});
		await emit();
		const { body: before } = await control("GET", "/journal");
		await control("POST", "/clock/drain");

		const { body: after } = await control("GET", "/journal");

		const [, , fault] = before.entries;
		expect(fault).toMatchObject({
			kind: "fault",
			fault: "delay",
			at: "2026-11-20T10:15:30.000Z",
		});
		expect(after.entries.slice(0, 3)).toEqual(before.entries);
		expect(kindsOf(after.entries.slice(3))).toEqual([
			"attempt",
			"attempt",
			"settled",
		]);
	});
});

describe("the stream", () => {
	it("tells what happens as it happens, and nothing from before", async () => {
		const { control, emit, follow } = await subscribed();
		await emit();
		const stream = await follow();
		await emit();

		const events = await stream.take(4);

		const { body } = await control("GET", "/journal?after=4");
		expect(stream.response.headers["content-type"]).toBe("text/event-stream");
		expect(events.map(({ id, event }) => [id, event])).toEqual([
			["5", "event"],
			["6", "delivery"],
			["7", "attempt"],
			["8", "settled"],
		]);
		// What came later is not known yet while an entry is written.
		expect(events.map(({ data }) => data)).toEqual(body.entries);
	});

	it("resumes after the last entry that was read", async () => {
		const { emit, follow } = await subscribed();
		await emit();
		const stream = await follow({ "last-event-id": "2" });
		await emit();

		const events = await stream.take(6);

		expect(events.map(({ id }) => id)).toEqual(["3", "4", "5", "6", "7", "8"]);
	});

	it("tells of the deliveries that a query is about", async () => {
		const { receiver, emit, follow } = await subscribed();
		receiver.answer({ status: 500 }, {});
		await emit({ count: 2 });
		const stream = await follow(
			{ "last-event-id": "0" },
			"?query=state:delivered",
		);
		await emit();

		const events = await stream.take(4);

		expect(events.map(({ event }) => event)).toEqual([
			"delivery",
			"attempt",
			"settled",
			"settled",
		]);
	});

	it("begins at the beginning for a reader of a run before", async () => {
		const { emit, follow } = await subscribed();
		await emit();
		const stream = await follow({ "last-event-id": "1000" });

		const [first] = await stream.take(1);

		expect(first?.id).toBe("1");
	});

	it("resumes far back without losing the reader or an entry", async () => {
		const { engine, follow } = await serve(acme());
		for (let i = 0; i < 150; i++) await call({ engine }, 100_000);
		const stream = await follow({ "last-event-id": "0" });
		await call({ engine });

		const events = await stream.take(151);

		expect(events.map(({ id }) => Number(id))).toEqual(
			Array.from({ length: 151 }, (_, i) => i + 1),
		);
	});

	it.each(["x", "-1", "1.5", ""])(
		"does not resume after %j, and says so",
		async (id) => {
			const { control } = await serve(acme());

			const { status, body } = await control(
				"GET",
				"/journal/stream",
				undefined,
				{ "last-event-id": id },
			);

			expect(status).toBe(400);
			expect(body.code).toBe("invalid-request");
			expect(body.detail).toContain("header.last-event-id");
		},
	);

	it("has an end for HEAD", async () => {
		const { control } = await serve(acme());

		const { status } = await control("HEAD", "/journal/stream");

		expect(status).toBe(200);
	});

	it("drops the reader with most unread where too many are open", async () => {
		const { engine } = await serve(acme());
		const stream = createStreams(engine.journal);
		const responses: ServerResponse[] = [];
		const url = await listening(
			createServer(({ headers }, response) => {
				responses.push(response);
				stream(0, () => headers.range !== undefined, response);
			}),
		);
		for (let i = 0; i < 32; i++)
			await openEventStream(url, i === 7 ? { range: "all" } : {});
		const slow = responses[7] as ServerResponse;
		while (slow.writableLength < 1_000_000) {
			await call({ engine }, 500_000);
			await turn();
		}

		await openEventStream(url);

		expect(responses.map(({ destroyed }) => destroyed)).toEqual(
			responses.map((response) => response === slow),
		);
	});

	it("drops the oldest reader where too many are open and none has more unread", async () => {
		const { engine, follow } = await serve(acme());
		const readers = readersOf(engine.journal);
		const oldest = await follow();
		for (let i = 0; i < 32; i++) await follow();

		const changes = await Promise.all(
			Array.from({ length: 34 }, () => readers.changed()),
		);

		expect(changes.slice(-3)).toEqual([32, 31, 32]);
		await expect(oldest.take(1)).rejects.toThrow();
	});

	it("lets a reader go who does not read, and tells the others on", async () => {
		const { engine, follow } = await serve(acme());
		const readers = readersOf(engine.journal);
		const slow = await follow();
		await readers.changed();
		slow.response.socket.pause();
		for (let i = 0; i < 60; i++) await call({ engine }, 500_000);

		expect(await readers.changed()).toBe(0);
		const other = await follow();
		await call({ engine });
		const [next] = await other.take(1);
		expect(next?.id).toBe("61");
		await expect(slow.take(61)).rejects.toThrow();
	});
});
