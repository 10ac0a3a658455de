import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Delivery } from "../../src/contract/records.ts";
import type { EngineOptions } from "../../src/engine/engine.ts";
import {
	type FetchHandler,
	isUrl,
	type Receiver,
} from "../../src/receivers/receiver.ts";
import { transportTo } from "../../src/receivers/transport-to.ts";
import { minute, retrying } from "../support/dispatching.ts";
import { startAcme } from "../support/running-acme.ts";
import { inProcess } from "../support/ways-to-receive.ts";

type InProcess = Exclude<Receiver, string | URL>;

const faked = [
	"setTimeout",
	"setInterval",
	"setImmediate",
	"queueMicrotask",
	"Date",
	"performance",
] as const;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const accept = () => new Response(null, { status: 204 });

async function start(
	receiver: InProcess,
	url = "https://hooks.example.com/hooks",
	options: Partial<EngineOptions> = {},
) {
	const running = await startAcme(retrying(minute), {
		...inProcess(receiver).options,
		...options,
	});
	running.hook("h1", url);
	async function deliver(): Promise<Delivery> {
		const { deliveries } = running.engine.send("acme", "thing.made");
		await running.engine.idle();
		return deliveries[0] as Delivery;
	}
	return { ...running, deliver };
}

describe("A receiver in this process", () => {
	it.each([
		"https://hooks.example.com/a",
		"http://169.254.169.254/a",
		"https://user:secret@hooks.example.com:8443/a#part",
		"http://[::1]:9/a",
	])("gets what is registered as %s", async (url) => {
		const called: string[] = [];
		const { deliver } = await start((request) => {
			called.push(request.url);
			return accept();
		}, url);

		const { state, attempts } = await deliver();

		const { origin, pathname } = new URL(url);
		expect(state).toBe("delivered");
		expect(called).toEqual([origin + pathname]);
		expect(attempts[0]?.url).toBe(url.replace("user:secret@", ""));
	});

	it("has its signal aborted though it kept nothing else of the request", async () => {
		let aborted: Promise<void> | undefined;
		const { engine } = await start(({ signal }) => {
			aborted = new Promise((resolve) => {
				signal.addEventListener("abort", () => resolve());
			});
			return new Promise<Response>(() => {});
		});
		engine.send("acme", "thing.made");
		await vi.waitFor(() => expect(aborted).toBeDefined());

		collectGarbage();
		await engine.close();

		await aborted;
	});

	it("is not called before whoever caused the delivery goes on", async () => {
		const order: string[] = [];
		const { engine } = await start(() => {
			order.push("called");
			return accept();
		});

		engine.send("acme", "thing.made");
		order.push("emitted");
		await engine.idle();

		expect(order).toEqual(["emitted", "called"]);
	});

	it.each<[what: string, receiver: InProcess]>([
		["Fetch handler", accept],
		[
			"listener",
			(_: IncomingMessage, response: ServerResponse) => response.end(),
		],
	])(
		"gets what is sent while a test fakes timers, microtasks and the time: a %s",
		async (_, receiver) => {
			const { deliver } = await start(receiver);
			// All but `nextTick`, without which no stream of Node's goes on.
			vi.useFakeTimers({ toFake: [...faked] });
			onTestFinished(() => void vi.useRealTimers());

			const deliveries = [await deliver(), await deliver()];

			expect(deliveries.map(({ state }) => state)).toEqual([
				"delivered",
				"delivered",
			]);
		},
	);

	it("has its answer kept under lower-case names, however it spells them", async () => {
		const typed = { value: new Map([["Content-Type", "text/plain"]]) };
		const { deliver } = await start(() =>
			Object.defineProperty(accept(), "headers", typed),
		);

		const { attempts } = await deliver();

		expect(attempts[0]?.response?.headers).toEqual({
			"content-type": "text/plain",
		});
	});

	it("is believed to speak TLS where it is registered so", async () => {
		const app = express().post("/hooks", (req, res) => {
			res.json([req.protocol, req.ip, req.hostname]);
		});
		const { deliver } = await start(app);

		const { attempts } = await deliver();

		expect(String(Buffer.from(attempts[0]?.response?.body ?? []))).toBe(
			'["https","127.0.0.1","hooks.example.com"]',
		);
	});

	it("may set the timeouts of its socket", async () => {
		const { deliver } = await start(
			(req: IncomingMessage, res: ServerResponse) => {
				req.setTimeout(1000);
				req.socket.setNoDelay().setKeepAlive();
				res.setTimeout(1000).end();
			},
		);

		expect((await deliver()).state).toBe("delivered");
	});

	it("has answered in full by the time its connection closes", async () => {
		let finished: boolean | undefined;
		let tell: () => void;
		const closed = new Promise<void>((resolve) => {
			tell = resolve;
		});
		const { deliver } = await start(
			(_: IncomingMessage, res: ServerResponse) => {
				res.on("close", () => {
					finished = res.writableFinished;
					tell();
				});
				res.end("x".repeat(100_000));
			},
		);

		await deliver();
		await closed;

		expect(finished).toBe(true);
	});

	it("keeps the process alive while it is awaited, and no longer", async () => {
		const timers = () =>
			process.getActiveResourcesInfo().filter((name) => name === "Timeout")
				.length;
		const before = timers();
		let during = 0;
		const { deliver } = await start(() => {
			during = timers();
			return accept();
		});

		await deliver();

		expect(during).toBeGreaterThan(before);
		expect(timers()).toBe(before);
	});

	it("is a Fastify application that is not ready yet", async () => {
		const app = fastify();
		app.register(async (scope) => {
			scope.post("/hooks", async () => "ok");
		});
		const { deliver } = await start(app);

		expect((await deliver()).state).toBe("delivered");
	});
});

