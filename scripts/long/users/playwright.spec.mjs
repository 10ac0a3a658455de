// A user's tests with Playwright's runner, which needs no browser.
import { expect } from "@playwright/test";
import { withLocalhook } from "localhook/playwright";

const test = withLocalhook({
	providers: ["prolific"],
	receiver: () => new Response(),
});

for (const time of ["once", "once more"])
	test(`delivers ${time}`, async ({ hooks, request }) => {
		const { prolific } = hooks;

		await prolific.send("study.status.change").settled;
		const response = await request.get(
			`${prolific.url}/api/v1/hooks/secrets/`,
			{
				headers: { Authorization: `Token ${prolific.credential}` },
			},
		);

		const { results } = await response.json();
		expect(results[0].value).toBe(prolific.secret.current);
		expect(hooks.deliveries("state:delivered")).toHaveLength(1);
	});
