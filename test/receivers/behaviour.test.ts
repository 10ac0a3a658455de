import { describe, expect, it } from "vitest";
import type { Delivery } from "../../src/contract/records.ts";
import type { FaultSpec } from "../../src/engine/fault-plan.ts";
import { acmeSigner } from "../support/acme.ts";
import { minute, times } from "../support/dispatching.ts";
import { startAcme } from "../support/running-acme.ts";
import {
	type Behave,
	bytesOf,
	waysToReceive,
} from "../support/ways-to-receive.ts";

interface Wish {
	/** Real milliseconds. */
	readonly timeout?: number;
	readonly delays?: readonly number[];
	readonly faults?: readonly FaultSpec[];
	/** What is behind the host in the registered URL. */
	readonly query?: string;
}

const accept: Behave = async ({ body }) => {
	await bytesOf(body);
	return { status: 200 };
};

/** What a middleware easily changes on the way. */
const traps: readonly (readonly [string, Buffer])[] = [
	["no UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x80, 0xc0, 0x7d])],
	["a byte order mark", Buffer.from('\ufeff{"a":1}')],
	["a trailing newline", Buffer.from('{"a":1}\n')],
	["line ends of Windows", Buffer.from('{\r\n"a":1\r\n}')],
	["a NUL", Buffer.from('{"a":"\0"}')],
	["nothing", Buffer.alloc(0)],
	["a decomposed letter", Buffer.from('{"a":"e\u0301"}')],
	["line separators", Buffer.from('{"a":"\u2028\u2029"}')],
	["half a surrogate pair", Buffer.from('{"s":"\\ud83d"}')],
	["an emoji over chunks", Buffer.from(`${"x".repeat(65_535)}😀`)],
	...[
		'{"url":"https:\\/\\/x.y"}',
		'{"amt":10.0}',
		'{"n":12345678901234567890}',
		'{"e":1e2}',
		'{"u":"\\u00e9"}',
		'{ "a" : 1 }',
		'{"b":1,"a":2,"2":0,"1":0}',
		'{"a":1,"a":2}',
		'{"z":-0}',
	].map((text): [string, Buffer] => [text, Buffer.from(text)]),
];

describe.each(waysToReceive)("A receiver behind $way", ({ reach }) => {
	async function start(behave: Behave, wish: Wish = {}) {
		const { timeout = 5000, delays = [], faults = [], query = "" } = wish;
		const { url, options } = await reach(behave);
		const running = await startAcme(
			{ policy: { timeout, retry: { delays, jitter: "none" } } },
			{ ...options, faults },
		);
		running.hook("h1", url + query);
		async function deliver(body?: Uint8Array): Promise<Delivery> {
			const { deliveries } = running.engine.send("acme", "thing.made", {
				body,
			});
			await running.engine.idle();
			return deliveries[0] as Delivery;
		}
		return { ...running, deliver };
	}

	it("gets a POST to the registered path, with the headers of the delivery", async () => {
		const seen: unknown[] = [];
		const { deliver } = await start(
			async (request) => {
				const { method, path } = request;
				const body = await bytesOf(request.body);
				const headers = Object.fromEntries(
					["content-type", "x-event", "x-signature", "x-signed-at"].map(
						(name) => [name, request.header(name)],
					),
				);
				const verdict = acmeSigner.verify({
					headers,
					body,
					secrets: ["s3cret"],
				});
				const length = Number(request.header("content-length"));
				const names = [request.header("host"), request.header("x-event")];
				seen.push({ method, path, verdict, length: length - body.length });
				expect(names).not.toContain(undefined);
				return {};
			},
			{ query: "?to=%2F&x=1" },
		);

		const { state } = await deliver();

		expect(state).toBe("delivered");
		expect(seen).toEqual([
			{
				method: "POST",
				path: "/hooks?to=%2F&x=1",
				verdict: { ok: true },
				length: 0,
			},
		]);
	});

	it("has its answer kept: status, headers, body", async () => {
		const { deliver } = await start(async () => ({
			status: 422,
			headers: [
				["Content-Type", "text/plain"],
				["set-cookie", "a=1"],
				["set-cookie", "b=2"],
				["x-empty", ""],
			],
			body: Buffer.from([0x6e, 0xff, 0x00, 0x6f]),
		}));

		const { attempts } = await deliver();

		const { response } = attempts[0] ?? {};
		expect(response).toMatchObject({
			status: 422,
			headers: {
				"content-type": "text/plain",
				"set-cookie": ["a=1", "b=2"],
				"x-empty": "",
			},
			truncated: false,
		});
		expect([...(response?.body ?? [])]).toEqual([0x6e, 0xff, 0x00, 0x6f]);
	});

	it("is asked again by the schedule until it accepts", async () => {
		const statuses = [500, 429, 302, 204];
		const { deliver, engine } = await start(
			async ({ body }) => {
				await bytesOf(body);
				return {
					status: statuses.shift() as number,
					headers: [["location", "/elsewhere"]],
				};
			},
			{ delays: [minute, minute, minute] },
		);

		const delivery = await deliver();
		await engine.time.drain();

		expect(delivery.state).toBe("delivered");
		expect(times(delivery)).toEqual([0, minute, 2 * minute, 3 * minute]);
		expect(delivery.attempts.map(({ response }) => response?.status)).toEqual([
			500, 429, 302, 204,
		]);
	});

	it("has 64 KiB of a long answer kept", async () => {
		const { deliver } = await start(async () => ({
			body: "x".repeat(70_000),
		}));

		const { attempts, state } = await deliver();

		expect(state).toBe("delivered");
		expect(attempts[0]?.response?.body.length).toBe(65_536);
		expect(attempts[0]?.response?.truncated).toBe(true);
	});

	it("cannot go on answering for ever", async () => {
		let given = 0;
		async function* endless() {
			for (;;) {
				given++;
				yield new Uint8Array(64 * 1024);
			}
		}
		const { deliver } = await start(async () => ({ body: endless() }));

		const { attempts, state } = await deliver();

		expect(state).toBe("delivered");
		expect(attempts[0]?.response?.truncated).toBe(true);
		expect(given).toBeLessThan(100);
	});

	it.each([
		["never answers", undefined],
		["stops in the middle of its answer", { body: neverEnding() }],
	])(
		"that %s is given up after the timeout, and told so",
		async (_, answer) => {
			let told: Promise<void> | undefined;
			const { deliver } = await start(
				async ({ body, gone }) => {
					await bytesOf(body);
					told = gone;
					return answer;
				},
				{ timeout: 60 },
			);

			const { attempts, state } = await deliver();

			expect(state).toBe("failed");
			expect(attempts[0]?.error).toEqual({
				code: "timeout",
				message: "no complete answer within 60ms",
			});
			await told;
		},
	);

	it("gets a slow upload bit by bit, and whole", async () => {
		const parts: number[] = [];
		const { deliver } = await start(
			async ({ body }) => {
				for await (const part of body) parts.push(part.length);
				return {};
			},
			{ faults: [{ fault: "slow-upload", over: "50ms" }] },
		);

		const { body, state, attempts } = await deliver();

		expect(state).toBe("delivered");
		expect(parts.length).toBeGreaterThan(1);
		expect(parts.reduce((sum, part) => sum + part)).toBe(body.length);
		expect(attempts[0]?.fault).toBe("slow-upload");
	});

	it.each([
		["cut-before-body", 0, "before"],
		["cut-in-body", 0.5, "in the middle of"],
	] as const)(
		"sees %s as a body that breaks off",
		async (fault, share, where) => {
			let [received, processed] = [0, 0];
			let broken: Promise<unknown> | undefined;
			const { deliver } = await start(
				async ({ body, gone }) => {
					const all = (async () => {
						for await (const part of body) received += part.length;
						processed++;
					})();
					broken = Promise.allSettled([all, gone]);
					await all.catch(() => {});
					return { status: 200 };
				},
				{ faults: [{ fault }] },
			);

			const { attempts, body, state } = await deliver();

			expect(state).toBe("failed");
			expect(attempts[0]).toMatchObject({
				fault,
				error: {
					code: "connection",
					message: `the connection was cut on purpose, ${where} the body`,
				},
			});
			// On a socket the end may come before the receiver is called at all.
			await broken;
			expect(processed).toBe(0);
			expect([0, Math.floor(body.length * share)]).toContain(received);
		},
	);

	it("does its work when its answer is lost, and does it again", async () => {
		let done = 0;
		const { deliver, engine } = await start(
			async (request) => {
				const answer = await accept(request);
				done++;
				return answer;
			},
			{ delays: [minute], faults: [{ fault: "timeout", times: 1 }] },
		);

		const delivery = await deliver();
		await engine.time.drain();

		expect(done).toBe(2);
		expect(delivery.attempts).toMatchObject([
			{ error: { code: "timeout" }, fault: "timeout" },
			{ response: { status: 200 } },
		]);
	});

	it("holds up neither a reset nor the end, and is told", async () => {
		const told: Promise<void>[] = [];
		let called: () => void = () => {};
		const { engine, hook, session } = await start(async ({ gone }) => {
			told.push(gone);
			called();
			return undefined;
		});
		const url = session.provider.endpoint("h1", session.context)?.url ?? "";
		async function underWay(): Promise<Delivery> {
			const begun = new Promise<void>((resolve) => {
				called = resolve;
			});
			const { deliveries } = engine.send("acme", "thing.made");
			await begun;
			return deliveries[0] as Delivery;
		}

		const first = await underWay();
		await engine.reset();
		hook("h1", url);
		const second = await underWay();
		await engine.close();

		expect([first.state, first.reason]).toEqual([
			"cancelled",
			"the provider was reset",
		]);
		expect([second.state, second.reason]).toEqual([
			"cancelled",
			"localhook was stopped",
		]);
		await Promise.all(told);
		expect(told).toHaveLength(2);
	});

	it.each(traps)("gets %s byte by byte", async (_, bytes) => {
		let received: Buffer | undefined;
		const { deliver } = await start(async ({ body }) => {
			received = await bytesOf(body);
			return {};
		});

		const { state } = await deliver(bytes);

		expect(state).toBe("delivered");
		expect(received?.equals(bytes)).toBe(true);
	});

	it("gets many at a time", async () => {
		const { engine, deliver } = await start(accept);
		for (let i = 0; i < 100; i++) engine.send("acme", "thing.made");
		await deliver();

		const states = [...engine.journal.newest()].map(({ state }) => state);

		expect(states).toHaveLength(101);
		expect(new Set(states)).toEqual(new Set(["delivered"]));
	});
});

async function* neverEnding() {
	yield Buffer.from("a part");
	await new Promise(() => {});
}
