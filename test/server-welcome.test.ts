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

test("the front page is a small page without scripts for a browser", async () => {
	const { url } = await serve(acme());

	const { headers, text } = await exchange(url, "GET", "/", {
		accept: "text/html,application/xhtml+xml",
	});

	expect(headers["content-type"]).toContain("text/html");
	expect(headers["content-security-policy"]).toContain("default-src 'none'");
	expect(text).toContain("<title>localhook</title>");
	expect(text).not.toContain("<script");
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
