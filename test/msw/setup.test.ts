import nodeHttp from "node:http";
import { getResponse, HttpResponse, http } from "msw";
import { describe, expect, onTestFinished, test } from "vitest";
import type { JournalEntry } from "../../src/engine/entry-view.ts";
import { toEngineRequest } from "../../src/msw/answering.ts";
import { type MswLocalhook, setupLocalhook } from "../../src/msw/index.ts";
import { acme } from "../support/acme.ts";
import { clients } from "../support/clients.ts";
import { listening, listeningAcme } from "../support/msw-setup.ts";
import { startReceiver } from "../support/receiver.ts";

const prolific = "https://api.prolific.com/api/v1/hooks";
const authorized = {
	authorization: "Token abc",
	"content-type": "application/json",
};
const secretWanted = {
	method: "POST",
	headers: authorized,
	body: '{"workspace_id":"w1"}',
};

describe("the handlers", () => {
	test("refuse a body that the server would refuse, in the same words", async () => {
		listening({ providers: ["prolific"] });
		const body = `{${" ".repeat(10 * 1024 * 1024)}}`;

		const response = await fetch(`${prolific}/secrets/`, {
			...secretWanted,
			body,
		});

		expect(response.status).toBe(413);
		expect(await response.json()).toMatchObject({
			code: "body-too-large",
			detail:
				"Failed to read the body: it is larger than 10485760 bytes. Send less.",
		});
	});

	test.each([
		["prolific", "https://api.prolific.com/api/v1/hooks/event-types/"],
		["prolific", "https://api.prolific.co/api/v1/hooks/event-types/"],
		["solvimon", "https://test.api.solvimon.com/v1/webhooks"],
		["solvimon", "https://api.solvimon.com/v1/webhooks"],
		["solvimon", "https://acme.solvimon.com/v1/webhooks"],
		["spritz", "https://sandbox.spritz.finance/v1/integrator/webhooks"],
		["spritz", "https://platform.spritz.finance/v1/integrator/webhooks"],
		["openformat", "https://api.openformat.tech/v1/webhook/1"],
		["openformat", "https://api.openformat.tech/api/v1/webhook/1"],
	] as const)("answer for %s at %s", async (provider, url) => {
		const { hooks } = listening({ providers: [provider] });
		const calls = callsOf(hooks);

		await fetch(url);

		expect(calls).toMatchObject([{ provider, operation: expect.any(String) }]);
	});

	test("say which operations there are where there is none", async () => {
		listening({ providers: ["prolific"] });

		const response = await fetch("https://api.prolific.com/api/v1/studies/");

		expect(response.status).toBe(404);
		expect(response.headers.get("content-type")).toBe(
			"application/problem+json",
		);
		expect(await response.json()).toMatchObject({
			code: "unknown-operation",
			detail: expect.stringContaining("POST /api/v1/hooks/secrets/"),
		});
	});

	test("leave a path that is not well encoded to the provider", async () => {
		listening({ providers: ["prolific"] });

		const { status } = await fetch(`${prolific}/subscriptions/%zz/`, {
			headers: authorized,
		});

		expect(status).toBe(400);
	});

	test("take a method however it is spelt", async () => {
		const { hooks } = listening({ providers: ["prolific"] });
		const calls = callsOf(hooks);

		await fetch(`${prolific}/subscriptions/none/`, {
			method: "patch",
			headers: authorized,
			body: "{}",
		});

		expect(calls).toMatchObject([
			{ method: "PATCH", operation: "update-subscription" },
		]);
	});

	test("read headers by name however they are spelt, as happy-dom passes them on", async () => {
		const request = new Request(prolific, secretWanted);
		const typed = { value: new Map([["Authorization", "Token abc"]]) };

		const { headers } = await toEngineRequest(
			"prolific",
			Object.defineProperty(request, "headers", typed),
			0,
		);

		expect(headers).toEqual({ authorization: "Token abc" });
	});

	test("give way to the user's own", async () => {
		const { server } = listening({ providers: ["prolific"] });
		server.use(
			http.get(`${prolific}/event-types/`, () =>
				HttpResponse.json({ mine: true }),
			),
		);

		const overridden = await fetch(`${prolific}/event-types/`);
		const builtIn = await fetch(`${prolific}/secrets/`, secretWanted);
		server.resetHandlers();
		const again = await fetch(`${prolific}/event-types/`, {
			headers: authorized,
		});

		expect(await overridden.json()).toEqual({ mine: true });
		expect(builtIn.status).toBe(201);
		expect(await again.json()).not.toHaveProperty("mine");
	});

	test.each([
		"https://api.prolific.com.test/",
		"https://prolific.com/",
		"http://api.prolific.com/",
		"https://api.test/?https://api.prolific.com/",
		"http://acme.solvimon.com/v1/webhooks",
		"https://docs.solvimon.com/v1/webhooks",
		"https://acme.desk.solvimon.com/v1/webhooks",
		"https://solvimon.com/v1/webhooks",
		"https://acme.solvimon.com.test/v1/webhooks",
		"https://api.test/?https://acme.solvimon.com/",
	])("leave %s to others", async (url) => {
		const hooks = setupLocalhook();
		onTestFinished(() => hooks.close());

		const response = await getResponse(hooks.handlers, new Request(url));

		expect(response).toBeUndefined();
	});

	test.each(Object.entries(clients))(
		"break the connection of %s where a fault says so",
		async (_, send) => {
			listening({ providers: ["prolific"], faults: [{ fault: "reset" }] });

			const call = send(
				`${prolific}/event-types/`,
				"GET",
				authorized,
				undefined,
			);

			await expect(call).rejects.toThrow(/fetch|network/i);
		},
	);

	test("answer with the bytes and the length that the server sends", async () => {
		listening({ providers: ["prolific"] });

		const response = await fetch(`${prolific}/secrets/`, secretWanted);
		const text = await response.text();

		expect(response.headers.get("content-length")).toBe(
			String(Buffer.byteLength(text)),
		);
	});

	test("answer node:http, whose sockets they take over", async () => {
		listening({ providers: ["prolific"] });

		const { status } = await clients["node:http"](
			`${prolific}/secrets/`,
			"POST",
			authorized,
			secretWanted.body,
		);

		expect(status).toBe(201);
	});
});

