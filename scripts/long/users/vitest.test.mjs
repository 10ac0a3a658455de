// A user's tests with Vitest, in whatever pool and environment. The page that jsdom and happy-dom play is at this origin.
import { startLocalhook } from "localhook";
import { matchers } from "localhook/matchers";
import { setupLocalhook } from "localhook/msw";
import { withLocalhook } from "localhook/vitest";
import { setupServer } from "msw/node";
import { describe, expect, test } from "vitest";

expect.extend(matchers);
const page = "http://localhost:3000";
const common = { providers: ["prolific"], receiver: () => new Response() };

async function secretsOf({ prolific }, base = prolific.url) {
	const response = await fetch(`${base}/api/v1/hooks/secrets/`, {
		headers: { Authorization: `Token ${prolific.credential}` },
	});
	expect(response.status).toBe(200);
	const { results } = await response.json();
	return results.map(({ value }) => value);
}

const overServer = withLocalhook({ ...common, corsOrigins: [page] });
const overMsw = withLocalhook({ ...common, over: "msw" });

for (const [over, test] of Object.entries({ overServer, overMsw }))
	describe(`the fixture ${over}`, () => {
		test("delivers", async ({ hooks, expect }) => {
			await expect(hooks.prolific.emit("study.status.change")).toBeDelivered();
			expect(hooks.deliveries()).toHaveLength(1);
		});

		test("answers its test alone", async ({ hooks, expect }) => {
			expect(await secretsOf(hooks)).toEqual([hooks.prolific.secret.current]);
			expect(hooks.deliveries()).toHaveLength(0);
		});
	});

test("the handlers answer at the provider's own origin", async () => {
	const hooks = setupLocalhook(common);
	const server = setupServer(...hooks.handlers);
	server.listen({ onUnhandledRequest: "error" });
	try {
		const secrets = await secretsOf(hooks, "https://api.prolific.com");
		expect(secrets).toEqual([hooks.prolific.secret.current]);
		const made = await fetch("https://api.prolific.com/api/v1/hooks/secrets/", {
			method: "POST",
			headers: {
				Authorization: `Token ${hooks.prolific.credential}`,
				"Content-Type": "application/json",
			},
			body: JSON.stringify({ workspace_id: "63722982f9cc073ecc730f6b" }),
		});
		expect(made.status).toBe(201);
		await hooks.prolific.emit("study.status.change").settled;
		expect(hooks.deliveries("state:delivered")).toHaveLength(1);
	} finally {
		server.close();
		await hooks.close();
	}
});

test("a Node listener gets deliveries", async () => {
	const hooks = await startLocalhook({
		providers: ["prolific"],
		receiver: (_request, response) => response.end(),
	});
	await hooks.prolific.emit("study.status.change").settled;
	expect(hooks.deliveries("state:delivered")).toHaveLength(1);
	await hooks.close();
});

test("a URL gets deliveries", async () => {
	const { createServer } = await import("node:http");
	const server = createServer((_request, response) => response.end());
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	const hooks = await startLocalhook({
		providers: ["prolific"],
		receiver: new URL(`http://127.0.0.1:${server.address().port}/hooks`),
	});
	for (const _ of [1, 2])
		await hooks.prolific.emit("study.status.change").settled;
	expect(hooks.deliveries("state:delivered")).toHaveLength(2);
	await hooks.close();
	server.closeAllConnections();
	server.close();
});
