import nodeHttp from "node:http";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { describe, expect, onTestFinished, test } from "vitest";
import { builtInIds } from "../../src/catalog.ts";
import type { JournalEntry } from "../../src/engine/entry-view.ts";
import type { ProviderId } from "../../src/hooks/document-types.ts";
import { toEngineRequest } from "../../src/msw/answering.ts";
import {
	type MswLocalhook,
	type MswOptions,
	setupLocalhook,
} from "../../src/msw/index.ts";
import { acme } from "../support/acme.ts";
import { clients } from "../support/clients.ts";
import { listening, listeningAcme } from "../support/msw-setup.ts";
import { startReceiver } from "../support/receiver.ts";

const things = "https://api.acme.example/things";
const json = { "content-type": "application/json" };
const wanted = { method: "POST", headers: json, body: '{"name":"h1"}' };

/** A provider at an address of its own, whose `make-thing` registers a receiver and answers with its new secret. */
const provider = acme({
	servers: ["https://api.acme.example"],
	operations: {
		"make-thing": ({ body, state, random }) => {
			const name = random.hex(8);
			state.hooks.put({
				id: body.name,
				url: "http://127.0.0.1:9/",
				secrets: [name],
			});
			return { status: 201, body: { name } };
		},
	},
});
const playing = (options: MswOptions<never> = {}) =>
	listening<never>({ ...options, providers: [provider] });

describe("the handlers", () => {
	test("refuse a body that the server would refuse, in the same words", async () => {
		playing();
		const body = `{${" ".repeat(10 * 1024 * 1024)}}`;

		const response = await fetch(things, {
			...wanted,
			body,
		});

		expect(response.status).toBe(413);
		expect(await response.json()).toMatchObject({
			code: "body-too-large",
			detail:
				"Failed to read the body: it is larger than 10485760 bytes. Send less.",
		});
	});

	test("say which operations there are where there is none", async () => {
		playing();

		const response = await fetch("https://api.acme.example/studies");

		expect(response.status).toBe(404);
		expect(response.headers.get("content-type")).toBe(
			"application/problem+json",
		);
		expect(await response.json()).toMatchObject({
			code: "unknown-operation",
			detail: expect.stringContaining("POST /things"),
		});
	});

	test("leave a path that is not well encoded to the provider", async () => {
		playing();

		const { status } = await fetch(`${things}/%zz`, {
			headers: json,
		});

		expect(status).toBe(400);
	});

	test("take a method however it is spelt", async () => {
		const { hooks } = playing();
		const calls = callsOf(hooks);

		await fetch(`${things}/1`, {
			method: "patch",
			headers: json,
			body: "{}",
		});

		expect(calls).toMatchObject([
			{ method: "PATCH", operation: "change-thing" },
		]);
	});

	test("read headers by name however they are spelt, as happy-dom passes them on", async () => {
		const request = new Request(things, wanted);
		const typed = { value: new Map([["Authorization", "Token abc"]]) };

		const { headers } = await toEngineRequest(
			"acme",
			Object.defineProperty(request, "headers", typed),
			0,
		);

		expect(headers).toEqual({ authorization: "Token abc" });
	});

	test("give way to the user's own", async () => {
		const { server } = playing();
		server.use(http.get(things, () => HttpResponse.json({ mine: true })));

		const overridden = await fetch(things);
		const builtIn = await fetch(things, wanted);
		server.resetHandlers();
		const again = await fetch(things, {
			headers: json,
		});

		expect(await overridden.json()).toEqual({ mine: true });
		expect(builtIn.status).toBe(201);
		expect(await again.json()).not.toHaveProperty("mine");
	});

	test.each(Object.entries(clients))(
		"answer each call of %s once while another server of msw listens",
		async (_, send) => {
			const another = setupServer();
			another.listen();
			onTestFinished(() => another.close());
			const { hooks } = playing();
			const calls = callsOf(hooks);

			for (let call = 0; call < 3; call++)
				await send(things, "GET", json, undefined);
			await hooks.idle();

			expect(calls).toHaveLength(3);
		},
	);

	test.each(Object.entries(clients))(
		"break the connection of %s where a fault says so",
		async (_, send) => {
			playing({ faults: [{ fault: "reset" }] });

			const call = send(things, "GET", json, undefined);

			await expect(call).rejects.toThrow(/fetch|network/i);
		},
	);

	test("answer with the bytes and the length that the server sends", async () => {
		playing();

		const response = await fetch(things, wanted);
		const text = await response.text();

		expect(response.headers.get("content-length")).toBe(
			String(Buffer.byteLength(text)),
		);
	});

	test("answer node:http, whose sockets they take over", async () => {
		playing();

		const { status } = await clients["node:http"](
			things,
			"POST",
			json,
			wanted.body,
		);

		expect(status).toBe(201);
	});
});

