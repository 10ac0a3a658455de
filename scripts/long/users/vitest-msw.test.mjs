// The same over msw.
import { setupLocalhook } from "localhook/msw";
import { withLocalhook } from "localhook/vitest";
import { setupServer } from "msw/node";
import { expect, test as plainTest } from "vitest";

const common = { providers: ["prolific"], receiver: () => new Response() };
const test = withLocalhook({ ...common, over: "msw" });

async function secretsOf({ prolific }, base = prolific.url) {
	const response = await fetch(`${base}/api/v1/hooks/secrets/`, {
		headers: { Authorization: `Token ${prolific.credential}` },
	});
	expect(response.status).toBe(200);
	const { results } = await response.json();
	return results.map(({ value }) => value);
}

test("the fixture delivers, and answers its test alone", async ({ hooks }) => {
	expect(await secretsOf(hooks)).toEqual([hooks.prolific.secret.current]);
	await hooks.prolific.send("study.status.change").settled;
	expect(hooks.deliveries("state:delivered")).toHaveLength(1);
});

plainTest("the handlers answer at the provider's own origin", async () => {
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
		await hooks.prolific.send("study.status.change").settled;
		expect(hooks.deliveries("state:delivered")).toHaveLength(1);
	} finally {
		server.close();
		await hooks.close();
	}
});
