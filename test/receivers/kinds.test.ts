import { createHmac } from "node:crypto";
import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import express, { Router } from "express";
import fastify from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Delivery } from "../../src/contract/records.ts";
import type { Received } from "../../src/contract/signing.ts";
import type { Receiver } from "../../src/receivers/receiver.ts";
import { transportTo } from "../../src/receivers/transport-to.ts";
import { startEngine } from "../support/engine.ts";
import { usual } from "../support/providers.ts";

type InProcess = Exclude<Receiver, string | URL>;
type Read = (headers: Record<string, unknown>, body: Uint8Array) => number;

/** Delivers an event of a provider; `status` is what a receiver answers that verifies it. */
async function deliverTo(
	receiverOf: (statusOf: Read) => unknown,
	sign?: string,
): Promise<Delivery> {
	let isGenuine = (_: Received): boolean => false;
	const statusOf: Read = (given, body) => {
		const headers = Object.fromEntries(
			Object.entries(given).map(([name, value]) => [
				name.toLowerCase(),
				String(value),
			]),
		);
		return isGenuine({ headers, body, url: "", secrets: [] }) ? 202 : 401;
	};
	const { engine } = await startEngine(usual.id, {
		receiver: `http://receiver.localhost/webhooks/${usual.id}?a=1&a=2&b=%20`,
		transport: transportTo(receiverOf(statusOf) as InProcess),
		receiverRules: { inProcess: true },
	});
	onTestFinished(() => engine.close());
	const { provider, context, ready, signer } = engine.session(usual.id);
	ready();
	const secrets = provider.secrets(context);
	isGenuine = (received) => signer.verify({ ...received, secrets }).ok;
	const { deliveries } = engine.send(usual.id, usual.event, {
		...(sign !== undefined && { sign }),
	});
	await engine.idle();
	return deliveries[0] as Delivery;
}

const listenerOf =
	(statusOf: Read) => async (req: IncomingMessage, res: ServerResponse) => {
		const body = Buffer.concat(await req.toArray());
		res.writeHead(statusOf(req.headers, body)).end();
	};
const fetchOf =
	(statusOf: Read) =>
	async (request: Request): Promise<Response> => {
		const body = new Uint8Array(await request.arrayBuffer());
		return new Response(null, {
			status: statusOf(Object.fromEntries(request.headers), body),
		});
	};

interface GatewayEvent {
	readonly body: string;
	readonly isBase64Encoded: boolean;
	readonly headers: Record<string, string>;
}
function bodyOf({ body, isBase64Encoded }: GatewayEvent): Uint8Array {
	return Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
}
const lambdaOf = (statusOf: Read) => async (event: GatewayEvent) => ({
	statusCode: statusOf(event.headers, bodyOf(event)),
});

describe.each<[kind: string, receiverOf: (statusOf: Read) => unknown]>([
	["a server of node:http", (status) => createServer(listenerOf(status))],
	[
		"what Bun and Deno serve",
		(status) => ({
			port: 3000,
			fetch: (request: Request, _server: object) => fetchOf(status)(request),
		}),
	],
	[
		"a dynamic route of Next.js, with its parameters",
		(status) => {
			const POST = async (
				request: Request,
				{ params }: { params: Promise<{ provider: string }> },
			) => {
				expect(await params).toEqual({ provider: usual.id });
				return fetchOf(status)(request);
			};
			return (request: Request) =>
				POST(request, { params: Promise.resolve({ provider: usual.id }) });
		},
	],
	[
		"a handler of SvelteKit",
		(status) => {
			const POST = ({ request }: { request: Request }) =>
				fetchOf(status)(request);
			return (request: Request) => POST({ request });
		},
	],
	[
		"a listener that shows no parameters, as { node }",
		(status) => ({
			node: (...given: [IncomingMessage, ServerResponse]) =>
				listenerOf(status)(...given),
		}),
	],
	["a Lambda handler", (status) => ({ lambda: lambdaOf(status) })],
	[
		"a Lambda handler, with every body in base64",
		(status) => ({
			lambda: (event: GatewayEvent) => {
				expect(event.isBase64Encoded).toBe(true);
				return lambdaOf(status)(event);
			},
			base64: true,
		}),
	],
	[
		"a Lambda handler of a REST API",
		(status) => ({ lambda: lambdaOf(status), payloadFormat: "1.0" }),
	],
	[
		"a Lambda handler with a callback",
		(status) => ({
			lambda(
				event: GatewayEvent,
				_: object,
				callback: (error: null, result: object) => void,
			) {
				lambdaOf(status)(event).then((result) => callback(null, result));
			},
		}),
	],
	[
		"an Express application in an object with getHttpAdapter, as of Nest",
		(status) => {
			const app = express();
			return {
				init: async () => void app.post("/webhooks/:id", listenerOf(status)),
				getHttpAdapter: () => ({ getInstance: () => app }),
			};
		},
	],
	[
		"a Fastify application in an object with getHttpAdapter, as of Nest",
		(status) => {
			const app = fastify();
			app.addContentTypeParser("*", { parseAs: "buffer" }, (_, body, done) =>
				done(null, body),
			);
			app.removeContentTypeParser("application/json");
			app.post("/webhooks/:id", async ({ headers, body }, reply) =>
				reply.code(status(headers, body as Buffer)).send(),
			);
			return {
				init: async () => {},
				getHttpAdapter: () => ({ getInstance: () => app }),
			};
		},
	],
	[
		"an object with callback and middleware, as of Koa",
		(status) => ({ middleware: [], callback: () => listenerOf(status) }),
	],
	[
		"an object with handler, listen and use, as of Polka",
		(status) => ({
			handler: listenerOf(status),
			listen: () => {},
			use: () => {},
		}),
	],
	[
		"a router of Express",
		(status) => Router().post("/webhooks/:id", listenerOf(status)),
	],
])("%s", (_, receiverOf) => {
	it("verifies a delivery, and refuses a changed one", async () => {
		const right = await deliverTo(receiverOf);
		const wrong = await deliverTo(receiverOf, "tampered-body");

		expect(right.attempts).toMatchObject([{ response: { status: 202 } }]);
		expect(wrong.attempts).toMatchObject([{ response: { status: 401 } }]);
	});
});

