// The same in CommonJS.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { localhook } = require("localhook/node-test");

test("delivers", async (t) => {
	const hooks = await localhook(t, {
		providers: ["prolific"],
		receiver: (_request, response) => response.end(),
	});

	await hooks.prolific.send("study.status.change").settled;

	assert.equal(hooks.deliveries("state:delivered").length, 1);
});
