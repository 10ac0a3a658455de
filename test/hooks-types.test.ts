import { createServer } from "node:http";
import type { expect as PlaywrightExpect } from "@playwright/test";
import express from "express";
import fastify from "fastify";
import { H3 } from "h3";
import { Hono } from "hono";
import { describe, expectTypeOf, it } from "vitest";
import type {
	EventOf,
	Localhook,
	PayloadOf,
	ProviderHooks,
	Receiver,
	ReplyOf,
	Secret,
	Subscriptions,
} from "../src/index.ts";
import { matchers } from "../src/testing/matchers.ts";

declare const playwrightExpect: typeof PlaywrightExpect;
/** Checked by `tsc`; at run time there is nothing to see. */
declare const hooks: Localhook<
	"prolific" | "solvimon" | "spritz" | "openformat"
>;

function neverRun(_: (id: string) => unknown): void {}

describe("the types of events", () => {
	it("are the documents'", () => {
		expectTypeOf<EventOf<"prolific">>().toEqualTypeOf<
			| "submission.status.change"
			| "study.status.change"
			| "study.progress.change"
			| "study.has_high_return_rate"
		>();
		expectTypeOf<"INVOICE.PAID">().toExtend<EventOf<"solvimon">>();
		expectTypeOf<EventOf<"acme">>().toEqualTypeOf<string>();
		expectTypeOf<
			PayloadOf<"prolific", "study.status.change">["resource_id"]
		>().toEqualTypeOf<string>();
	});

	it("check an event's name and the fields of its payload", () => {
		neverRun(() => {
			hooks.prolific.send("study.status.change");
			hooks.prolific.send("study.status.change", { status: "ACTIVE" });
			hooks.solvimon.send("CUSTOMER.CREATED", { data: { id: "cust_1" } });
			hooks.openformat.send("transaction", { payload: { status: 1 } });
			hooks.spritz.send("payment.completed", {}, { sign: "stale:10m" });
			hooks.provider("acme").send("thing.made", { any: ["thing"] });
			hooks.prolific.send(
				"study.status.change",
				{ state: 1 },
				{ unchecked: true },
			);
			// @ts-expect-error there is no such event
			hooks.prolific.send("study.status.changed");
			// @ts-expect-error there is no such field
			hooks.prolific.send("study.status.change", { state: "ACTIVE" });
			// @ts-expect-error there is no such value
			hooks.prolific.send("study.status.change", { resource_id: 1 });
			// @ts-expect-error there is no such field, at any depth
			hooks.solvimon.send("CUSTOMER.CREATED", { data: { nam: "x" } });
		});
	});

	it("give a sent event its payload, and do not make it thenable", () => {
		neverRun(() => {
			const sent = hooks.prolific.send("study.progress.change");
			expectTypeOf(sent.payload.resource_id).toEqualTypeOf<string>();
			expectTypeOf(sent).not.toHaveProperty("then");
		});
	});
});

describe("the matchers", () => {
	it("fit into Playwright's expect", () => {
		neverRun(async () => {
			const extended = playwrightExpect.extend(matchers);
			const sent = hooks.prolific.send("study.status.change");
			expectTypeOf(extended(sent).toBeDelivered()).toEqualTypeOf<
				Promise<void>
			>();
			extended(sent.delivery).toHaveAttempts(1);
			extended(hooks.deliveries()).not.toMatchEvent({ type: "x" });
			// @ts-expect-error it counts
			extended(sent).toHaveAttempts("1");
		});
	});
});

describe("the types of operations", () => {
	it("check the id, what it is called with and what is read of its answer", () => {
		neverRun(async () => {
			const created = await hooks.prolific.call("create-secret", {
				body: { workspace_id: "w1" },
			});
			expectTypeOf(created.body.value).toEqualTypeOf<string>();
			await hooks.prolific.call("create-secret");
			await hooks.prolific.call("get-subscriptions", {
				query: { limit: 1, is_enabled: false },
			});
			await hooks.solvimon.call("get-webhook", { params: { resourceId: "w" } });
			// @ts-expect-error there is no such operation
			await hooks.prolific.call("create-secrets");
			// @ts-expect-error there is no such field in its body
			await hooks.prolific.call("create-secret", { body: { workspace: "w" } });
			// @ts-expect-error it takes a body
			await hooks.prolific.call("create-subscription");
			// @ts-expect-error its path names a subscription
			await hooks.prolific.call("get-subscription");
			// @ts-expect-error it takes no body
			await hooks.prolific.call("get-event-types", { body: {} });
		});
	});

	it("know an answer without a body", () => {
		expectTypeOf<
			ReplyOf<"prolific", "delete-subscription">["body"]
		>().toEqualTypeOf<undefined>();
	});
});