describe("a base URL", () => {
	test("is there for a provider that has no servers of its own", async () => {
		const { hooks } = listening<never>({ providers: [acme()] });
		const { url } = hooks.provider("acme");

		const { status } = await fetch(`${url}/things`);

		expect(url).toBe("http://localhook.localhost/acme");
		expect(status).toBe(200);
	});

	test.each(["api.test", "ftp://api.test", "http://api.test/?a"])(
		"%s is refused with what to give",
		(baseUrl) => {
			expect(() => setupLocalhook({ baseUrl })).toThrow(
				/^Invalid option "baseUrl" .* must be an http URL without a query, such as/,
			);
		},
	);
});

describe("a receiver at a URL", () => {
	test("gets deliveries past the handlers", async () => {
		const receiver = await startReceiver();
		onTestFinished(() => receiver.close());
		const { hooks } = playing({ receiver: receiver.url });

		hooks.provider("acme").send("thing.made");
		await hooks.idle();

		expect(receiver.requests).toHaveLength(1);
		expect(hooks.deliveries("state:delivered")).toHaveLength(1);
	});

	test("gets those too that a call through the handlers caused", async () => {
		const receiver = await startReceiver();
		onTestFinished(() => receiver.close());
		const { hooks, url } = listeningAcme({ receiver: receiver.url });

		await fetch(url, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: '{"name":"anvil"}',
		});
		await hooks.idle();

		expect(receiver.requests.map(({ body }) => String(body))).toEqual([
			expect.stringContaining("anvil"),
		]);
	});
});

describe("a scope", () => {
	test("answers at a base URL of its own, and shares nothing but the seed", async () => {
		const { hooks } = playing();
		const [one, two] = [await hooks.scope(), await hooks.scope()];
		const made = (url: string) =>
			fetch(`${url}/things`, wanted).then(
				(response) => response.json() as Promise<{ name: string }>,
			);

		const secrets = [
			await made(one.provider("acme").url),
			await made(two.provider("acme").url),
			await made(hooks.provider("acme").url),
		];
		await one.reset();

		expect(new Set(secrets.map(({ name }) => name)).size).toBe(1);
		expect(one.provider("acme").url).not.toBe(two.provider("acme").url);
		expect(() => one.provider("acme").secret.current).toThrow();
		expect(two.provider("acme").secret.current).toBe(secrets[1]?.name);
	});

	test("answers for the providers' own origins where its handlers are used", async () => {
		const { hooks, server } = playing();
		const scope = await hooks.scope();
		server.use(...scope.handlers);

		await fetch(things, wanted);

		expect(scope.provider("acme").secret.current).not.toBe("");
		expect(() => hooks.provider("acme").secret.current).toThrow();
	});

	test("that is closed refuses calls as a stopped server does", async () => {
		const { hooks, server } = playing();
		const scope = await hooks.scope();
		const { url } = scope.provider("acme");
		server.use(...scope.handlers);
		await scope.close();

		await expect(fetch(`${url}/things`)).rejects.toThrow(TypeError);
	});

	test("ends with what opened it", async () => {
		const { hooks } = playing();
		const { url } = (await hooks.scope()).provider("acme");

		await hooks.close();

		await expect(fetch(`${url}/things`)).rejects.toThrow(TypeError);
	});
});

describe("a setup", () => {
	test("refuses a provider that there is not, with those that there are", () => {
		const [first = "", ...rest] = builtInIds;
		const providers = [`${first}x`, ...rest] as unknown as ProviderId[];

		expect(() => setupLocalhook({ providers })).toThrow(
			new RegExp(`no such provider.*"${first}".*Choose one of`),
		);
	});

	test("that is closed lets nothing through to the provider", async () => {
		const { hooks } = playing();

		await hooks.close();

		await expect(fetch(things)).rejects.toThrow(TypeError);
	});

	test("leaves the process's own as it was once the server is closed", () => {
		const own = () => [globalThis.fetch, nodeHttp.request];
		const { server } = playing();
		const during = own();

		server.close();

		expect(own().map(({ name }) => name)).toEqual(["fetch", "request"]);
		expect(own()).not.toEqual(during);
	});
});

/** The calls that reach the providers. */
function callsOf({ journal }: Pick<MswLocalhook, "journal">): JournalEntry[] {
	const calls: JournalEntry[] = [];
	journal.follow((entry) => {
		if (entry.kind === "call") calls.push(entry);
	});
	return calls;
}
