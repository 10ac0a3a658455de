import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DeliveryPolicy } from "../src/contract/policy.ts";
import { createSystemClock } from "../src/delivery/clock.ts";
import { createTransport } from "../src/delivery/transport.ts";
import type { EngineOptions } from "../src/engine/engine.ts";
import { transportTo } from "../src/receivers/transport-to.ts";
import { emit, listening, minute, second } from "./support/dispatching.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";

const retry = { delays: [minute], jitter: "none" } as const;

/** Looks names up: the first `silent` of them never. */
function lookupAfter(silent: number) {
	let asked = 0;
	const lookup: Parameters<typeof createTransport>[1] = (_, options, found) => {
		if (++asked <= silent) return;
		if (options.all) found(null, [{ address: "127.0.0.1", family: 4 }]);
		else found(null, "127.0.0.1", 4);
	};
	return { lookup, asked: () => asked };
}

async function start(
	policy: Partial<DeliveryPolicy>,
	options: Partial<EngineOptions>,
) {
	return startAcme(
		{ policy: { retry, ...policy } },
		{ receiverRules: { allow: ["receiver.test"] }, ...options },
	);
}

describe("A connection that is not made", () => {
	it.each<[string, Partial<DeliveryPolicy>, string]>([
		["the connect timeout", { connectTimeout: 500 }, "500ms"],
		["the attempt's timeout, without one", { timeout: 500 }, "500ms"],
		[
			"the attempt's timeout, where that is shorter",
			{ timeout: 500, connectTimeout: 9000 },
			"500ms",
		],
	])(
		"ends its attempt at %s, and the retry connects anew",
		async (_, policy, within) => {
			const { lookup, asked } = lookupAfter(1);
			const { engine, hook } = await start(policy, {
				transport: (clock) => createTransport(clock, lookup),
			});
			const url = await listening(
				createServer((_, response) => response.end()),
			);
			hook("h1", url.replace("127.0.0.1", "receiver.test"));

			const [delivery] = await emit(engine, "a");
			const [first] = delivery?.attempts ?? [];
			await engine.advance(minute);

			expect(first?.error).toEqual({
				code: "timeout",
				message: `could not connect within ${within}`,
			});
			expect(delivery?.state).toBe("delivered");
			expect(asked()).toBe(2);
		},
	);

	it("includes TLS", async () => {
		const silent = createTcpServer();
		const sockets = new Set<{ destroy(): void }>();
		silent.on("connection", (socket) => sockets.add(socket));
		const url = await listening(silent);
		onTestFinished(() => {
			for (const socket of sockets) socket.destroy();
		});
		const { engine, hook } = await start({ connectTimeout: 60 }, {});
		hook("h1", url.replace("http:", "https:"));

		const [delivery] = await emit(engine, "a");

		expect(delivery?.attempts).toMatchObject([
			{ error: { message: "could not connect within 60ms" } },
		]);
	});

	it("is no reason to end one that was made, and whose answer takes longer", async () => {
		const { engine, hook } = await start({ connectTimeout: second }, {});
		const clock = createSystemClock();
		const url = await listening(
			createServer((_, response) => {
				clock.after(1.2 * second, () => response.end());
			}),
		);
		hook("h1", url);

		const made = await emit(engine, "a");

		expect(made.map(({ state }) => state)).toEqual(["delivered"]);
	});
});

describe("The fault connect-timeout", () => {
	const receivers: [string, Partial<EngineOptions>][] = [
		["of a URL", {}],
		[
			"in this process",
			{ transport: transportTo(() => new Response("not called")) },
		],
	];

	it.each(receivers)(
		"plays it for a receiver %s, which gets nothing",
		async (_, options) => {
			const policy = { connectTimeout: 10 * second };
			const { engine, hook } = await start(policy, options);
			engine.faults.set([{ fault: "connect-timeout", times: 1 }]);
			const receiver = await openReceiver();
			hook("h1", receiver.url);

			const [delivery] = await emit(engine, "a");

			expect(delivery?.attempts).toMatchObject([
				{
					ok: false,
					duration: 0,
					fault: "connect-timeout",
					error: {
						code: "timeout",
						message: "could not connect within 10s",
					},
				},
			]);
			expect(receiver.requests).toEqual([]);
			await engine.advance(minute);
			expect(delivery?.state).toBe("delivered");
		},
	);
});
