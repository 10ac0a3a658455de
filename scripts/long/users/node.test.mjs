// A user's tests with node:test.
import assert from "node:assert/strict";
import { test } from "node:test";
import { localhook } from "localhook/node-test";

test("delivers and answers", async (t) => {
	const hooks = await localhook(t, {
		providers: ["prolific"],
		receiver: () => new Response(),
	});
	const { prolific } = hooks;

	await prolific.send("study.status.change").settled;
	const response = await fetch(`${prolific.url}/api/v1/hooks/secrets/`, {
		headers: { Authorization: `Token ${prolific.credential}` },
	});

	const { results } = await response.json();
	assert.equal(results[0].value, prolific.secret.current);
	assert.equal(hooks.deliveries("state:delivered").length, 1);
});
