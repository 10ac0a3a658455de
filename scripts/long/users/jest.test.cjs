// A user's tests with Jest as it comes: CommonJS, no flags.
const { startLocalhook, LocalhookError } = require("localhook");
const { matchers } = require("localhook/matchers");

expect.extend(matchers);
const common = { providers: ["prolific"], receiver: () => new Response() };
const secrets = "/api/v1/hooks/secrets/";

test("a server delivers and answers", async () => {
	const hooks = await startLocalhook(common);
	const { prolific } = hooks;

	await expect(prolific.send("study.status.change")).toBeDelivered();
	const response = await fetch(prolific.url + secrets, {
		headers: { Authorization: `Token ${prolific.credential}` },
	});

	const { results } = await response.json();
	expect(results[0].value).toBe(prolific.secret.current);
	await hooks.close();
});

test("a listener and a URL get deliveries", async () => {
	const { createServer } = require("node:http");
	const listener = (_request, response) => response.end();
	const server = createServer(listener);
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${server.address().port}/hooks`;
	for (const receiver of [listener, url]) {
		const hooks = await startLocalhook({ ...common, receiver });
		for (const _ of [1, 2])
			await hooks.prolific.send("study.status.change").settled;
		expect(hooks.deliveries("state:delivered")).toHaveLength(2);
		await hooks.close();
	}
	server.closeAllConnections();
	server.close();
});

test("a mistake is an error of localhook's", async () => {
	await expect(startLocalhook({ providers: ["prolifc"] })).rejects.toThrow(
		LocalhookError,
	);
});
