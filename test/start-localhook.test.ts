import { request } from "undici";
import { describe, expect, it, onTestFinished } from "vitest";
import { startLocalhook } from "../src/testing/start.ts";
import { acme } from "./support/acme.ts";

describe("startLocalhook", () => {
	it("answers at the URLs that it shows, and gives an application its environment", async () => {
		const hooks = await startLocalhook({
			providers: ["prolific", "openformat"],
			receiver: () => new Response(),
		});
		onTestFinished(() => hooks.close());
		const { env, prolific } = hooks;

		const response = await fetch(
			`${env.PROLIFIC_API_URL}/api/v1/hooks/secrets/`,
			{ headers: { authorization: `Token ${env.PROLIFIC_API_TOKEN}` } },
		);

		expect(await response.json()).toMatchObject({
			results: [{ value: env.PROLIFIC_WEBHOOK_SECRET }],
		});
		expect(env).toMatchObject({
			PROLIFIC_API_URL: prolific.url,
			PROLIFIC_API_TOKEN: prolific.credential,
			OPENFORMAT_API_URL: `${hooks.url}/openformat/v1`,
		});
	});

	it("closes at the end of its block, and once only", async () => {
		const hooks = await startLocalhook({ providers: ["prolific"] });

		await hooks[Symbol.asyncDispose]();
		await hooks.close();

		await expect(fetch(hooks.url)).rejects.toThrow("fetch failed");
	});

	it("lets the pages of named origins call it, and those of its scopes", async () => {
		const origin = "http://localhost:5173";
		const hooks = await startLocalhook({
			providers: ["prolific"],
			corsOrigins: [origin],
		});
		onTestFinished(() => hooks.close());
		const scope = await hooks.scope();

		const allowed = await Promise.all(
			[hooks, scope].map(async ({ url }) => {
				const response = await fetch(url, { headers: { origin } });
				return response.headers.get("access-control-allow-origin");
			}),
		);

		expect(allowed).toEqual([origin, origin]);
	});

	it("listens where it is told to, and asks for the token there", async () => {
		const token = "sixteen-characters";
		const hooks = await startLocalhook({
			providers: ["prolific"],
			host: "0.0.0.0",
			allowHosts: ["hooks.internal"],
			token,
		});
		onTestFinished(() => hooks.close());
		const health = new URL("/_localhook/clock", hooks.url);

		const without = await fetch(health);
		const by = await request(health, {
			headers: { host: "hooks.internal", authorization: `Bearer ${token}` },
		});

		expect(hooks.token).toBe(token);
		expect(without.status).toBe(401);
		expect(by.statusCode).toBe(200);
	});

	it.each([
		[
			{ corsOrigins: ["localhost:5173"] },
			'Invalid CORS origin "localhost:5173"',
		],
		[{ allowHosts: ["a/b"] }, 'Invalid host name "a/b"'],
		[{ token: "short" }, "Failed to read the token"],
	])("refuses %j", async (options, message) => {
		await expect(
			startLocalhook({ providers: ["prolific"], ...options }),
		).rejects.toThrow(message);
	});

	it("starts a provider of the user's own, found by its id", async () => {
		const received: string[] = [];
		const hooks = await startLocalhook({
			providers: [acme({ id: "clock" })],
			receiver: ({ url }) => {
				received.push(url);
				return new Response();
			},
			path: (provider) => `/from/${provider}`,
		});
		onTestFinished(() => hooks.close());
		const clock = hooks.provider("clock");

		await clock.send("thing.made", { data: { name: "tongs" } }).settled;
		const made = await clock.call("read-thing", { params: { number: 7 } });

		expect(hooks.clock.now()).toBeInstanceOf(Date);
		expect(made.body).toEqual({ name: "anvil", size: 3 });
		expect(received).toEqual(["http://receiver.localhost/from/clock"]);
		expect(() => hooks.provider("clok")).toThrow('Did you mean "clock"?');
	});

	it.each([
		[
			"a provider that there is not",
			{ providers: ["prolifik" as "prolific"] },
			'Did you mean "prolific"?',
		],
		[
			"options of a provider that it does not start",
			{ options: { solvimon: { hexCase: "lower" } } },
			'Failed to set up "solvimon": it is not among the providers to start.',
		],
		["a receiver that is no URL", { receiver: "receiver" }, "not an http URL"],
		[
			"a receiver that is nothing to call",
			{ receiver: 1 as unknown as string },
			"Failed to deliver to the receiver 1: it is none.",
		],
	])("refuses %s", async (_, options, message) => {
		await expect(
			startLocalhook({ providers: ["prolific"], ...options }),
		).rejects.toThrow(message);
	});
});
