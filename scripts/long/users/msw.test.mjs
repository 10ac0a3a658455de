// A user's tests over `localhook/msw`, for whichever msw is installed beside it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import https from "node:https";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as later } from "node:timers/promises";
import axios from "axios";
import { setupLocalhook } from "localhook/msw";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";

const webhooks = "https://test.api.solvimon.com/v1/webhooks";
const headers = { "x-api-key": "key", "content-type": "application/json" };

/** @type {string[]} */
let order = [];
/** @type {string[]} */
const unhandled = [];
const receiver = createServer((incoming, response) => {
	incoming.resume().on("end", () => response.end());
	order.push("delivery");
});
await new Promise((resolve) =>
	receiver.listen(0, "127.0.0.1", () => resolve(undefined)),
);
const { port } = /** @type {import("node:net").AddressInfo} */ (
	receiver.address()
);
const receiverUrl = `http://127.0.0.1:${port}/hooks`;

const hooks = setupLocalhook({
	providers: ["prolific", "solvimon", "spritz"],
	receiver: receiverUrl,
	options: { solvimon: { webhookEvents: "on" } },
});
const server = setupServer(...hooks.handlers);

before(() => {
	console.log(`on Node ${process.versions.node}`);
	server.listen({ onUnhandledRequest: "error" });
	server.events.on("request:unhandled", ({ request: { url } }) => {
		unhandled.push(url);
	});
});
beforeEach(async () => {
	server.resetHandlers();
	await hooks.reset();
	order = [];
});
after(async () => {
	server.close();
	await hooks.close();
	receiver.closeAllConnections();
	receiver.close();
});

const webhook = (name = "first") =>
	JSON.stringify({
		name,
		reference: name,
		url: `${receiverUrl}/${name}`,
		event_types: ["CUSTOMER.CREATED"],
	});

/** @type {[name: string, call: (body: string) => Promise<number>][]} */
const clients = [
	[
		"fetch that reads the headers alone",
		async (body) =>
			(await fetch(webhooks, { method: "POST", headers, body })).status,
	],
	[
		"fetch that reads JSON",
		async (body) => {
			const response = await fetch(webhooks, { method: "POST", headers, body });
			await response.json();
			return response.status;
		},
	],
	[
		"axios",
		async (body) =>
			(await axios.post(webhooks, JSON.parse(body), { headers })).status,
	],
	[
		"node:https",
		(body) =>
			new Promise((resolve, reject) => {
				const call = https.request(
					webhooks,
					{ method: "POST", headers },
					(answer) =>
						answer
							.resume()
							.on("end", () =>
								resolve(/** @type {number} */ (answer.statusCode)),
							),
				);
				call.on("error", reject);
				call.end(body);
			}),
	],
];

for (const [name, call] of clients) {
	test(`${name} has its reply before the delivery`, async () => {
		const status = await call(webhook());
		order.push("reply");
		await hooks.idle();

		assert.equal(status, 201);
		assert.equal(order[0], "reply");
		assert.ok(order.includes("delivery"), "nothing was delivered");
	});

	test(`many calls at once by ${name} each have their reply before their event`, async () => {
		const end = hooks.journal.follow((entry) => {
			if (entry.kind !== "delivery") return;
			const [delivery] = hooks.deliveries(`id:${entry.delivery}`);
			const payload = /** @type {any} */ (delivery?.event.payload);
			order.push(`event ${payload.data.name}`);
		});
		const names = Array.from({ length: 30 }, (_, index) => `name${index}`);
		const calls = names.map(async (name) => {
			assert.equal(await call(webhook(name)), 201);
			order.push(`reply ${name}`);
		});
		await Promise.all(calls);
		await hooks.idle();
		end();

		for (const name of names) {
			const [reply, event] = [`reply ${name}`, `event ${name}`];
			assert.ok(order.includes(event), `${event} never happened`);
			assert.ok(order.indexOf(reply) < order.indexOf(event), `${event} first`);
		}
	});
}

test("a receiver at a URL gets deliveries past the handlers", async () => {
	const { settled } = hooks.prolific.send("study.status.change");
	await settled;

	assert.deepEqual(order, ["delivery"]);
	assert.equal(hooks.deliveries("state:delivered").length, 1);
});

const { version } = JSON.parse(
	await readFile("node_modules/msw/package.json", "utf8"),
);
/** It reads requests off the wire, with a parser to which a method in lower case is no HTTP. */
const refused = version.startsWith("3.") && "msw 3 intercepts none of them";

test("lower-case methods arrive", { skip: refused }, async () => {
	const response = await fetch(
		"https://api.prolific.com/api/v1/hooks/subscriptions/none/",
		{
			method: "patch",
			headers: { ...headers, authorization: "Token any" },
			body: "{}",
		},
	);

	assert.equal(response.status, 404);
});

test("the user's own handlers win", async () => {
	server.use(http.get(webhooks, () => HttpResponse.json({ mine: true })));

	const response = await fetch(webhooks);

	assert.deepEqual(await response.json(), { mine: true });
});

test("a reset fault is a network error", async () => {
	hooks.faults.set([{ fault: "reset" }]);

	await assert.rejects(fetch(webhooks, { headers }), TypeError);
	await assert.rejects(axios.get(webhooks, { headers }));
});

test("what is owed when a reset comes never happens", async () => {
	await fetch(webhooks, { method: "POST", headers, body: webhook() });
	await hooks.reset();
	await later(20);

	assert.deepEqual(order, []);
});

test("nothing was taken for a request to anywhere else", () => {
	assert.deepEqual(unhandled, []);
});
