// A user's receivers, in each framework with the raw body as its documentation has it.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { localhook } from "localhook/node-test";

/** Receivers, made of what verifies: headers and a body in, a status out. */
const { frameworks } = await import(`./frameworks-${process.env.KIND}.mjs`);

for (const [name, receiverOf] of Object.entries(frameworks))
	test(`${name} verifies a delivery, and refuses a changed one`, async (t) => {
		let secret = "";
		const receiver = await receiverOf((headers, body) => {
			const expected = createHmac("sha256", secret)
				.update(headers["x-prolific-request-timestamp"])
				.update(body)
				.digest("base64");
			return headers["x-prolific-request-signature"] === expected ? 200 : 401;
		});
		const { prolific } = await localhook(t, {
			providers: ["prolific"],
			receiver,
		});
		secret = prolific.secret.current;
		const change = "study.status.change";

		const right = await prolific.send(change).delivery.settled;
		const wrong = await prolific.send(change, {}, { sign: "tampered-body" })
			.delivery.settled;

		assert.deepEqual(
			[right, wrong].map(({ attempts }) => attempts[0].response?.status),
			[200, 401],
			JSON.stringify([right, wrong]),
		);
	});