describe("the types of a provider's verbs", () => {
	it("have what it can do with its secrets, and nothing else", () => {
		expectTypeOf<Secret<"prolific">>().toHaveProperty("replace");
		expectTypeOf<Secret<"prolific">>().not.toHaveProperty("roll");
		expectTypeOf<Secret<"solvimon">>().toHaveProperty("roll");
		expectTypeOf<Secret<"solvimon">>().not.toHaveProperty("replace");
	});

	it("have the operations on subscriptions that there are", () => {
		expectTypeOf<keyof Subscriptions<"prolific">>().toEqualTypeOf<
			"create" | "confirm" | "list" | "remove"
		>();
		expectTypeOf<keyof Subscriptions<"solvimon">>().toEqualTypeOf<
			"create" | "list" | "remove"
		>();
		expectTypeOf<keyof Subscriptions<"openformat">>().toEqualTypeOf<
			"create" | "confirm"
		>();
		expectTypeOf<keyof Subscriptions<"spritz">>().toEqualTypeOf<
			"create" | "list" | "remove"
		>();
	});

	it("check what a subscription is created, confirmed and listed with", () => {
		neverRun(async () => {
			const { subscriptions } = hooks.prolific;
			const { headers } = await subscriptions.create({
				event_type: "study.status.change",
				target_url: "https://example.com/hooks",
				workspace_id: "w1",
			});
			expectTypeOf(headers).toEqualTypeOf<Headers>();
			await subscriptions.confirm("id", { secret: "token" });
			await subscriptions.list({ is_enabled: false });
			await subscriptions.remove("id");
			await hooks.openformat.subscriptions.confirm(1);
			await hooks.solvimon.subscriptions.remove("whk_1");
			// @ts-expect-error it has no URL
			await subscriptions.create({ event_type: "study.status.change" });
			// @ts-expect-error it is confirmed with a token
			await subscriptions.confirm("id");
			// @ts-expect-error it is tested without a body
			await hooks.openformat.subscriptions.confirm(1, {});
			// @ts-expect-error no filter is called so
			await subscriptions.list({ enabled: false });
		});
	});
});

describe("the types of a running localhook", () => {
	it("have the providers that were asked for", () => {
		expectTypeOf<Localhook<"prolific">>().toHaveProperty("prolific");
		expectTypeOf<Localhook<"prolific">>().not.toHaveProperty("spritz");
		neverRun((id: string) => {
			expectTypeOf(hooks.provider("spritz")).toEqualTypeOf<
				ProviderHooks<"spritz">
			>();
			expectTypeOf(hooks.provider(id)).toEqualTypeOf<ProviderHooks>();
		});
	});
});

describe("the type of a receiver", () => {
	it("takes applications, servers and each explicit form", () => {
		interface GatewayEvent {
			readonly body?: string;
		}
		const receivers: Receiver[] = [
			createServer(),
			express(),
			fastify(),
			new Hono(),
			new H3(),
			(request) => Response.json(request.url),
			{ fetch: (request) => Response.json(request.url) },
			{ fetch: (request: Request, _env: object) => Response.json(request.url) },
			{ node: (request, response) => response.end(request.url) },
			{
				lambda: async ({ body }: GatewayEvent, _context: object) => ({
					statusCode: body === undefined ? 400 : 200,
				}),
				payloadFormat: "1.0",
			},
		];

		expectTypeOf(receivers).toEqualTypeOf<Receiver[]>();
		// @ts-expect-error: there is no such payload format
		receivers.push({ lambda: () => ({}), payloadFormat: "3.0" });
		// @ts-expect-error: no part of it is a receiver
		receivers.push({ listener: createServer() });
	});
});