describe("The context of whoever caused a delivery", () => {
	const context = new AsyncLocalStorage<string>();

	it.each([
		[
			"a Fetch handler",
			(seen: unknown[]): InProcess =>
				async (request) => {
					await request.text();
					seen.push(context.getStore());
					return new Response(null, { status: seen.length === 1 ? 500 : 200 });
				},
		],
		[
			"Express",
			(seen: unknown[]): InProcess =>
				express().post("/hooks", express.json(), (_, res) => {
					seen.push(context.getStore());
					res.sendStatus(seen.length === 1 ? 500 : 200);
				}),
		],
	])("is that of every attempt at %s", async (_, receiverOf) => {
		const seen: unknown[] = [];
		const { engine } = await start(receiverOf(seen), undefined, {
			capture: () => AsyncLocalStorage.snapshot(),
		});

		context.run("the test", () => engine.send("acme", "thing.made"));
		await context.run("the clock", () => engine.time.drain());

		expect(seen).toEqual(["the test", "the test"]);
	});

	it("is that of its copies too", async () => {
		const seen: unknown[] = [];
		const { engine } = await start(
			() => {
				seen.push(context.getStore());
				return accept();
			},
			undefined,
			{
				capture: () => AsyncLocalStorage.snapshot(),
				faults: [{ fault: "duplicate", after: "1s" }],
			},
		);

		context.run("the test", () => engine.send("acme", "thing.made"));
		await context.run("the clock", () => engine.time.drain());

		expect(seen).toEqual(["the test", "the test"]);
	});
});

