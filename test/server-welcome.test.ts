import { expect, test } from "vitest";
import { builtInIds } from "../src/catalog.ts";
import { acme } from "./support/acme.ts";
import { exchange } from "./support/http.ts";
import { serve } from "./support/server.ts";

test("the front page tells a terminal in plain text what is here and what to type next", async () => {
	const { url } = await serve(acme());

	const { headers, text } = await exchange(url, "GET", "/", { accept: "*/*" });

	expect(headers["content-type"]).toContain("text/plain");
	expect(text).toContain(`${url}/acme`);
	expect(text).toContain(`curl ${url}/_localhook/events`);
});

test("the front page is the inspector for a browser, with a policy under which nothing but its own script runs", async () => {
	const { url, engine } = await serve(acme());
	engine.send("acme", "thing.made", { to: "http://127.0.0.1:9" });

	const { headers, text } = await exchange(url, "GET", "/", {
		accept: "text/html,application/xhtml+xml",
	});

	expect(headers["content-type"]).toContain("text/html");
	expect(headers["content-security-policy"]).toContain("default-src 'none'");
	expect(text).toContain(engine.delivery("latest").id);
	const [, script = ""] = /src="\.(\/inspector-\w+\.js)"/.exec(text) ?? [];
	const asset = await exchange(url, "GET", script);
	expect(asset.headers["cache-control"]).toContain("immutable");
	expect(asset.headers["content-type"]).toContain("text/javascript");
	expect((await exchange(url, "GET", "/inspector-0.js")).status).toBe(404);
});

test("the front page shows nothing of a server with a token to who has none", async () => {
	const token = "a-token-of-16-characters";
	const { url, engine } = await serve(acme(), {}, { token });
	engine.send("acme", "thing.made", { to: "http://127.0.0.1:9" });

	const { status, text } = await exchange(url, "GET", "/", {
		accept: "text/html",
	});
	const plain = await exchange(url, "GET", "/", { accept: "*/*" });

	expect(status).toBe(200);
	expect(text).not.toContain(engine.delivery("latest").id);
	expect(text).not.toContain("acme");
	expect(plain.status).toBe(401);
});

const [other = ""] = builtInIds;

test.each([`/${other}`, `/${other}/v1/configure/webhooks`])(
	"a provider that was not started is told from one that there is not: %s",
	async (path) => {
		const { url } = await serve(acme());

		const { status, text } = await exchange(url, "POST", path);

		expect(status).toBe(404);
		expect(JSON.parse(text)).toMatchObject({
			code: "unknown-provider",
			detail: expect.stringContaining(`"localhook start acme ${other}"`),
			providers: ["acme"],
		});
	},
);
