// The same over msw.
const { LocalhookError } = require("localhook");
const { matchers } = require("localhook/matchers");
const { setupLocalhook } = require("localhook/msw");
const { setupServer } = require("msw/node");

expect.extend(matchers);
const common = { providers: ["prolific"], receiver: () => new Response() };
const secrets = "/api/v1/hooks/secrets/";

test("the handlers deliver and answer", async () => {
	const hooks = setupLocalhook(common);
	const server = setupServer(...hooks.handlers);
	server.listen({ onUnhandledRequest: "error" });

	await expect(hooks.prolific.send("study.status.change")).toBeDelivered();
	const response = await fetch(`https://api.prolific.com${secrets}`, {
		headers: { Authorization: `Token ${hooks.prolific.credential}` },
	});

	const { results } = await response.json();
	expect(results[0].value).toBe(hooks.prolific.secret.current);
	server.close();
	await hooks.close();
});

test("a mistake is an error of localhook's, whichever entry it comes from", () => {
	expect(() => setupLocalhook({ providers: ["prolifc"] })).toThrow(
		LocalhookError,
	);
});
