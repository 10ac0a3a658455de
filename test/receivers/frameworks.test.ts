import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import express from "express";
import fastify from "fastify";
import { H3 } from "h3";
import { Hono } from "hono";
import { describe, expect, it, onTestFinished } from "vitest";
import { builtInIds } from "../../src/catalog.ts";
import type { Delivery } from "../../src/contract/records.ts";
import type { Receiver } from "../../src/receivers/receiver.ts";
import { transportTo } from "../../src/receivers/transport-to.ts";
import { listening } from "../support/dispatching.ts";
import { defaultEventOf, startEngine } from "../support/engine.ts";
import { plain } from "../support/providers.ts";

type Headers = (name: string) => string | undefined;
/** What an application asks before it believes a delivery. */
type IsGenuine = (headers: Headers, body: Uint8Array) => boolean;
type InProcess = Exclude<Receiver, string | URL>;

const path = "/webhooks/:provider";

/** Each framework with the raw body as its documentation has it. */
const frameworks: Record<string, (isGenuine: IsGenuine) => InProcess> = {
	"a Fetch handler": (isGenuine) => async (request: Request) => {
		const body = new Uint8Array(await request.arrayBuffer());
		return new Response(null, {
			status: isGenuine(headersOf(request), body) ? 204 : 401,
		});
	},
	"Hono, c.req.arrayBuffer": (isGenuine) =>
		new Hono().post(path, async (c) => {
			const body = new Uint8Array(await c.req.arrayBuffer());
			const ok = isGenuine((name) => c.req.header(name), body);
			return c.body(null, ok ? 204 : 401);
		}),
	"Hono, c.req.text": (isGenuine) =>
		new Hono().post(path, async (c) => {
			const body = Buffer.from(await c.req.text());
			const ok = isGenuine((name) => c.req.header(name), body);
			return c.body(null, ok ? 204 : 401);
		}),
	h3: (isGenuine) =>
		new H3().post("/webhooks/:provider", async (event) => {
			const body = new Uint8Array(await event.req.arrayBuffer());
			const ok = isGenuine(headersOf(event.req), body);
			return new Response(null, { status: ok ? 204 : 401 });
		}),
	"Express, express.raw": (isGenuine) =>
		express().post(path, express.raw({ type: "*/*" }), (req, res) => {
			const ok = isGenuine((name) => req.get(name), req.body);
			res.sendStatus(ok ? 204 : 401);
		}),
	"Express, express.json with verify": (isGenuine) => {
		const raw = new WeakMap<IncomingMessage, Buffer>();
		const json = express.json({
			verify: (req, _, bytes) => void raw.set(req, bytes),
		});
		return express().post(path, json, (req, res) => {
			const body = raw.get(req) as Buffer;
			const ok = isGenuine((name) => req.get(name), body);
			res.sendStatus(ok && typeof req.body === "object" ? 204 : 401);
		});
	},
	"Fastify, a parser as buffer": (isGenuine) => {
		const app = fastify();
		app.addContentTypeParser(
			"application/json",
			{ parseAs: "buffer" },
			(_, body, done) => done(null, body),
		);
		app.post(path, async ({ headers, body }, reply) => {
			const of = (name: string) => headers[name] as string | undefined;
			return reply.code(isGenuine(of, body as Buffer) ? 204 : 401).send();
		});
		return app;
	},
	"a listener of node:http":
		(isGenuine) => async (req: IncomingMessage, res: ServerResponse) => {
			const body = Buffer.concat(await req.toArray());
			const of = (name: string) => req.headers[name] as string | undefined;
			res.writeHead(isGenuine(of, body) ? 204 : 401).end();
		},
};

const cases = Object.entries(frameworks).flatMap(([framework, appOf]) =>
	builtInIds.map((provider) => ({ framework, appOf, provider })),
);

describe.each(cases)(
	"$framework, called by $provider",
	({ appOf, provider }) => {
		async function deliver(sign?: string): Promise<Delivery> {
			const app = appOf((headerOf, body) => {
				const { context, provider: definition, signer } = session();
				const secrets = definition.secrets(context);
				const names = signer.headers.map((name) => name.toLowerCase());
				const headers = Object.fromEntries(
					names.map((name) => [name, headerOf(name)]),
				);
				return signer.verify({ headers, body, secrets }).ok;
			});
			const { engine } = await startEngine(provider, {
				receiver: `http://receiver.localhost/webhooks/${provider}`,
				transport: transportTo(app),
				receiverRules: { inProcess: true },
			});
			onTestFinished(() => engine.close());
			const session = () => engine.session(provider);
			const type = defaultEventOf(session().provider);
			const { deliveries } = engine.send(provider, type, {
				...(sign !== undefined && { sign }),
			});
			await engine.idle();
			return deliveries[0] as Delivery;
		}

		it("accepts a delivery", async () => {
			const { attempts } = await deliver();

			expect(attempts[0]).toMatchObject({
				ok: true,
				response: { status: 204 },
			});
		});

		it("rejects a byte that has changed", async () => {
			const { attempts } = await deliver("tampered-body");

			expect(attempts[0]).toMatchObject({
				ok: false,
				response: { status: 401 },
			});
		});
	},
);

describe("an Express application", () => {
	it("answers sockets as before once it has been called in process", async () => {
		const app = express().post("/hooks", express.json(), (req, res) => {
			res.json(req.body);
		});
		const url = await listening(createServer(app));
		const { engine } = await startEngine(plain.id, {
			receiver: "http://receiver.localhost/hooks",
			transport: transportTo(app),
			receiverRules: { inProcess: true },
		});
		onTestFinished(() => engine.close());
		engine.send(plain.id, plain.event);
		await engine.idle();

		const answer = await fetch(url, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: '{"a":1}',
		});

		expect(await answer.json()).toEqual({ a: 1 });
	});
});

function headersOf({ headers }: Pick<Request, "headers">): Headers {
	return (name) => headers.get(name) ?? undefined;
}