describe("a base URL", () => {
	test("is the provider's own, with the base path, unless one is chosen", () => {
		const hooks = setupLocalhook();
		onTestFinished(() => hooks.close());

		expect(hooks.openformat.url).toBe("https://api.openformat.tech/v1");
		expect(hooks.solvimon.url).toBe("https://test.api.solvimon.com");
	});

	test("of choice answers too", async () => {
		const { hooks } = listening({
			providers: ["openformat", "prolific"],
			baseUrl: "http://api.test/doubles/",
		});
		const { url } = hooks.openformat;

		const chosen = await fetch(`${url}/webhook`);
		const own = await fetch("https://api.openformat.tech/v1/webhook");

		expect(url).toBe("http://api.test/doubles/openformat/v1");
		expect([chosen.status, await chosen.text()]).toEqual([
			own.status,
			await own.text(),
		]);
	});

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
				/^Failed to .*Give one without a query, such as/,
			);
		},
	);
});

describe("a receiver at a URL", () => {
	test("gets deliveries past the handlers", async () => {
		const receiver = await startReceiver();
		onTestFinished(() => receiver.close());
		const { hooks } = listening({
			providers: ["prolific"],
			receiver: receiver.url,
		});

		hooks.prolific.send("study.status.change");
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
		const { hooks } = listening({ providers: ["prolific"] });
		const [one, two] = [await hooks.scope(), await hooks.scope()];
		const made = (url: string) =>
			fetch(`${url}/api/v1/hooks/secrets/`, secretWanted).then(
				(response) => response.json() as Promise<{ value: string }>,
			);

		const secrets = [
			await made(one.prolific.url),
			await made(two.prolific.url),
			await made(hooks.prolific.url),
		];
		await one.reset();

		expect(new Set(secrets.map(({ value }) => value)).size).toBe(1);
		expect(one.prolific.url).not.toBe(two.prolific.url);
		expect(() => one.prolific.secret.current).toThrow();
		expect(two.prolific.secret.current).toBe(secrets[1]?.value);
	});

	test("answers for the providers' own origins where its handlers are used", async () => {
		const { hooks, server } = listening({ providers: ["prolific"] });
		const scope = await hooks.scope();
		server.use(...scope.handlers);

		await fetch(`${prolific}/secrets/`, secretWanted);

		expect(scope.prolific.secret.current).not.toBe("");
		expect(() => hooks.prolific.secret.current).toThrow();
	});

	test("that is closed refuses calls as a stopped server does", async () => {
		const { hooks, server } = listening({ providers: ["prolific"] });
		const scope = await hooks.scope();
		const { url } = scope.prolific;
		server.use(...scope.handlers);
		await scope.close();

		await expect(fetch(`${url}/api/v1/hooks/event-types/`)).rejects.toThrow(
			TypeError,
		);
	});

	test("ends with what opened it", async () => {
		const { hooks } = listening({ providers: ["prolific"] });
		const scope = await hooks.scope();

		await hooks.close();

		await expect(
			fetch(`${scope.prolific.url}/api/v1/hooks/event-types/`),
		).rejects.toThrow(TypeError);
	});
});

describe("a setup", () => {
	test("refuses a provider that there is not, with those that there are", () => {
		const providers = ["prolifc"] as unknown as ["prolific"];

		expect(() => setupLocalhook({ providers })).toThrow(
			/no such provider.*prolific.*Choose one of/,
		);
	});

	test("that is closed lets nothing through to the provider", async () => {
		const { hooks } = listening({ providers: ["prolific"] });

		await hooks.close();

		await expect(fetch(`${prolific}/event-types/`)).rejects.toThrow(TypeError);
	});

	test("leaves the process's own as it was once the server is closed", () => {
		const own = () => [globalThis.fetch, nodeHttp.request];
		const { server } = listening({ providers: ["prolific"] });
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
