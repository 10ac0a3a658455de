import { createHmac } from "node:crypto";
import {
	AuthenticationError,
	BadRequestError,
	NotFoundError,
	SpritzApiClient,
} from "@spritz-finance/api-client";
import { describe, expect, it, onTestFinished } from "vitest";
import { install } from "../../src/catalog.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { startServer } from "../../src/server/server.ts";
import { createCheckedEngine } from "../support/conformance.ts";
import { listen } from "../support/msw.ts";
import { startReceiver } from "../support/receiver.ts";

/** What the client sends its requests to, wherever it is told to send them. */
type Fetch = (
	url: string,
	init: RequestInit & { headers: Record<string, string> },
) => Promise<Response>;

const sandbox = "https://sandbox.spritz.finance";
const integrationKey = "int_sdk";
const integratorSecret = "sk_test_sdk";
const unused = "http://127.0.0.1:9/hooks";
const realFetch = globalThis.fetch;

/** The client passes `patch` in lower case and leaves it to others to correct it; a server does. */
const inProcess =
	(engine: Engine): Fetch =>
	async (url, { method = "GET", headers, body }) => {
		const { origin, pathname, search } = new URL(url);
		expect(origin).toBe(sandbox);
		const { reply, publish } = await engine.handle({
			provider: "spritz",
			method: method.toUpperCase(),
			path: pathname,
			query: search.slice(1),
			headers: Object.fromEntries(
				Object.entries(headers).map(([name, value]) => [
					name.toLowerCase(),
					value,
				]),
			),
			body: Buffer.from((body as string | undefined) ?? ""),
		});
		publish?.();
		return new Response(reply.body, {
			status: reply.status,
			headers: reply.headers,
		});
	};

const ways = [
	{ way: "the engine", reach: async (engine: Engine) => inProcess(engine) },
	{
		way: "the server",
		reach: async (engine: Engine): Promise<Fetch> => {
			const server = await startServer({ engine, port: 0 });
			onTestFinished(() => server.close());
			return (url, init) =>
				realFetch(url.replace(sandbox, `${server.url}/spritz`), init);
		},
	},
	{
		way: "msw, at its own base URL",
		reach: async (engine: Engine): Promise<Fetch> => {
			listen(engine);
			return globalThis.fetch as Fetch;
		},
	},
];

describe.each(ways)(
	"the client of Spritz Finance against $way",
	({ reach }) => {
		/** An engine on the system's clock, for the client signs with the system's time. */
		async function start(options: Record<string, string> = {}) {
			const engine = createCheckedEngine(
				{
					providers: [await install("spritz")],
					options: { spritz: options },
					credentials: { spritz: [`${integrationKey}:${integratorSecret}`] },
				},
				(mismatch) => {
					throw new Error(JSON.stringify(mismatch));
				},
			);
			onTestFinished(() => engine.close());
			// The client has no option for it: its base URLs are fixed, and it calls the global function.
			globalThis.fetch = (await reach(engine)) as typeof globalThis.fetch;
			onTestFinished(() => {
				globalThis.fetch = realFetch;
			});
			return {
				engine,
				client: SpritzApiClient.initialize({
					integrationKey,
					integratorSecret,
				}),
			};
		}

		it("manages webhooks", async () => {
			const { client } = await start();
			expect(await client.webhook.list()).toEqual([]);
			const created = await client.webhook.create({
				url: unused,
				events: ["onramp.created"],
			});
			expect(created).toEqual({
				id: expect.stringMatching(/^[0-9a-f]{24}$/),
				integratorId: "",
				failureCount: 0,
				events: ["onramp.created"],
				url: unused,
				createdAt: "",
				disabled: false,
			});
			const updated = await client.webhook.update(created.id, {
				events: ["*"],
			});
			expect(updated).toEqual({ ...created, events: ["*"] });
			expect(await client.webhook.list()).toEqual([updated]);
			expect(await client.webhook.delete(created.id)).toEqual(updated);
			expect(await client.webhook.list()).toEqual([]);
		});

		it("sets the secret that deliveries are signed with", async () => {
			const { engine, client } = await start();
			const receiver = await startReceiver();
			onTestFinished(() => receiver.close());
			await client.webhook.create({
				url: receiver.url,
				events: ["payment.completed"],
			});
			expect(await client.webhook.updateWebhookSecret("your-secret")).toEqual({
				success: true,
			});
			engine.send("spritz", "payment.completed");
			await engine.idle();
			const [request] = receiver.requests;
			const signature = createHmac("sha256", "your-secret")
				.update(String(request?.body))
				.digest("hex");
			expect(request?.headers.signature).toBe(signature);
		});

		it("reads the problems it is answered", async () => {
			const { client } = await start();
			const unknown = await client.webhook
				.update("6a85c8b76e7637bff6a31957", { events: [] })
				.catch((error) => error);
			expect(unknown).toBeInstanceOf(NotFoundError);
			expect(unknown.problem).toMatchObject({
				type: "urn:problem-type:resource:not-found",
				resourceType: "webhook",
				resourceId: "6a85c8b76e7637bff6a31957",
			});
			const empty = await client.webhook
				.updateWebhookSecret("")
				.catch((error) => error);
			expect(empty).toBeInstanceOf(BadRequestError);
			expect(empty.problem).toMatchObject({
				type: "urn:problem-type:validation:invalid-fields",
				errors: [{ field: "secret", code: "INVALID_INPUT" }],
			});
		});

		it("is refused with another secret", async () => {
			await start();
			const client = SpritzApiClient.initialize({
				integrationKey,
				integratorSecret: "sk_test_other",
			});
			const refused = await client.webhook.list().catch((error) => error);
			expect(refused).toBeInstanceOf(AuthenticationError);
			expect(refused.problem).toMatchObject({
				type: "urn:problem-type:auth:unauthorized",
				detail: expect.stringMatching(/^X-Signature does not match/),
				realm: "API",
			});
		});

		it("is refused without a secret", async () => {
			await start();
			const client = SpritzApiClient.initialize({ integrationKey });
			await expect(client.webhook.list()).rejects.toThrow(AuthenticationError);
		});

		it("is let in without a secret where authentication=key-only", async () => {
			await start({ authentication: "key-only" });
			const client = SpritzApiClient.initialize({ integrationKey });
			expect(await client.webhook.list()).toEqual([]);
		});
	},
);
