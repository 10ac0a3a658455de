// A user's tests with Vitest, in whatever pool and environment. jsdom and happy-dom play a page of localhost:3000.
import { createServer } from "node:http";
import { startLocalhook } from "localhook";
import { matchers } from "localhook/matchers";
import { withLocalhook } from "localhook/vitest";
import { expect } from "vitest";

expect.extend(matchers);
const test = withLocalhook({
	providers: ["prolific"],
	receiver: () => new Response(),
	corsOrigins: ["http://localhost:3000"],
});

test("the fixture delivers", async ({ hooks, expect }) => {
	await expect(hooks.prolific.send("study.status.change")).toBeDelivered();
	expect(hooks.deliveries()).toHaveLength(1);
});

test("the fixture answers its test alone", async ({ hooks, expect }) => {
	const { prolific } = hooks;
	const response = await fetch(`${prolific.url}/api/v1/hooks/secrets/`, {
		headers: { Authorization: `Token ${prolific.credential}` },
	});

	const { results } = await response.json();
	expect(results[0].value).toBe(prolific.secret.current);
	expect(hooks.deliveries()).toHaveLength(0);
});

test("a Node listener gets deliveries", async () => {
	const hooks = await startLocalhook({
		providers: ["prolific"],
		receiver: (_request, response) => response.end(),
	});
	await hooks.prolific.send("study.status.change").settled;
	expect(hooks.deliveries("state:delivered")).toHaveLength(1);
	await hooks.close();
});

test("a URL gets deliveries", async () => {
	const server = createServer((_request, response) => response.end());
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	const hooks = await startLocalhook({
		providers: ["prolific"],
		receiver: new URL(`http://127.0.0.1:${server.address().port}/hooks`),
	});
	for (const _ of [1, 2])
		await hooks.prolific.send("study.status.change").settled;
	expect(hooks.deliveries("state:delivered")).toHaveLength(2);
	await hooks.close();
	server.closeAllConnections();
	server.close();
});
