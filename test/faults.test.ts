import { createServer as createHttpServer } from "node:http";
import { createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { builtInIds } from "../src/catalog.ts";
import type { Delivery } from "../src/contract/records.ts";
import { authorized } from "../src/engine/secrets.ts";
import type { ApiOperation } from "../src/openapi/operations.ts";
import { acmeSigner } from "./support/acme.ts";
import {
	emit,
	listening,
	minute,
	names,
	ordered,
	retrying,
	second,
	states,
	times,
} from "./support/dispatching.ts";
import { pathTo } from "./support/documents.ts";
import {
	callerOf,
	knownCallerOf,
	startEngine,
	startOfTest,
} from "./support/engine.ts";
import { exchange } from "./support/http.ts";
import { rolling, usual } from "./support/providers.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";
import { serve } from "./support/server.ts";

async function start(
	options: Parameters<typeof startAcme>[0] = {},
	engineOptions: Parameters<typeof startAcme>[1] = {},
) {
	const running = await startAcme(options, engineOptions);
	const receiver = await openReceiver();
	running.hook("h1", receiver.url);
	return { ...running, receiver };
}

/** A receiver that keeps what comes in, piece by piece, and answers once a whole request is there. */
async function rawReceiver() {
	const pieces: string[] = [];
	let ended = 0;
	const url = await listening(
		createServer((socket: Socket) => {
			let all = "";
			socket.on("data", (piece) => {
				pieces.push(piece.toString());
				all += piece.toString();
				const [head = "", body] = all.split("\r\n\r\n", 2);
				const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
				if (body !== undefined && body.length >= length)
					socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
			});
			socket.on("error", () => {});
			socket.on("close", () => ended++);
		}),
	);
	return {
		url,
		pieces,
		text: () => pieces.join(""),
		/** Resolves once so many connections have ended. */
		async closed(count: number) {
			while (ended < count)
				await new Promise((resolve) => setImmediate(resolve));
		},
	};
}

describe("dropping", () => {
	it("calls a delivery off before it is sent, and says why", async () => {
		const { engine, receiver } = await start();
		engine.faults.set([{ fault: "drop", times: 1 }]);

		const made = await emit(engine, "a", "b");

		expect(made).toMatchObject([
			{ state: "cancelled", reason: "dropped on purpose, by a fault" },
			{ state: "delivered" },
		]);
		expect(names(receiver.requests)).toEqual(["b"]);
	});
});

describe("delaying", () => {
	it("sends a delivery later, which shows", async () => {
		const { engine, session, receiver } = await start(retrying(minute));
		receiver.answer({ status: 500 });
		engine.faults.set([{ fault: "delay", by: "3m" }]);

		const [delivery] = (await emit(engine, "a")) as [Delivery];

		expect(delivery).toMatchObject({
			state: "pending",
			held: "delayed by a fault",
			nextAt: startOfTest + 3 * minute,
		});
		expect(session.dispatcher.planned(delivery)).toEqual([
			startOfTest + 3 * minute,
			startOfTest + 4 * minute,
		]);
		await engine.time.drain();
		expect(times(delivery)).toEqual([3 * minute, 4 * minute]);
		expect(delivery).not.toHaveProperty("held");
	});

	it("is cut short by hand, once, and in the line", async () => {
		const { engine, session, receiver } = await start(ordered(minute, minute));
		receiver.answer({ status: 500 }, { status: 500 }, {});
		engine.faults.set([{ fault: "delay", by: "1h", times: 1 }]);
		const [late, other] = (await emit(engine, "late", "other")) as [
			Delivery,
			Delivery,
		];

		await session.dispatcher.attempt(late.id);
		expect(late).toMatchObject({ state: "pending", attempts: [{ number: 1 }] });
		await engine.time.drain();

		expect(names(receiver.requests)).toEqual([
			"other",
			"late",
			"other",
			"late",
		]);
		expect(states([late, other])).toEqual(["delivered", "delivered"]);
	});
});

describe("reordering", () => {
	it("lets the next delivery to the same endpoint overtake", async () => {
		const { engine, receiver } = await start();
		engine.faults.set([{ fault: "reorder", times: 1 }]);

		const made = await emit(engine, "a", "b");
		made.push(...(await emit(engine, "c")));

		expect(names(receiver.requests)).toEqual(["b", "a", "c"]);
		expect(states(made)).toEqual(["delivered", "delivered", "delivered"]);
	});

	it("of every one changes places two by two, in a line too", async () => {
		const { engine, receiver } = await start(ordered(minute));
		engine.faults.set([{ fault: "reorder" }]);

		for (const name of "abcde") await emit(engine, name);
		await engine.time.drain();

		expect(names(receiver.requests)).toEqual(["b", "a", "d", "c", "e"]);
	});

	it("waits a minute for one that overtakes, and shows it", async () => {
		const { engine, receiver } = await start();
		engine.faults.set([{ fault: "reorder" }]);

		const made = await emit(engine, "a");

		expect(made).toMatchObject([
			{ held: "reordered by a fault", nextAt: startOfTest + minute },
		]);
		await engine.time.drain();
		expect(states(made)).toEqual(["delivered"]);
		expect(receiver.requests).toHaveLength(1);
	});

	it("is over for one that was attempted by hand meanwhile", async () => {
		const { engine, session, receiver } = await start(retrying(minute));
		receiver.answer({ status: 500 }, {});
		engine.faults.set([{ fault: "reorder", times: 1 }]);
		const [first] = (await emit(engine, "a")) as [Delivery];
		await session.dispatcher.attempt(first.id);

		await emit(engine, "b");
		expect(names(receiver.requests)).toEqual(["a", "b"]);
		await engine.time.drain();

		expect(times(first)).toEqual([0, minute]);
	});
});

describe("duplicating", () => {
	it("sends the same bytes of the same event at once, as deliveries of their own", async () => {
		const { engine, receiver } = await start();
		engine.faults.set([{ fault: "duplicate", copies: 2 }]);

		const [original] = (await emit(engine, "a")) as [Delivery];

		const all = [...engine.journal.newest()].reverse();
		expect(all[0]).toBe(original);
		expect(all.map(({ parent }) => parent)).toEqual([
			undefined,
			original.id,
			original.id,
		]);
		expect(new Set(all.map(({ id }) => id)).size).toBe(3);
		expect(
			new Set(receiver.requests.map(({ body }) => body.toString())).size,
		).toBe(1);
		expect(receiver.requests.map(({ headers }) => headers["x-event"])).toEqual(
			Array(3).fill(original.event.id),
		);
	});

	it("does so after a while, which is planned and comes next", async () => {
		const { engine, receiver } = await start();
		engine.faults.set([{ fault: "duplicate", after: "5m" }]);

		await emit(engine, "a");

		const [copy] = engine.journal.newest();
		expect(receiver.requests).toHaveLength(1);
		expect(copy).toMatchObject({
			state: "pending",
			held: "delayed by a fault",
			nextAt: startOfTest + 5 * minute,
		});
		expect(await engine.time.next()).toMatchObject({
			now: startOfTest + 5 * minute,
			attempts: 1,
			pending: 0,
			ran: { delivery: copy },
		});
	});

	it("is called off by a reset", async () => {
		const { engine, receiver } = await start();
		engine.faults.set([{ fault: "duplicate", after: "5m" }]);
		await emit(engine, "a");

		await engine.reset();
		await engine.time.drain();

		expect(engine.journal.size).toBe(0);
		expect(receiver.requests).toHaveLength(1);
	});

	it("repeats what was signed wrongly as it was", async () => {
		const { engine, receiver } = await start();
		engine.faults.set([{ fault: "duplicate" }]);

		engine.send("acme", "thing.made", { sign: "tampered-body" });
		await engine.idle();

		const [one, two] = receiver.requests;
		expect(two?.body).toEqual(one?.body);
		for (const request of receiver.requests)
			expect(acmeSigner.verify({ ...request, secrets: ["s3cret"] }).ok).toBe(
				false,
			);
	});

	it("stands in the line behind what it repeats", async () => {
		const { engine, receiver } = await start(ordered(minute));
		engine.faults.set([{ fault: "duplicate", times: 1 }]);

		await emit(engine, "a", "b");

		expect(names(receiver.requests)).toEqual(["a", "a", "b"]);
	});
});

describe("what a fault keeps back", () => {
	it("stays so in a snapshot, and begins in its place in the line", async () => {
		const { engine, receiver } = await start(ordered(minute));
		engine.faults.set([{ fault: "delay", by: "5m", times: 1 }]);
		const [, next] = await emit(engine, "late", "next");
		engine.faults.set([{ fault: "reorder", times: 1 }]);
		await emit(engine, "last");
		const saved = JSON.parse(JSON.stringify(await engine.snapshot()));
		const other = await startAcme(ordered(minute));

		await other.engine.load(saved);
		expect(await other.engine.time.next()).toMatchObject({
			now: startOfTest + minute,
			attempts: 1,
			pending: 1,
		});
		await other.engine.time.drain();

		expect(next?.state).toBe("delivered");
		expect(names(receiver.requests)).toEqual(["next", "last", "late"]);
		expect(other.engine.clock.now()).toBe(startOfTest + 5 * minute);
	});
});

describe("a burst", () => {
	it("makes more events of the same kind at once, each its own", async () => {
		const { engine, receiver } = await start();
		engine.faults.set([{ fault: "burst", copies: 3, times: 1 }]);

		const { deliveries } = engine.send("acme", "thing.made", {
			merge: { data: { name: "a" } },
		});
		await emit(engine, "b");

		expect(deliveries).toHaveLength(4);
		expect(new Set(deliveries.map(({ event }) => event.id)).size).toBe(4);
		expect(names(receiver.requests).sort()).toEqual(["a", "a", "a", "a", "b"]);
		const struck = engine.journal
			.after(0)
			.filter((entry) => entry.kind === "fault");
		expect(struck).toMatchObject(Array(3).fill({ fault: "burst" }));
	});

	it("concerns the events that match, and no others", async () => {
		const { engine, hook, receiver } = await start();
		engine.faults.set([{ fault: "burst", match: "endpoint:h2" }]);
		await emit(engine, "a");
		hook("h2", receiver.url);
		await emit(engine, "b");

		expect(names(receiver.requests).sort()).toEqual(["a", "b", "b", "b", "b"]);
	});
});

describe("a cut connection", () => {
	it.each([
		["cut-before-body", 0],
		["cut-in-body", 0.5],
	] as const)(
		"by %s breaks off there, and the delivery is made again",
		async (fault, share) => {
			const { engine, hook } = await startAcme(retrying(minute));
			const receiver = await rawReceiver();
			hook("h1", receiver.url);
			engine.faults.set([{ fault, times: 1 }]);

			const [delivery] = (await emit(engine, "anvil")) as [Delivery];
			await receiver.closed(1);

			const body = Buffer.from(delivery.body).toString();
			const [head = "", part] = receiver.text().split("\r\n\r\n");
			const lines = head.split("\r\n");
			expect(lines[0]).toBe("POST /hooks HTTP/1.1");
			expect(lines).toContain(`content-length: ${body.length}`);
			expect(lines).toContain(`x-event: ${delivery.event.id}`);
			expect(lines).toContain(
				`X-Signature: ${delivery.attempts[0]?.headers["X-Signature"]}`,
			);
			expect(part).toBe(body.slice(0, Math.floor(body.length * share)));
			expect(delivery.attempts).toMatchObject([
				{
					ok: false,
					fault,
					error: {
						code: "connection",
						message: expect.stringContaining("cut on purpose"),
					},
				},
			]);
			await engine.advance(minute);
			expect(delivery).toMatchObject({
				state: "delivered",
				attempts: [{}, { ok: true }],
			});
			expect(delivery.attempts[1]).not.toHaveProperty("fault");
		},
	);

	it("sends no header that would begin another request", async () => {
		const { engine, hook } = await startAcme();
		const receiver = await rawReceiver();
		hook("h1", receiver.url, {
			headers: { "x-line": "a\r\n\r\nGET /other HTTP/1.1" },
		});
		engine.faults.set([{ fault: "cut-in-body" }]);

		const made = await emit(engine, "a");

		expect(made).toMatchObject([
			{ state: "failed", attempts: [{ error: { code: "connection" } }] },
		]);
		expect(receiver.text()).toBe("");
	});

	it("is no different where nobody listens", async () => {
		const { engine, hook } = await startAcme();
		const receiver = await openReceiver();
		await receiver.close();
		hook("h1", receiver.url);
		engine.faults.set([{ fault: "cut-in-body" }]);

		const made = await emit(engine, "a");

		expect(made).toMatchObject([
			{
				attempts: [
					{ error: { message: expect.stringContaining("ECONNREFUSED") } },
				],
			},
		]);
	});
});

describe("a slow upload", () => {
	it("comes a bit at a time, whole in the end", async () => {
		const { engine, hook } = await startAcme();
		const receiver = await rawReceiver();
		hook("h1", receiver.url);
		engine.faults.set([{ fault: "slow-upload", over: "100ms" }]);

		const [delivery] = (await emit(engine, "anvil")) as [Delivery];

		expect(delivery).toMatchObject({
			state: "delivered",
			attempts: [{ ok: true, fault: "slow-upload" }],
		});
		expect(receiver.pieces.length).toBeGreaterThan(5);
		const [head, body] = receiver.text().split("\r\n\r\n");
		expect(body).toBe(Buffer.from(delivery.body).toString());
		expect(head).not.toMatch(/transfer-encoding/i);
	});

	it("takes no longer than the provider is patient", async () => {
		const { engine, hook } = await startAcme({
			policy: { timeout: 50, retry: { delays: [], jitter: "none" } },
		});
		const receiver = await rawReceiver();
		hook("h1", receiver.url);
		engine.faults.set([{ fault: "slow-upload", over: "1h" }]);

		const made = await emit(engine, "anvil");

		expect(made).toMatchObject([
			{ state: "failed", attempts: [{ error: { code: "timeout" } }] },
		]);
	});
});

describe("a timeout", () => {
	it("hides an answer that the receiver gave", async () => {
		const { engine, receiver } = await start(retrying(minute));
		engine.faults.set([{ fault: "timeout", times: 1 }]);

		const [delivery] = (await emit(engine, "a")) as [Delivery];
		expect(receiver.requests).toHaveLength(1);
		expect(delivery).toMatchObject({
			state: "pending",
			attempts: [{ ok: false, fault: "timeout", error: { code: "timeout" } }],
		});
		expect(delivery.attempts[0]).not.toHaveProperty("response");
		await engine.advance(minute);

		expect(delivery.state).toBe("delivered");
		expect(receiver.requests[1]?.body).toEqual(receiver.requests[0]?.body);
	});

	it("hides one that is too long to be read as well", async () => {
		const { engine, hook } = await startAcme();
		hook(
			"h1",
			await listening(
				createHttpServer((_, response) =>
					response.end(Buffer.alloc(3 * 1024 * 1024)),
				),
			),
		);
		engine.faults.set([{ fault: "timeout" }]);

		const made = await emit(engine, "a");

		expect(made).toMatchObject([
			{ state: "failed", attempts: [{ error: { code: "timeout" } }] },
		]);
	});
});

describe("a plan", () => {
	it("is done to what matches, so many times, and counts both", async () => {
		const { engine, session, hook, receiver } = await start();
		hook("h2", receiver.url);
		const plan = [
			{ fault: "drop", match: "endpoint:h2", times: 2 },
			{ fault: "timeout", match: "endpoint:h3" },
		] as const;
		engine.faults.set(plan);

		await emit(engine, "a", "b", "c");

		expect(engine.faults.list()).toEqual([
			{ ...plan[0], drawn: 2, applied: 2 },
			{ ...plan[1], drawn: 0, applied: 0 },
		]);
		expect(
			[...engine.journal.newest()].map(({ endpoint, state }) => [
				endpoint,
				state,
			]),
		).toEqual([
			["h2", "delivered"],
			["h1", "delivered"],
			["h2", "cancelled"],
			["h1", "delivered"],
			["h2", "cancelled"],
			["h1", "delivered"],
		]);
		engine.faults.set([]);
		expect(engine.faults.list()).toEqual([]);
		expect(session.dispatcher.pending).toBe(0);
	});

	it.each([
		[[{ fault: "burst", copies: 1000 }], 20],
		[[{ fault: "duplicate", copies: 1000 }], 20],
		[[{ fault: "burst", copies: 1000, times: 1 }], 19_500],
	] as const)(
		"of %j lets not more happen at once than there is room for",
		async (plan, count) => {
			const { engine } = await start();
			engine.faults.set(plan);

			expect(() => engine.faults.refuseTooMany(count)).toThrow(
				/^Failed to make \d+ events happen: .* 20000 is the most/,
			);
			expect(() => engine.faults.refuseTooMany(10)).not.toThrow();
		},
	);

	it("that makes a flood of one event is refused", async () => {
		const { engine } = await start();
		const plan = [
			{ fault: "burst", copies: 1000 },
			{ fault: "duplicate", copies: 1000 },
		] as const;

		expect(() => engine.faults.set(plan)).toThrow(
			'"burst" and "duplicate" together make 1002001 deliveries of one event',
		);
		expect(engine.faults.list()).toEqual([]);
	});

	it("with a probability counts what it struck, not what it spared", async () => {
		const { engine } = await start();
		engine.faults.set([{ fault: "drop", times: 3, probability: 0.4 }]);

		const made = await emit(engine, ..."abcdefghijklmnopqrst");

		const [line] = engine.faults.list();
		expect(states(made).filter((state) => state === "cancelled")).toHaveLength(
			3,
		);
		expect(line).toMatchObject({ applied: 3 });
		expect(line?.drawn).toBeGreaterThan(3);
	});

	it("draws the same for the same seed, in whatever order attempts are made", async () => {
		const drawn = async (seed: string, inTurn: boolean) => {
			const { engine, session, hook, receiver } = await start(
				retrying(minute, minute, minute),
				{ seed },
			);
			hook("h2", receiver.url);
			engine.faults.set([
				{ fault: "timeout", probability: 0.4 },
				{ fault: "delay", by: "1s", probability: 0.3 },
			]);
			if (!inTurn) session.dispatcher.setOutage("h1", "paused");
			await emit(engine, ..."abcdefghij");
			if (!inTurn) {
				await engine.advance(30 * second);
				session.dispatcher.setOutage("h1", "none");
			}
			await engine.time.drain();
			return [...engine.journal.newest()].map(({ id, state, attempts }) => [
				id,
				state,
				attempts.map(({ fault }) => fault),
			]);
		};

		const one = await drawn("a", true);

		const faults = one.flatMap(([, , of]) => of);
		expect(faults).toContain("timeout");
		expect(faults).toContain(undefined);
		expect(await drawn("a", false)).toEqual(one);
		expect(await drawn("b", true)).not.toEqual(one);
	});

	it.each([
		["type:thing.lost", `provider:${usual.id}`],
		["type:th*lost", "-provider:acme"],
		["-type:thing.made", "endpoint:nobody"],
	])(
		"draws what it always drew beside lines for %s and for %s",
		async (...beside) => {
			const { engine } = await start({}, { seed: "fixed" });
			const [one, other] = beside.map((match) => ({ match, times: 1 }));
			engine.faults.set([
				{ fault: "timeout", ...one },
				{ fault: "drop", match: "type:THING.made", probability: 0.5 },
				{ fault: "duplicate", ...other },
				{ fault: "delay", by: "1s", probability: 0.3, provider: "acme" },
			]);

			const made = await emit(engine, ..."abcdefghijkl");

			const drawn = made.map(({ state }) => state.slice(0, 1)).join("");
			expect(drawn).toBe("dcppddpccdpd");
			expect(engine.faults.list().map(({ drawn }) => drawn)).toEqual([
				0, 12, 0, 12,
			]);
		},
	);

	it("is done anew to a type that the plan before left alone", async () => {
		const { engine } = await start();
		engine.faults.set([{ fault: "drop", match: "type:thing.lost" }]);
		const [spared] = await emit(engine, "a");
		engine.faults.set([{ fault: "drop", match: "type:thing.made" }]);

		const [struck] = await emit(engine, "b");

		expect([spared?.state, struck?.state]).toEqual(["delivered", "cancelled"]);
	});

	it("is written into the journal where it strikes", async () => {
		const { engine } = await start();
		engine.faults.set([{ fault: "delay", by: "1s" }, { fault: "timeout" }]);

		await emit(engine, "a");
		await engine.time.drain();

		const struck = engine.journal
			.after(0)
			.flatMap((entry) => (entry.kind === "fault" ? [entry.fault] : []));
		expect(struck).toEqual(["delay", "timeout"]);
	});

	it("holds from the start", async () => {
		const { engine } = await start({}, { faults: [{ fault: "drop" }] });

		expect(states(await emit(engine, "a"))).toEqual(["cancelled"]);
	});

	it.each([
		[{ fault: "dorp" }, 'Did you mean "drop"?'],
		[{ fault: "delay" }, 'it needs "by"'],
		[{ fault: "slow-upload" }, 'it needs "over"'],
		[{ fault: "status" }, 'it needs "status"'],
		[{ fault: "status", status: 200 }, "from 400 to 599"],
		[{ fault: "duplicate", copies: 1e9 }, "from 1 to 1000"],
		[{ fault: "drop", times: 0.5 }, "from 1 up"],
		[{ fault: "drop", probability: 2 }, "from 0 to 1"],
		[{ fault: "delay", by: "soon" }, "duration"],
		[{ fault: "drop", match: "stat:x" }, "no such field"],
		[{ fault: "reset", match: "type:x" }, '"match" chooses deliveries'],
		[{ fault: "drop", operation: "x" }, '"operation" chooses API calls'],
		[
			{ fault: "drop", provider: "acne" },
			'there is no running provider "acne". Did you mean "acme"? Choose one of acme.',
		],
		[
			{ fault: "reset", operation: "mak-thing" },
			'no operation "mak-thing". Did you mean "make-thing" or "read-thing"?',
		],
		[
			{ fault: "reset", provider: "acme", operation: "x" },
			'no acme operation "x". Choose one of list-things, make-thing, ',
		],
	] as const)(
		"with %j is refused, and the one before stays",
		async (spec, reason) => {
			const { engine } = await startAcme();
			engine.faults.set([{ fault: "drop" }]);

			expect(() => engine.faults.set([spec as never])).toThrow(reason);

			expect(engine.faults.list()).toMatchObject([{ fault: "drop" }]);
		},
	);
});

describe("a fault of the API", () => {
	it.each(builtInIds)(
		"answers a call of %s with an error in its own shape",
		async (provider) => {
			const { engine } = await startEngine(provider, {
				faults: [401, 403, 404, 429, 500, 503].map((status) => ({
					fault: "status",
					status,
					retryAfter: 7,
					times: 1,
				})),
			});
			onTestFinished(() => engine.close());
			const { document, operations } = engine.session(provider);
			const [operation] = operations as [ApiOperation];
			const call = knownCallerOf(engine, provider);

			const answers = [];
			for (let i = 0; i < 6; i++)
				answers.push(await call(operation.method, pathTo(document, operation)));

			expect(answers.map(({ status }) => status)).toEqual([
				401, 403, 404, 429, 500, 503,
			]);
			for (const { headers, body } of answers) {
				expect(headers["retry-after"]).toBe("7");
				expect(body).not.toHaveProperty("code", "unexpected");
			}
		},
	);

	it("concerns the operation that is named, and is in the journal", async () => {
		const { engine } = await startAcme({
			operations: { "list-things": () => ({ status: 200, body: [] }) },
		});
		engine.faults.set([
			{ fault: "status", status: 503, operation: "list-things" },
		]);
		const call = callerOf(engine, "acme");

		expect((await call("GET", "/things")).status).toBe(503);
		expect((await call("GET", "/things/1")).status).toBe(200);
		expect(engine.journal.after(0)).toMatchObject([
			{ call: { operation: "list-things", fault: "status" } },
			{ call: { operation: "read-thing", fault: undefined } },
		]);
	});

	it("answers later", async () => {
		const { engine } = await startAcme();
		engine.faults.set([{ fault: "latency", by: "50ms", times: 1 }]);
		const call = callerOf(engine, "acme");
		const began = performance.now();

		const { status } = await call("GET", "/things/1");

		expect(status).toBe(200);
		expect(performance.now() - began).toBeGreaterThan(45);
	});

	it("cuts the connection once the work is done, in process", async () => {
		let made = 0;
		const { engine } = await startAcme({
			operations: {
				"make-thing": ({ body }) => {
					made++;
					return { status: 201, body };
				},
			},
		});
		engine.faults.set([{ fault: "reset" }]);
		const call = callerOf(engine, "acme");

		const { reply } = await call("POST", "/things", { name: "anvil" });
		const refused = await call("POST", "/things", {});

		expect(reply).toMatchObject({ cut: true, body: "" });
		expect(refused.reply).toMatchObject({ cut: true });
		expect(made).toBe(1);
	});

	it("cuts the connection over a real server too", async () => {
		const { url, engine } = await serve(rolling.id, {
			faults: [{ fault: "reset", times: 2 }],
		});
		const { id, path } = rolling;
		const request = { method: "GET", path, query: "", body: Buffer.of() };
		const key = authorized(engine.session(id), request);
		const list = (headers = {}) =>
			exchange(`${url}/${id}`, "GET", path, headers);

		await expect(list(key)).rejects.toMatchObject({
			code: "ECONNRESET",
		});
		await expect(list()).rejects.toMatchObject({ code: "ECONNRESET" });
		expect(await list(key)).toMatchObject({ status: 200 });
	});

	it("is a status with its shape over a real server too", async () => {
		const { url } = await serve(rolling.id, {
			faults: [{ fault: "status", status: 429, retryAfter: 3, times: 1 }],
		});
		const list = () => exchange(`${url}/${rolling.id}`, "GET", rolling.path);

		const answer = await list();
		const refusal = await list();

		expect(answer).toMatchObject({
			status: 429,
			headers: { "retry-after": "3" },
		});
		expect(refusal.status).toBe(401);
		expect(Object.keys(JSON.parse(answer.text))).toEqual(
			Object.keys(JSON.parse(refusal.text)),
		);
	});
});

describe("a preference for a status", async () => {
	const ids = builtInIds;

	it.each(ids)(
		"gets every status that %s documents, and every error",
		async (provider) => {
			const { engine, mismatches } = await startEngine(provider);
			onTestFinished(() => engine.close());
			const { document, operations } = engine.session(provider);
			const call = knownCallerOf(engine, provider);
			const wrong: string[] = [];

			for (const operation of operations) {
				const { id, method, responses } = operation;
				const documented = [...responses.keys()].filter((code) =>
					/^\d+$/.test(code),
				);
				for (const code of new Set([...documented, "400", "418", "503"])) {
					const answer = await call(
						method,
						pathTo(document, operation),
						undefined,
						{
							prefer: `code=${code}`,
						},
					);
					if (answer.status !== Number(code))
						wrong.push(`${id} ${code}: ${answer.status} ${answer.reply.body}`);
					else if (answer.headers["preference-applied"] !== `code=${code}`)
						wrong.push(`${id} ${code}: not said to be applied`);
				}
			}

			expect(mismatches).toEqual([]);
			expect(wrong).toEqual([]);
		},
	);

	it.each(ids)("refuses what %s does not document", async (provider) => {
		const { engine } = await startEngine(provider);
		onTestFinished(() => engine.close());
		const { document, operations } = engine.session(provider);
		const [operation] = operations as [ApiOperation];
		const call = knownCallerOf(engine, provider);

		for (const code of ["299", "302", "000", "999"])
			expect(
				await call(operation.method, pathTo(document, operation), undefined, {
					prefer: `code=${code}`,
				}),
			).toMatchObject({
				status: 400,
				body: {
					code: "invalid-request",
					detail: expect.stringContaining("the document has no such answer"),
				},
			});
	});

	it.each([
		['respond-async, code="503"; x=1', 503],
		["code = 503", 503],
		["barcode=503", 200],
		["code=5030", 200],
		["return=minimal", 200],
	])("is read as RFC 7240 has it: %s", async (prefer, status) => {
		const { engine } = await startAcme();

		const answer = await callerOf(engine, "acme")(
			"GET",
			"/things/1",
			undefined,
			{ prefer },
		);

		expect(answer.status).toBe(status);
	});
});