describe("a Lambda handler", () => {
	async function eventOf(payloadFormat: "1.0" | "2.0") {
		const called: { event: object; context: object }[] = [];
		await deliverTo(() => ({
			payloadFormat,
			lambda: async (event: object, context: object) => {
				called.push({ event, context });
				return { statusCode: 200 };
			},
		}));
		return called[0] as { event: object; context: object };
	}

	it("gets what an HTTP API sends", async () => {
		const { event, context } = await eventOf("2.0");

		expect(event).toMatchObject({
			version: "2.0",
			rawPath: `/webhooks/${usual.id}`,
			rawQueryString: "a=1&a=2&b=%20",
			queryStringParameters: { a: "1,2", b: " " },
			headers: {
				"content-type": "application/json",
				[usual.signature]: expect.any(String),
			},
			requestContext: { http: { method: "POST" } },
			isBase64Encoded: false,
		});
		expect(context).toMatchObject({ functionName: "localhook" });
	});

	it("gets what a REST API sends, with the names of headers as they are sent", async () => {
		const { event } = await eventOf("1.0");

		expect(event).toMatchObject({
			path: `/webhooks/${usual.id}`,
			httpMethod: "POST",
			headers: { [usual.header]: expect.any(String) },
			multiValueHeaders: { Host: ["receiver.localhost"] },
			queryStringParameters: { a: "2", b: " " },
			multiValueQueryStringParameters: { a: ["1", "2"], b: [" "] },
		});
		expect(event).not.toHaveProperty("version");
	});

	it("answers with headers, cookies and bytes", async () => {
		const { attempts } = await deliverTo(() => ({
			lambda: () => ({
				statusCode: 200,
				headers: { "X-A": "1" },
				multiValueHeaders: { "X-B": ["1", "2"] },
				cookies: ["a=1", "b=2"],
				body: "AP8=",
				isBase64Encoded: true,
			}),
		}));

		expect(attempts[0]?.response).toMatchObject({
			status: 200,
			headers: { "x-a": "1", "x-b": "1, 2", "set-cookie": ["a=1", "b=2"] },
			body: new Uint8Array([0, 255]),
		});
	});

	it("may return a body alone to an HTTP API, and not to a REST API", async () => {
		const lambda = () => ({ ok: true });
		const http = await deliverTo(() => ({ lambda }));
		const rest = await deliverTo(() => ({ lambda, payloadFormat: "1.0" }));

		expect(http.attempts).toMatchObject([{ response: { status: 200 } }]);
		expect(rest.attempts[0]?.error?.message).toBe(
			"the receiver, called as (event, context), returned an object of Object, which has no statusCode",
		);
	});

	it("is told of where it throws", async () => {
		const { attempts } = await deliverTo(() => ({
			lambda: async () => {
				throw new Error("no table");
			},
		}));

		expect(attempts[0]?.error?.message).toMatch(
			/^the receiver, called as \(event, context\), threw Error: no table at .*kinds\.test\.ts:\d+:\d+$/,
		);
	});
});

describe("an object that says what kind its function is", () => {
	it.each([
		[
			{ lambda: () => ({}), payloadFormat: "3.0" },
			'Invalid option "payloadFormat" of the receiver { lambda }: "3.0" must be "1.0" or "2.0".',
		],
		[
			{ lambda: () => ({}), payloadFromat: "1.0" },
			'Unknown option "payloadFromat" of the receiver { lambda }. Did you mean "payloadFormat"? It takes lambda, payloadFormat, base64.',
		],
		[
			{ node: () => {}, evnt: "v2" },
			'Unknown option "evnt" of the receiver { node }. It takes node.',
		],
	])("is refused with a member that nobody reads", (receiver, message) => {
		expect(() => transportTo(receiver as unknown as InProcess)).toThrow(
			message,
		);
	});
});

const digest = (data: unknown) =>
	createHmac("sha256", "s")
		.update(data as string)
		.digest("hex");