describe("A receiver that misbehaves", () => {
	const node =
		(behave: (req: IncomingMessage, res: ServerResponse) => unknown) =>
		(req: IncomingMessage, res: ServerResponse) =>
			behave(req, res);
	const asked = "the receiver, called as (request),";
	const listening = "the receiver, called as (req, res),";

	it.each<[string, InProcess, string]>([
		[
			"throws",
			() => {
				throw new TypeError("no such user");
			},
			`${asked} threw TypeError: no such user`,
		],
		[
			"rejects with no error",
			() => Promise.reject("sorry"),
			`${asked} threw "sorry"`,
		],
		[
			"returns nothing",
			(async () => {}) as unknown as FetchHandler,
			`${asked} returned nothing, which is no Response. If it is a listener (req, res), write receiver: { node: handler }. If it is a handler of AWS Lambda, write receiver: { lambda: handler }`,
		],
		[
			"returns data",
			(() => ({ status: 200 })) as unknown as FetchHandler,
			`${asked} returned an object of Object, which is no Response`,
		],
		[
			"returns a network error",
			() => Response.error(),
			`${asked} returned an object of Response, which is no Response`,
		],
		[
			"throws as a listener",
			node(() => {
				throw new TypeError("request.text is not a function");
			}),
			`${listening} threw TypeError: request.text is not a function. If it is a Fetch handler, as in Next.js, Deno or Bun, write receiver: { fetch: handler }, or (request) => handler(request, { params: Promise.resolve({}) }) if it needs its second parameter`,
		],
		[
			"rejects as a listener, in the middle of its answer",
			node(async (_, res) => {
				res.write("half");
				throw new Error("no more");
			}),
			`${listening} threw Error: no more`,
		],
		[
			"returns a Response from (req, res)",
			node(() => accept()),
			`${listening} returned an object of Response in place of answering by res. If it is a Fetch handler, as in Next.js, Deno or Bun, write receiver: { fetch: handler }, or (request) => handler(request, { params: Promise.resolve({}) }) if it needs its second parameter`,
		],
		[
			"closes the connection",
			node((req) => req.socket.destroy()),
			"the receiver closed the connection without an answer",
		],
		[
			"answers with a body that breaks",
			() =>
				new Response(
					new ReadableStream({
						pull: (controller) => controller.error(new Error("disk is gone")),
					}),
				),
			"disk is gone",
		],
	])("and %s is not delivered to", async (_, receiver, message) => {
		const { deliver } = await start(receiver);

		const { attempts, state } = await deliver();

		expect(state).toBe("pending");
		const { code, message: told = "" } = attempts[0]?.error ?? {};
		expect(code).toBe("connection");
		// What is thrown here says where, which is this file.
		expect(told.replace(/ at \S+in-process\.test\.ts:\d+:\d+/, "")).toBe(
			message,
		);
	});

	it("by answering twice is taken at its first word", async () => {
		const { deliver } = await start(
			node(async (_, res) => {
				res.writeHead(202).end("first");
				res.writeHead(500).end("second");
			}),
		);

		const { attempts } = await deliver();

		expect(attempts[0]?.response?.status).toBe(202);
	});

	it("in the headers it answers with is told of", async () => {
		const { deliver } = await start(
			() => new Response(null, { headers: { "x-a": "1\r\nx-b: 2" } }),
		);

		const { attempts } = await deliver();

		expect(attempts[0]?.error?.message).toMatch(/called as \(request\), threw/);
	});

	it("after its time is over disturbs nobody", async () => {
		let goOn: () => void = () => {};
		const late = new Promise<void>((resolve) => {
			goOn = resolve;
		});
		const { engine } = await start(async () => {
			await late;
			throw new Error("too late");
		});
		const { deliveries } = engine.send("acme", "thing.made");
		await Promise.resolve();

		await engine.reset();
		goOn();
		await late;

		expect(deliveries[0]?.attempts).toMatchObject([
			{ error: { message: "localhook was stopped" } },
		]);
	});
});

describe("A header that no request can have", () => {
	it.each([
		["a Fetch handler", accept],
		["a listener", (_: IncomingMessage, res: ServerResponse) => res.end()],
	])("is refused before %s is called", async (_, receiver) => {
		const { engine, hook } = await start(receiver as InProcess);
		hook("h1", "https://hooks.example.com", { headers: { "x-a": "1\r\n2" } });

		const { deliveries } = engine.send("acme", "thing.made");
		await engine.idle();

		expect(deliveries[0]?.attempts[0]?.error?.code).toBe("connection");
	});
});

describe("What is no receiver", () => {
	it.each([
		[3, "3"],
		[null, "null"],
		[undefined, "undefined"],
		[{ post: 1, get: 2 }, "{ post, get }"],
		[{ fetch: "no function" }, "{ fetch }"],
	])("is refused with what may be given: %s", (given, shown) => {
		expect(() => transportTo(given as unknown as InProcess)).toThrow(
			expect.objectContaining({
				code: "invalid-receiver",
				message:
					`Failed to deliver to the receiver ${shown}: it is none. Give a URL, a function (request) => Response, a function (req, res), ` +
					"an application of Hono, h3, Express, Fastify, Koa, Polka or Nest, an http.Server, or { lambda: handler }.",
			}),
		);
	});

	it("is not a URL, which is where a receiver listens", () => {
		expect(
			["http://127.0.0.1:1/", new URL("http://127.0.0.1:1/")].map(isUrl),
		).toEqual([true, true]);
		expect([accept, new Hono(), express()].map(isUrl)).toEqual([
			false,
			false,
			false,
		]);
	});
});
