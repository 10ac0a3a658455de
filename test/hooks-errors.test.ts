import { describe, expect, it } from "vitest";
import { engineOf } from "../src/hooks/create-hooks.ts";
import { matchers } from "../src/testing/matchers.ts";
import { startLocalhook } from "../src/testing/start.ts";
import { type OpenHooks, openHooks, type Unasked } from "./support/hooks.ts";

expect.extend(matchers);

const change = "study.status.change";

type Case = [string, (hooks: OpenHooks) => unknown, object?];

/** What is thrown or rejected with; never awaited where it is made, so that no line comes onto the stack by that. */
async function failureOf(call: () => unknown): Promise<Error> {
	try {
		const made = call();
		return await Promise.resolve(made).then(
			(value) => new Error(`nothing but ${String(value)}`),
			(error) => error as Error,
		);
	} catch (error) {
		return error as Error;
	}
}

function firstFrame({ stack = "" }: Error): string | undefined {
	return stack.split("\n").find((line) => line.startsWith("    at "));
}

const refuses = { receiver: () => new Response(null, { status: 401 }) };

describe("an error shows the line that asked", () => {
	it.each<Case>([
		[
			"for what a sent event settles as",
			({ prolific }) => prolific.send(change).settled,
			refuses,
		],
		[
			"for what a delivery settles as",
			({ prolific }) => prolific.send(change).delivery.settled,
			refuses,
		],
		[
			"for what reaches nobody",
			({ prolific }) => prolific.send(change).settled,
			{ receiver: undefined },
		],
		["to emit", ({ prolific }) => prolific.send("x" as Unasked)],
		[
			"to emit with a field deep inside",
			({ prolific }) => prolific.send(change, { id: { a: 1 } } as Unasked),
		],
		["to wait", (hooks) => hooks.wait("state:failed", { timeout: 1 })],
		["to advance", ({ clock }) => clock.advance("x")],
		["to turn the clock on", ({ clock }) => clock.next(), { clock: "real" }],
		["to drain", ({ clock }) => clock.drain(), { clock: "real" }],
		["to call", ({ prolific }) => prolific.call("x" as Unasked)],
		[
			"to call and is refused",
			({ prolific }) => prolific.call("create-secret", { body: 5 } as Unasked),
		],
		[
			"to confirm",
			({ prolific }) => prolific.subscriptions.confirm("x", {} as Unasked),
		],
		["for another secret", ({ prolific }) => prolific.secret.replace("x")],
		["to load", (hooks) => hooks.load({} as Unasked)],
		["for a scope", (hooks) => hooks.scope({ seed: null } as Unasked)],
		["to explain", (hooks) => hooks.explain("nope" as Unasked)],
		["for deliveries", (hooks) => hooks.deliveries("x:y")],
		["for entries", ({ journal }) => journal.entries("x:y")],
		["to follow", ({ journal }) => journal.follow(1 as Unasked)],
		["for an outage", ({ prolific }) => prolific.setOutage("up" as Unasked)],
		["to play", (hooks) => hooks.play("gone.yaml")],
		["to plan faults", ({ faults }) => faults.set([{}] as Unasked)],
	])("%s", async (_, call, options) => {
		const hooks = openHooks(options);

		const failure = await failureOf(() => call(hooks));

		expect(failure.name, failure.stack).toBe("LocalhookError");
		expect(firstFrame(failure), failure.stack).toContain("hooks-errors.test");
		expect(failure.stack).toContain(failure.message);
	});

	it("and leaves an error of the user's own as it was", async () => {
		const reason = new Error("the test is over");
		const { stack } = reason;

		const failure = await failureOf(() =>
			openHooks().wait("state:failed", { signal: AbortSignal.abort(reason) }),
		);

		expect(failure).toBe(reason);
		expect(failure.stack).toBe(stack);
	});
});

describe("settled of an event that nobody gets", () => {
	it.each<Case>([
		[
			"no receiver is registered",
			({ prolific }) => prolific.send(change),
			{ receiver: undefined },
		],
		[
			"the one there is gets other events",
			async ({ prolific }) => {
				const workspace_id = "63722982f9cc073ecc730f6b";
				await prolific.call("create-secret", { body: { workspace_id } });
				await prolific.subscriptions.create({
					workspace_id,
					event_type: "submission.status.change",
					target_url: "http://receiver.localhost/hook",
				});
				return prolific.send(change);
			},
			{ register: false },
		],
	])("is rejected as toBeDelivered is: %s", async (_, emit, options) => {
		const sent = (await emit(openHooks(options))) as {
			settled: Promise<unknown>;
		};

		const failure = await failureOf(() => sent.settled);

		expect(failure).toMatchObject({ code: "not-settled" });
		expect(failure.message).toMatch(
			/^Expected a delivery to arrive: the event matched no endpoint\. N/,
		);
		expect((await failureOf(() => expect(sent).toBeDelivered())).message).toBe(
			failure.message,
		);
	});

	it("names the ways to have one", async () => {
		const { prolific } = openHooks({ receiver: undefined });

		expect(
			(await failureOf(() => prolific.send(change).settled)).message,
		).toContain(
			'Register one through its API, as the option "receiver" or with --receiver, or name a URL with "to".',
		);
	});
});