describe("a function that is handed over as what it is not", () => {
	it.each<[kind: string, receiver: unknown, line: string]>([
		[
			"a route of Next.js that reads its parameters",
			async function POST(
				_: Request,
				{ params }: { params: Promise<{ provider: string }> },
			) {
				return new Response((await params).provider);
			},
			"(request) => POST(request, { params: Promise.resolve({}) })",
		],
		[
			"a handler of Deno",
			async function handler(request: Request, _info: object) {
				return new Response(request.headers.get("x-a"));
			},
			"{ fetch: handler }",
		],
		[
			"a handler of Bun, which returns a Response",
			function serve(_request: Request, _server: object) {
				return new Response();
			},
			"{ fetch: serve }",
		],
		[
			"an action of Remix",
			async function action({ request }: { request: Request }) {
				return new Response(await request.text());
			},
			"(request) => action({ request, params: {} })",
		],
		[
			"an action of Remix that throws its answer",
			async (request: Request) => {
				await request.text();
				throw new Response("no", { status: 401 });
			},
			"(request) => action({ request, params: {} }).catch((thrown) => thrown)",
		],
		[
			"an action of React Router that returns data()",
			async (request: Request) => ({
				type: "DataWithResponseInit",
				data: await request.text(),
				init: { status: 401 },
			}),
			"(request) => action({ request, params: {} }).then(({ data, init }) => Response.json(data, init))",
		],
		[
			"a handler of SvelteKit that calls error()",
			async (request: Request) => {
				await request.text();
				throw Object.assign(Object.create(null), {
					status: 401,
					body: { message: "no" },
				});
			},
			"(request) => POST({ request, params: {} }).catch(({ status, body }) => Response.json(body, { status }))",
		],
		[
			"a route of Next.js that reads nextUrl once it has read the body",
			async function POST(request: Request) {
				await request.text();
				const { nextUrl } = request as unknown as { nextUrl: URL };
				return new Response(nextUrl.pathname);
			},
			"(request) => POST(new NextRequest(request))",
		],
		[
			"a request handler of React Router, which parses the URL",
			async function handler(request: Request, _context: object) {
				return new Response(new URL(request.url).pathname);
			},
			"{ fetch: handler }",
		],
		[
			"a Lambda handler of one parameter",
			async function handler(event: GatewayEvent) {
				return { statusCode: event.headers["x-a"] === "1" ? 200 : 401 };
			},
			"{ lambda: handler }",
		],
		[
			"a Lambda handler of two parameters",
			async function main({ body }: GatewayEvent, _context: object) {
				return { statusCode: JSON.parse(body).ok ? 200 : 401 };
			},
			"{ lambda: main }",
		],
		[
			"a Lambda handler that hashes at once",
			async function handler(event: GatewayEvent) {
				return { statusCode: digest(event.body) === "" ? 200 : 401 };
			},
			"{ lambda: handler }",
		],
		[
			"a listener that shows no parameters",
			(...[_, response]: [IncomingMessage, ServerResponse]) => response.end(),
			"{ node: handler }",
		],
		[
			"a Worker that needs its environment",
			{
				fetch: async (_: Request, env: { SECRET: string }) =>
					new Response(env.SECRET),
			},
			"(request) => app.fetch(request, env)",
		],
	])("fails with the line to write: %s", async (_, receiver, line) => {
		const { attempts } = await deliverTo(() => receiver);

		expect(attempts[0]?.error?.code).toBe("connection");
		const [, lines = ""] =
			/ write receiver: (.*)/.exec(attempts[0]?.error?.message ?? "") ?? [];
		expect(lines).toContain(line);
	});

	it("is not suspected once it has read the body as a right one does", async () => {
		const { attempts } = await deliverTo(() => async (request: Request) => {
			const { user } = (await request.json()) as { user?: { id: string } };
			return new Response(String((user as { id: string }).id));
		});

		expect(attempts[0]?.error?.message).toMatch(
			/threw TypeError: Cannot read .* at \S+:\d+:\d+$/,
		);
	});

	it.each([
		["a promise", Promise.resolve(() => {}), "Write receiver: await"],
		["a route module", { GET() {}, POST() {} }, "Write receiver: it.POST"],
		["a module", { default: () => {} }, "Write receiver: it.default"],
		["hapi", { listener: createServer() }, "Write receiver: it.listener"],
	])("is refused where its part is meant: %s", (_, given, line) => {
		expect(() => transportTo(given as unknown as InProcess)).toThrow(line);
	});

	it("is answered with 404 where a middleware takes nothing on, and fails where it passes an error on", async () => {
		type Next = (error?: unknown) => void;
		const none = await deliverTo(
			() => (_req: object, _res: object, next: Next) => next(),
		);
		const failed = await deliverTo(
			() => (_req: object, _res: object, next: Next) => next(new Error("no")),
		);

		expect(none.attempts).toMatchObject([{ response: { status: 404 } }]);
		expect(failed.attempts[0]?.error?.message).toContain("threw Error: no");
	});

	it("is told that an http.Server listens to nothing", async () => {
		const { attempts } = await deliverTo(() => createServer());

		expect(attempts[0]?.error?.message).toContain(
			"the http.Server has no listener of requests",
		);
	});
});
