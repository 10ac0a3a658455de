import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it, onTestFinished } from "vitest";
import type { JournalEntry } from "../src/engine/entry-view.ts";
import type { ProviderId } from "../src/hooks/document-types.ts";
import type { Localhook } from "../src/hooks/hooks.ts";
import type { HooksOptions } from "../src/hooks/options.ts";
import { setupLocalhook } from "../src/msw/setup.ts";
import { startLocalhook } from "../src/testing/start.ts";
import { acme } from "./support/acme.ts";
import { openReceiver } from "./support/running-acme.ts";

const change = "study.status.change";
const workspace_id = "63722982f9cc073ecc730f6b";

type Start = <Id extends ProviderId>(
	options: HooksOptions<Id>,
) => Localhook<Id> | Promise<Localhook<Id>>;

const ways: { way: string; begin: Start }[] = [
	{ way: "startLocalhook", begin: startLocalhook },
	{ way: "setupLocalhook", begin: setupLocalhook },
];

describe.each(ways)("the surface that $way gives", ({ begin }) => {
	/** Closed when the test ends. */
	async function start<Id extends ProviderId = "prolific">(
		options: HooksOptions<Id> = {},
	): Promise<Localhook<Id>> {
		const hooks = await begin({ providers: ["prolific" as Id], ...options });
		onTestFinished(() => hooks.close());
		return hooks;
	}

	async function startWithReceiver<Id extends ProviderId = "prolific">(
		options: HooksOptions<Id> = {},
	) {
		const receiver = await openReceiver();
		const hooks = await start({ receiver: receiver.url, ...options });
		return { hooks, receiver };
	}

	describe("send", () => {
		it("gives an event whose delivery settles", async () => {
			const { hooks, receiver } = await startWithReceiver();

			const sent = hooks.prolific.send(change, { status: "PAUSED" });
			const settled = await sent.settled;

			expect(settled).toBe(sent);
			expect(sent).toMatchObject({
				type: change,
				payload: { status: "PAUSED", event_type: change },
			});
			expect(sent.delivery).toMatchObject({
				state: "delivered",
				provider: "prolific",
				url: receiver.url,
			});
			expect(sent.delivery.attempts).toHaveLength(1);
			expect(receiver.requests[0]?.body).toEqual(
				Buffer.from(sent.delivery.body),
			);
		});

		it("can be awaited by mistake, and is not lost by it", async () => {
			const { hooks } = await startWithReceiver();

			const sent = hooks.prolific.send(change);

			expect(sent.deliveries).toHaveLength(1);
		});

		it("sends where nobody is registered, signed wrongly, and whatever bytes are given", async () => {
			const receiver = await openReceiver();
			const hooks = await start();
			await hooks.prolific.call("create-secret", { body: { workspace_id } });

			const sent = hooks.prolific.send(change, undefined, {
				to: new URL(receiver.url),
				sign: "none",
				body: "é{",
			});
			await sent.settled;

			expect(receiver.requests[0]?.body).toEqual(Buffer.from("é{"));
			expect(receiver.requests[0]?.headers).not.toHaveProperty(
				"x-prolific-request-signature",
			);
		});

		it("takes a whole payload, by the words of the command line, and merges into it", async () => {
			const { hooks, receiver } = await startWithReceiver();
			const payload = { event_type: change, metadata: { a: 1 }, more: true };

			const sent = hooks.prolific.send(
				change,
				{ status: "PAUSED" },
				{ payload, set: { resource_id: "s1" } },
			);
			await sent.settled;

			expect(JSON.parse(String(receiver.requests[0]?.body))).toEqual({
				...payload,
				status: "PAUSED",
				resource_id: "s1",
			});
		});

		it("names the events there are when it does not know one", async () => {
			const hooks = await start();

			expect(() =>
				hooks.prolific.send("study.status.changed" as typeof change),
			).toThrow(
				/Failed to send "study.status.changed": prolific has no such event. Did you mean "study.status.change"\? Choose one of submission/,
			);
		});

		it("says who is registered when there is not exactly one delivery", async () => {
			const hooks = await start();

			const sent = hooks.prolific.send(change);

			expect(() => sent.delivery).toThrow(
				"the event matched no endpoint. Nobody gets study.status.change: no endpoint is registered at prolific.",
			);
		});
	});

	describe("call and subscriptions", () => {
		it("go through the provider's own operations, confirmation included", async () => {
			const receiver = await openReceiver();
			const hooks = await start();
			const { prolific } = hooks;

			const secret = await prolific.call("create-secret", {
				body: { workspace_id },
			});
			const created = await prolific.subscriptions.create({
				event_type: change,
				target_url: receiver.url,
				workspace_id,
			});
			const { id } = created.body as { id: string };
			await prolific.subscriptions.confirm(id, {
				secret: created.headers.get("x-hook-secret") ?? "",
			});
			const listed = await prolific.subscriptions.list();
			await prolific.send(change).settled;
			await prolific.subscriptions.remove(id);

			expect(secret.status).toBe(201);
			expect(prolific.secret.current).toBe(secret.body.value);
			expect(listed.body).toMatchObject({ results: [{ id }] });
			expect(receiver.requests).toHaveLength(1);
			expect(prolific.send(change).deliveries).toEqual([]);
		});

		it.each([
			[
				"a call",
				"create-subscription",
				{ body: {} as never },
				/it answered 400/,
			],
			[
				"a call without what its path names",
				"get-subscription",
				{},
				/has no value for "subscription_id"/,
			],
			[
				"a call of an operation that is not there",
				"create-secrets",
				{},
				/Did you mean "create-secret"/,
			],
		])("refuse %s, and say why", async (_, operation, input, message) => {
			const hooks = await start();

			await expect(
				hooks.provider<string>("prolific").call(operation, input),
			).rejects.toThrow(message);
		});

		it("publish what a reply owes once the caller has it", async () => {
			const { hooks, receiver } = await startWithReceiver({
				providers: ["openformat"],
				path: "/x",
			});
			receiver.answer(({ headers }) => ({
				body: JSON.stringify({
					challenge: headers["x-openformat-signature"],
				}),
				headers: { "content-type": "application/json" },
			}));
			const created = await hooks.openformat.subscriptions.create({
				url: receiver.url,
			});

			const tested = await hooks.openformat.subscriptions.confirm(
				created.body.webhook.id,
			);

			expect(tested.body.webhook.disabled).toBe(false);
		});
	});

	describe("a delivery that a call causes", () => {
		const noticing = (order: string[], arrived = () => {}) => ({
			providers: [
				acme({
					operations: {
						"make-thing": ({ body, emit }) => {
							emit("thing.made");
							return { status: 201, body };
						},
					},
				}),
			],
			receiver: () => {
				order.push("delivery");
				arrived();
				return new Response();
			},
		});
		const input = { body: { name: "anvil" } };

		it("comes when the caller has the reply, and is there for whoever asks", async () => {
			const order: string[] = [];
			const hooks = await start<never>(noticing(order));

			await hooks.provider("acme").call("make-thing", input);
			order.push("reply");
			const known = hooks.deliveries();
			await hooks.idle();

			expect(known).toHaveLength(1);
			expect(order).toEqual(["reply", "delivery"]);
		});

		it("comes by itself, and not at all after a reset", async () => {
			const order: string[] = [];
			const { promise, resolve } = withResolvers();
			const hooks = await start<never>(noticing(order, resolve));
			const { call } = hooks.provider("acme");

			await call("make-thing", input);
			await hooks.reset();
			await hooks.idle();
			expect(order).toEqual([]);

			await call("make-thing", input);
			await promise;
			expect(order).toEqual(["delivery"]);
		});
	});

	describe("secret", () => {
		it("is replaced or rolled, as the provider does it", async () => {
			const { hooks } = await startWithReceiver<"prolific" | "solvimon">({
				providers: ["prolific", "solvimon"],
			});
			const [first, second] = [
				hooks.prolific.secret.current,
				hooks.solvimon.secret.current,
			];

			const replaced = hooks.prolific.secret.replace();
			const rolled = hooks.solvimon.secret.roll();

			expect(hooks.prolific.secret.all).toEqual([replaced]);
			expect(replaced).not.toBe(first);
			expect(hooks.solvimon.secret.all).toEqual([rolled, second]);
		});

		it("is asked for in vain while there is none", async () => {
			const hooks = await start();

			// What throws is not looked at by whatever prints or compares.
			expect(Object.keys(hooks.prolific.secret)).toEqual(["replace", "roll"]);
			expect(() => hooks.prolific.secret.current).toThrow(
				"Failed to find a secret of prolific: it has none yet.",
			);
		});
	});

	describe("deliveries", () => {
		it("are found by a query, oldest first, and are the ones that send gave", async () => {
			const { hooks } = await startWithReceiver();
			const [first, second] = [
				hooks.prolific.send(change, { status: "PAUSED" }),
				hooks.prolific.send("study.progress.change"),
			];
			await hooks.idle();

			expect(hooks.deliveries()).toEqual([first.delivery, second.delivery]);
			expect(hooks.deliveries("type:study.status.*")[0]).toBe(first.delivery);
			expect(hooks.deliveries("state:failed")).toEqual([]);
			expect(() => hooks.deliveries("stat:failed")).toThrow('"stat:failed"');
		});

		it("are sent again exactly, newly signed, or before their time", async () => {
			const { hooks, receiver } = await startWithReceiver();
			receiver.answer({ status: 500 }, {});
			const { delivery } = hooks.prolific.send(change);
			await hooks.idle();

			expect(delivery).toMatchObject({ state: "pending" });
			expect(delivery.nextAt?.getTime()).toBeGreaterThan(
				hooks.clock.now().getTime(),
			);
			await delivery.attempt();
			const exact = await delivery.resend("exact").settled;
			const resigned = await delivery.resend("resign").settled;

			expect(delivery).toMatchObject({ state: "delivered", nextAt: undefined });
			expect(exact.attempts[0]?.headers).toEqual(delivery.attempts[1]?.headers);
			expect(resigned.state).toBe("delivered");
			expect(resigned.body).toEqual(delivery.body);
		});
	});

	describe("wait", () => {
		it("resolves with what matches, already there or yet to come", async () => {
			const { hooks } = await startWithReceiver();
			const waiting = hooks.wait("state:delivered", { count: 2 });

			hooks.prolific.send(change);
			hooks.prolific.send(change);

			expect(await waiting).toEqual(hooks.deliveries());
		});

		it("ends with its signal, and says what came nearest when its time is up", async () => {
			const { hooks } = await startWithReceiver();
			await hooks.prolific.send(change).settled;

			await expect(
				hooks.wait("state:failed", {
					signal: AbortSignal.abort(new Error("the test is over")),
				}),
			).rejects.toThrow("the test is over");
			await expect(
				hooks.wait("state:failed", { timeout: "5ms" }),
			).rejects.toThrow(/differs in state: wanted failed, found delivered/);
		});
	});

	describe("the clock", () => {
		it("stands still until it is turned, and makes what falls due", async () => {
			const { hooks, receiver } = await startWithReceiver({
				clock: new Date("2026-11-20T10:00:00Z"),
			});
			receiver.answer({ status: 500 });
			const { delivery } = hooks.prolific.send(change);
			await hooks.idle();

			const { attempts } = await hooks.clock.advance("3h");
			expect(hooks.clock.now()).toEqual(new Date("2026-11-20T13:00:00Z"));
			expect(delivery.attempts).toHaveLength(1 + attempts);
			await hooks.clock.next();
			expect(delivery.attempts).toHaveLength(2 + attempts);
			await hooks.clock.drain();

			expect(delivery.state).toBe("failed");
		});

		it("says what is due, and drains no further than it is told", async () => {
			const { hooks, receiver } = await startWithReceiver();
			receiver.answer({ status: 500 }, { status: 500 }, { status: 500 }, {});
			const { delivery } = hooks.prolific.send(change);
			await hooks.idle();

			const due = hooks.clock.due();
			const { attempts, pending } = await hooks.clock.drain({ attempts: 2 });
			await hooks.clock.drain();

			expect(due).toBe(delivery);
			expect({ attempts, pending }).toEqual({ attempts: 2, pending: 1 });
			expect(delivery.state).toBe("delivered");
			expect(hooks.clock.due()).toBeUndefined();
		});

		it("shows real time if that is asked for", async () => {
			const hooks = await start({ clock: "real" });

			await expect(hooks.clock.advance(1)).rejects.toThrow(
				"it shows real time",
			);
		});
	});

	describe("the journal", () => {
		it("has what happened in the words of the command line, all of it or of a query", async () => {
			const { hooks, receiver } = await startWithReceiver();
			const { id, delivery } = hooks.prolific.send(change);
			await delivery.settled;
			await hooks.prolific.call("get-secrets");

			const provider = "prolific";
			const event = { id, type: change };
			const what = { provider, event, delivery: delivery.id };
			const entries = hooks.journal.entries();
			expect(entries).toMatchObject([
				{ kind: "event", provider, event, matched: 1 },
				{ kind: "delivery", ...what, url: receiver.url },
				{ kind: "attempt", ...what, number: 1, status: 200 },
				{ kind: "settled", ...what, state: "delivered" },
				{ kind: "call", provider, operation: "get-secrets", status: 200 },
			]);
			expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
			expect(hooks.journal.entries(`id:${delivery.id}`)).toEqual(
				entries.slice(1, 4),
			);
		});

		it("tells each entry as it happens, of a query too, until it is told no more", async () => {
			const { hooks } = await startWithReceiver();
			const [told, matched]: JournalEntry[][] = [[], []];
			const stop = hooks.journal.follow((entry) => told?.push(entry));
			hooks.journal.follow((entry) => matched?.push(entry), "state:delivered");

			await hooks.prolific.send(change).settled;
			const before = hooks.journal.entries();
			stop();
			await hooks.prolific.send(change).settled;

			expect(told).toEqual(before);
			expect(matched?.map(({ kind }) => kind)).toEqual(["settled", "settled"]);
		});
	});

	describe("an outage", () => {
		it.each(["down", "paused"] as const)(
			"puts every endpoint out of order, and one of them back: %s",
			async (outage) => {
				const { hooks, receiver } = await startWithReceiver();
				const [endpoint] = hooks.prolific
					.endpoints()
					.filter(({ events }) => events?.includes(change));

				hooks.prolific.setOutage(outage);
				const { delivery } = hooks.prolific.send(change);
				await hooks.idle();
				const during = hooks.prolific.endpoints();
				hooks.prolific.setOutage("none", endpoint?.id);
				await hooks.clock.drain();

				expect(endpoint).toMatchObject({
					provider: "prolific",
					url: receiver.url,
					enabled: true,
					outage: "none",
					pending: 0,
				});
				expect(during.length).toBeGreaterThan(1);
				expect(during).toEqual(during.map((each) => ({ ...each, outage })));
				expect(delivery.state).toBe("delivered");
				expect(hooks.prolific.endpoints().map((each) => each.outage)).toEqual(
					during.map(({ id }) => (id === endpoint?.id ? "none" : outage)),
				);
			},
		);

		it("is refused where there is no endpoint", async () => {
			const hooks = await start();

			expect(() => hooks.prolific.setOutage("down")).toThrow(
				"Failed to find an endpoint of prolific: none is registered.",
			);
			expect(() => hooks.prolific.setOutage("down", "x")).toThrow(
				'Failed to find the endpoint "x" of prolific',
			);
		});
	});

	describe("snapshot, load and reset", () => {
		it("stands again where it stood", async () => {
			const { hooks } = await startWithReceiver();
			const before = hooks.prolific.secret.current;
			const saved = await hooks.snapshot();
			hooks.prolific.secret.replace();
			await hooks.prolific.send(change).settled;

			await hooks.load(saved);

			expect(hooks.prolific.secret.current).toBe(before);
			expect(hooks.deliveries()).toEqual([]);
		});

		it("begins anew: secrets, faults and the clock as they were", async () => {
			const { hooks } = await startWithReceiver({
				clock: new Date("2026-11-20T10:00:00Z"),
				faults: [{ fault: "drop", times: 1 }],
			});
			const { current } = hooks.prolific.secret;
			hooks.prolific.secret.replace();
			hooks.faults.set([]);
			hooks.prolific.send(change);
			await hooks.clock.advance("3d");

			await hooks.reset();

			expect(hooks.prolific.secret.current).toBe(current);
			expect(hooks.faults.list()).toMatchObject([{ fault: "drop" }]);
			expect(hooks.clock.now()).toEqual(new Date("2026-11-20T10:00:00Z"));
			expect(hooks.deliveries()).toEqual([]);
		});
	});

	describe("a scope", () => {
		it("has the same secrets, and what happens in it shows nowhere else", async () => {
			const { hooks, receiver } = await startWithReceiver();
			const other = await openReceiver();
			const scopes = await Promise.all([
				hooks.scope(),
				hooks.scope({ receiver: other.url }),
			]);

			await Promise.all(
				scopes.map(async ({ prolific }) => prolific.send(change).settled),
			);
			scopes[0].prolific.secret.replace();

			expect(hooks.deliveries()).toEqual([]);
			expect(scopes.map((scope) => scope.deliveries().length)).toEqual([1, 1]);
			expect([receiver, other].map(({ requests }) => requests.length)).toEqual([
				1, 1,
			]);
			expect(scopes[1].prolific.secret.current).toBe(
				hooks.prolific.secret.current,
			);
			expect(
				new Set([hooks, ...scopes].map(({ prolific }) => prolific.url)).size,
			).toBe(3);
		});

		it("ends with the one that opened it", async () => {
			const hooks = await start();
			const scope = await hooks.scope();
			const within = await scope.scope();

			const waiting = Promise.allSettled(
				[hooks, scope, within].map((each) => each.wait("state:delivered")),
			);
			await hooks.close();

			expect((await waiting).map(({ status }) => status)).toEqual([
				"rejected",
				"rejected",
				"rejected",
			]);
		});
	});

	describe("a receiver in this process", () => {
		it("gets what the application registers under whatever URL, in the context of the test", async () => {
			const context = new AsyncLocalStorage<string>();
			const seen: (string | undefined)[] = [];
			const hooks = await start({
				register: false,
				receiver: ({ url }) => {
					seen.push(url, context.getStore());
					return new Response();
				},
			});
			await hooks.prolific.call("create-secret", { body: { workspace_id } });
			const { body, headers } = await hooks.prolific.subscriptions.create({
				event_type: change,
				target_url: "https://app.example.com/hooks",
				workspace_id,
			});
			await hooks.prolific.subscriptions.confirm((body as { id: string }).id, {
				secret: headers.get("x-hook-secret") ?? "",
			});

			await context.run("this test", () => hooks.prolific.send(change).settled);

			expect(seen).toEqual(["https://app.example.com/hooks", "this test"]);
		});

		it("is registered for everything, and can be another one in each scope", async () => {
			const seen: string[] = [];
			const to = (name: string) => async (request: Request) => {
				seen.push(`${name} ${new URL(request.url).pathname}`);
				return new Response();
			};
			const hooks = await start({ receiver: to("first") });
			const scope = await hooks.scope({ receiver: to("second"), path: "/x" });

			await hooks.prolific.send(change).settled;
			await scope.prolific.send(change).settled;

			expect(seen).toEqual(["first /webhooks/prolific", "second /x"]);
		});
	});
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
	let resolve = () => {};
	const promise = new Promise<void>((done) => {
		resolve = done;
	});
	return { promise, resolve };
}
