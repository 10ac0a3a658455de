// A user's receivers, in each framework with the raw body as its documentation has it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { localhook } from "localhook/node-test";

/** Functions that make a receiver, by name. */
const { frameworks } = await import(`./frameworks-${process.env.KIND}.mjs`);

for (const [name, receiverOf] of Object.entries(frameworks)) {
	const what = "verifies a delivery, and refuses a changed one";
	const receiver = await receiverOf();
	test(`${name} ${what}`, (t) => verifies(t, receiver));
	if (typeof receiver.listen === "function")
		test(`${name} ${what}, at a URL`, async (t) => {
			const port = await freePort();
			await receiver.listen(port);
			await verifies(t, `http://127.0.0.1:${port}/webhooks/prolific`);
		});
}

async function verifies(t, receiver) {
	const { prolific } = await localhook(t, {
		providers: ["prolific"],
		receiver,
	});
	process.env.PROLIFIC_WEBHOOK_SECRET = prolific.secret.current;
	const change = "study.status.change";

	const right = await prolific.send(change).delivery.settled;
	const wrong = await prolific.send(change, {}, { sign: "tampered-body" })
		.delivery.settled;

	assert.deepEqual(
		[right, wrong].map(({ attempts }) => attempts[0].response?.status),
		[200, 401],
		JSON.stringify([right, wrong]),
	);
}

async function freePort() {
	const server = createServer().listen(0);
	await once(server, "listening");
	const { port } = server.address();
	server.close();
	return port;
}