describe("a receiver that throws", () => {
	it.each<[string, unknown]>([
		[
			"as a Fetch handler",
			() => {
				throw new TypeError("no such user");
			},
		],
		[
			"as a listener",
			(_req: unknown, _res: unknown) => {
				throw new TypeError("no such user");
			},
		],
		[
			"after it has awaited",
			async () => {
				await Promise.resolve();
				throw new TypeError("no such user");
			},
		],
	])("%s is shown with its line, and is the cause", async (_, receiver) => {
		const { prolific } = openHooks({ receiver });
		const sent = prolific.send(change);

		const failure = await failureOf(() => sent.settled);

		const told =
			/threw TypeError: no such user at\s+\S*hooks-errors\.test\.ts:\d+:\d+$/m;
		expect(failure.message).toMatch(told);
		expect(failure.cause).toMatchObject({ message: "no such user" });
		expect(
			(await failureOf(() => expect(sent).toBeDelivered())).message,
		).toMatch(told);
		const [attempt] = sent.delivery.attempts;
		expect(attempt?.error?.cause).toBe(failure.cause);
		expect(Object.keys(attempt?.error ?? {})).toEqual(["code", "message"]);
	});
});

describe("what is called after close", () => {
	it.each<[string, (hooks: OpenHooks) => unknown]>([
		["send", ({ prolific }) => prolific.send(change)],
		["call", ({ prolific }) => prolific.call("get-secrets")],
		["list", ({ prolific }) => prolific.subscriptions.list()],
		["of", ({ prolific }) => prolific.secret.of("x")],
		["replace", ({ prolific }) => prolific.secret.replace()],
		["now", ({ clock }) => clock.now()],
		["advance", ({ clock }) => clock.advance(1)],
		["next", ({ clock }) => clock.next()],
		["drain", ({ clock }) => clock.drain()],
		["deliveries", (hooks) => hooks.deliveries()],
		["wait", (hooks) => hooks.wait("")],
		["idle", (hooks) => hooks.idle()],
		["explain", (hooks) => hooks.explain({} as Unasked)],
		["play", (hooks) => hooks.play("gone.yaml")],
		["snapshot", (hooks) => hooks.snapshot()],
		["load", (hooks) => hooks.load({} as Unasked)],
		["reset", (hooks) => hooks.reset()],
		["scope", (hooks) => hooks.scope()],
		["provider", (hooks) => hooks.provider("prolific")],
		["set", ({ faults }) => faults.set([])],
		["send", (hooks) => engineOf(hooks).send("prolific", change)],
		["due", ({ clock }) => clock.due()],
		["entries", ({ journal }) => journal.entries()],
		["follow", ({ journal }) => journal.follow(() => {})],
		["endpoints", ({ prolific }) => prolific.endpoints()],
		["setOutage", ({ prolific }) => prolific.setOutage("down")],
	])("is refused: %s", async (name, call) => {
		const hooks = openHooks();
		await hooks.close();

		expect(await failureOf(() => call(hooks))).toMatchObject({
			code: "stopped",
			message: `Failed to call "${name}": localhook was stopped. Call it before close(), or start another one.`,
		});
	});

	it("is refused over HTTP too, and in a scope, and of a delivery", async () => {
		const hooks = await startLocalhook({
			providers: ["prolific"],
			receiver: () => new Response(),
		});
		const scope = await hooks.scope();
		const { delivery } = await scope.prolific.send(change).settled;
		await hooks.close();

		for (const call of [
			() => hooks.idle(),
			() => scope.prolific.send(change),
			() => delivery.resend("exact"),
			() => delivery.attempt(),
			() => delivery.explain(),
		])
			expect(await failureOf(call)).toMatchObject({ code: "stopped" });
	});

	it("is rejected where a promise is due, and close is done once", async () => {
		const hooks = openHooks();
		await hooks.close();

		const rejected = await hooks.idle().catch(() => "rejected");

		expect(rejected).toBe("rejected");
		await expect(hooks.close()).resolves.toBeUndefined();
	});
});

describe("what a provider does not have is refused", () => {
	it.each<[string, (hooks: Unasked) => unknown, string]>([
		[
			"a roll of its secrets",
			({ prolific }: { prolific: { secret: { roll(): string } } }) =>
				prolific.secret.roll(),
			"Failed to roll the secrets of prolific: Prolific has no such thing. It can replace them.",
		],
		[
			"a confirmation",
			({ solvimon }: { solvimon: { subscriptions: { confirm(): void } } }) =>
				solvimon.subscriptions.confirm(),
			"Failed to call subscriptions.confirm: solvimon has no operation for it. It has create, list, remove.",
		],
		[
			"a provider that was not started",
			({ spritz }: { spritz: { send(type: string): void } }) =>
				spritz.send("payment.completed"),
			'Failed to find the provider "spritz": this localhook was started with prolific, solvimon. Add "spritz" to the option "providers".',
		],
		[
			"one that was not started, by its id",
			({ provider }: OpenHooks) => provider("spritz"),
			'Add "spritz" to the option "providers".',
		],
	])("%s", async (_, call, message) => {
		const hooks = openHooks({ providers: ["prolific", "solvimon"] });

		const failure = await failureOf(() => call(hooks as Unasked));

		expect(failure.name).toBe("LocalhookError");
		expect(failure.message).toContain(message);
		expect({ ...hooks }).not.toHaveProperty("spritz");
	});
});
