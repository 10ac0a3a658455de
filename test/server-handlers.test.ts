import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadUserHandlers } from "../src/server/user-handlers.ts";
import { acme } from "./support/acme.ts";
import { startEngine } from "./support/engine.ts";
import { exchange } from "./support/http.ts";
import { serve } from "./support/server.ts";

const file = fileURLToPath(new URL("./handlers/list.ts", import.meta.url));
const json = { "content-type": "application/json" };
const provider = acme({ servers: ["https://api.acme.test"] });

function serveWithHandlers() {
	return serve(provider, {}, async (engine) => ({
		handlers: await loadUserHandlers(file, engine),
	}));
}

test("a handler of the user's own answers in front of the built-in operation", async () => {
	const { url } = await serveWithHandlers();

	const { status, text } = await exchange(url, "GET", "/acme/things", json);

	expect(status).toBe(200);
	expect(JSON.parse(text)).toEqual({ overridden: "things" });
});

test("a handler sees the request's own bytes", async () => {
	const { url } = await serveWithHandlers();
	const body = '{ "name" : "mine" }';

	const { status, text } = await exchange(
		url,
		"POST",
		"/acme/things",
		json,
		body,
	);

	expect(status).toBe(299);
	expect(JSON.parse(text)).toEqual({ overridden: body });
});

test("a handler that declines leaves the request whole for the built-in operation", async () => {
	const { url } = await serveWithHandlers();

	const { status, text } = await exchange(
		url,
		"POST",
		"/acme/things",
		json,
		'{"name":"anvil"}',
	);

	expect(status).toBe(201);
	expect(JSON.parse(text)).toHaveProperty("name");
});

test("a request that no handler is for reaches the built-in operation", async () => {
	const { url } = await serveWithHandlers();

	const { status } = await exchange(url, "GET", "/acme/things/3", json);

	expect(status).toBe(200);
});

test("a handler that lets the request pass leaves it to the built-in answers", async () => {
	const { url } = await serveWithHandlers();

	const { status, text } = await exchange(url, "GET", "/acme/passes", json);

	expect(status).toBe(404);
	expect(JSON.parse(text).code).toBe("unknown-operation");
});

test("a handler that throws is named, and the server goes on", async () => {
	const { url } = await serveWithHandlers();

	const thrown = await exchange(url, "GET", "/acme/throws", json);
	const next = await exchange(url, "GET", "/acme/cookies", json);

	expect(thrown.status).toBe(500);
	expect(JSON.parse(thrown.text).detail).toMatch(
		/^Failed to answer GET "\/throws": a handler of ".*list.ts" threw: the handler is broken\. Correct it there\.$/,
	);
	expect(next.status).toBe(200);
});

test("a handler's network error cuts the connection", async () => {
	const { url } = await serveWithHandlers();

	const cut = exchange(url, "GET", "/acme/cuts", json);

	await expect(cut).rejects.toThrow("socket hang up");
});

test("a handler's bytes and every one of its cookies get through", async () => {
	const { url } = await serveWithHandlers();

	const response = await fetch(`${url}/acme/cookies`);

	expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
	expect(response.headers.get("x-seen")).toBe("yes");
	expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([255, 0]);
});

test.each([
	["a file that is not there", "./nowhere.ts", "there is no such file"],
	[
		"a module without handlers",
		fileURLToPath(new URL("./support/http.ts", import.meta.url)),
		"no list of msw handlers",
	],
	[
		"a module whose own import is nowhere",
		fileURLToPath(new URL("./handlers/broken-import.ts", import.meta.url)),
		/Cannot find module 'a-package-that-is-nowhere'\. Correct the module\.$/,
	],
])("%s is refused with what to do", async (_, path, reason) => {
	const { engine } = await startEngine(provider);

	const loading = loadUserHandlers(path, engine);

	await expect(loading).rejects.toThrow(reason);
	await engine.close();
});
