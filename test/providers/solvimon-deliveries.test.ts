import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import provider from "../../src/providers/solvimon/index.ts";
import { startOfTest } from "../support/engine.ts";
import { anyFace, type Face, faces } from "../support/faces.ts";
import { startPythonReceiver, withoutPython } from "../support/python.ts";
import type { ReceivedRequest } from "../support/receiver.ts";
import {
	day,
	minute,
	pairsOf,
	requestIdOf,
	rollBody,
	second,
	signatureOf,
	startSolvimon,
} from "./solvimon-setup.ts";

describe.each(faces)("solvimon's deliveries through the $face", ({ open }) => {
	const start = (options?: Parameters<Face["open"]>[1]) =>
		startSolvimon(open, options);

	describe("deliveries", () => {
		const body =
			'{"created_at":"2026-11-20T10:15:30Z","type":"CUSTOMER.CREATED","original_request_id":"reqr_HwDeRw0dFUrJrjCKk31w",' +
			'"environment":"TEST","data":{"object_type":"CUSTOMER","id":"cust_HwDeRw0dFUrJrjCKk31w","reference":"acme",' +
			'"status":"ACTIVE","timezone":"Europe\\/Amsterdam","type":"ORGANIZATION","email":"billing@acme.example",' +
			'"organization":{"legal_name":"Café Zoë B.V."}}}';

		it("sends exact bytes and headers", async () => {
			const { engine, createWebhook, rollSecret, receiver } = await start();
			const { id } = await createWebhook();
			const secret = await rollSecret(id);
			await engine.advance(999);

			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			const [request] = receiver.requests as [ReceivedRequest];
			const signature = createHmac("sha256", secret)
				.update(`2026-11-20T10:15:30Z.${body}`)
				.digest("hex")
				.toUpperCase();
			expect(receiver.requests).toHaveLength(1);
			expect(request.method).toBe("POST");
			expect(request.body.toString()).toBe(body);
			expect(pairsOf(request)).toEqual([
				["Content-Type", "application/json"],
				["X-PAYLOAD-SIGNATURE", `v1=${signature}`],
				["X-PAYLOAD-SIGNATURE-TIMESTAMP", "2026-11-20T10:15:30Z"],
			]);
		});

		it("sends no signature without a secret", async () => {
			const { engine, createWebhook, receiver } = await start();
			await createWebhook();

			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			expect(pairsOf(receiver.requests[0])).toEqual([
				["Content-Type", "application/json"],
			]);
		});

		it("signs and writes letters outside ASCII as UTF-8", async () => {
			const { engine, createWebhook, rollSecret, receiver } = await start();
			const secret = await rollSecret((await createWebhook()).id);

			engine.send("solvimon", "CUSTOMER.UPDATED", {
				merge: { data: { reference: "Žofie & 株式会社 🧾" } },
			});
			await engine.idle();

			const [request] = receiver.requests as [ReceivedRequest];
			expect(JSON.parse(request.body.toString("utf8")).data.reference).toBe(
				"Žofie & 株式会社 🧾",
			);
			expect(request.headers["x-payload-signature"]).toBe(
				signatureOf(request, secret),
			);
		});

		it("separates signatures by a space and writes them in lower case when told to", async () => {
			const options = { separator: "space", hexCase: "lower" };
			const { engine, createWebhook, rollSecret, receiver } = await start({
				options,
			});
			const { id } = await createWebhook();
			const [old, fresh] = [await rollSecret(id), await rollSecret(id)];

			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			const [request] = receiver.requests as [ReceivedRequest];
			const expected =
				`${signatureOf(request, fresh)} ${signatureOf(request, old)}`.replaceAll(
					/[A-F]/g,
					(digit) => digit.toLowerCase(),
				);
			expect(request.headers["x-payload-signature"]).toBe(expected);
		});

		it("leaves the user's own values and the absent request alone", async () => {
			const { engine, createWebhook, bodies } = await start();
			await createWebhook();

			engine.send("solvimon", "INVOICE.CREATED", {
				merge: { environment: "LIVE", data: { status: "FINAL" } },
			});
			engine.send("solvimon", "INVOICE.CREATED", {
				payload: {
					original_request_id: "reqr_HwDeRw0dFUrJrjCKk31w",
					data: { object_type: "INVOICE", id: "invo_CwDeT10dGsH7PxLQv61k" },
				},
			});
			await engine.idle();

			const [first, second] = bodies();
			expect(first).toMatchObject({
				created_at: "2026-11-20T10:15:30Z",
				environment: "LIVE",
				data: { status: "FINAL" },
			});
			expect(first).not.toHaveProperty("original_request_id");
			expect(second).toEqual({
				original_request_id: "reqr_HwDeRw0dFUrJrjCKk31w",
				data: { object_type: "INVOICE", id: "invo_CwDeT10dGsH7PxLQv61k" },
				created_at: "2026-11-20T10:15:30Z",
				type: "INVOICE.CREATED",
				environment: "TEST",
			});
		});

		it("delivers every event", async () => {
			const { engine, createWebhook, bodies } = await start();
			await createWebhook({ include_previous_data: true });
			const types = Object.keys(provider.events);

			for (const type of types) engine.send("solvimon", type);
			await engine.idle();

			expect(types).toHaveLength(78);
			const head = { created_at: "2026-11-20T10:15:30Z", environment: "TEST" };
			expect(bodies()).toEqual(
				types.map((type) => expect.objectContaining({ ...head, type })),
			);
		});

		it("says of every event that it comes from the live environment, when told to", async () => {
			const { engine, call, createWebhook, bodies } = await start({
				options: { environment: "LIVE", webhookEvents: "on" },
			});
			const { id } = await createWebhook();

			await call("POST", `/v1/webhooks/${id}/send-test`);
			await call("PATCH", `/v1/webhooks/${id}`, { name: "Other" });
			engine.send("solvimon", "INVOICE.PAID");
			await engine.idle();

			expect(
				bodies().map(({ type, environment }) => `${type} ${environment}`),
			).toEqual(
				expect.arrayContaining([
					"WEBHOOK.TEST LIVE",
					"WEBHOOK.UPDATED LIVE",
					"INVOICE.PAID LIVE",
				]),
			);
		});

		it.each<[string, object, string[]]>([
			["everything", {}, ["CUSTOMER.CREATED", "INVOICE.PAID"]],
			[
				"everything for an empty list",
				{ included_actions: [] },
				["CUSTOMER.CREATED", "INVOICE.PAID"],
			],
			[
				"what is included",
				{ included_actions: ["INVOICE.PAID", "QUOTE.CREATED", "INVOICE.PAID"] },
				["INVOICE.PAID"],
			],
			[
				"not what is excluded",
				{ excluded_actions: ["INVOICE.PAID"] },
				["CUSTOMER.CREATED"],
			],
			[
				"not what is excluded as well as included",
				{
					included_actions: ["INVOICE.PAID", "CUSTOMER.CREATED"],
					excluded_actions: ["INVOICE.PAID"],
				},
				["CUSTOMER.CREATED"],
			],
			[
				"nothing for an action that no event has",
				{ included_actions: ["*", "everything", "listens"] },
				[],
			],
			["nothing while inactive", { active: false }, []],
			["nothing without a url", { url: null }, []],
		])("delivers %s", async (_, settings, expected) => {
			const { engine, createWebhook, bodies } = await start();
			await createWebhook(settings);

			for (const type of ["CUSTOMER.CREATED", "INVOICE.PAID"])
				engine.send("solvimon", type);
			await engine.idle();

			expect(bodies().map(({ type }) => type)).toEqual(expected);
		});

		it("follows changes of a webhook's filters", async () => {
			const { engine, call, createWebhook, bodies } = await start();
			const { id } = await createWebhook({
				included_actions: ["INVOICE.PAID"],
			});
			const emitWith = async (settings: object) => {
				await call("PATCH", `/v1/webhooks/${id}`, settings);
				const { deliveries } = engine.send("solvimon", "CUSTOMER.CREATED");
				return deliveries.length;
			};

			expect(await emitWith({})).toBe(0);
			expect(await emitWith({ included_actions: ["CUSTOMER.CREATED"] })).toBe(
				1,
			);
			expect(await emitWith({ included_actions: null })).toBe(1);
			expect(await emitWith({ active: false })).toBe(0);
			expect(
				await emitWith({
					active: true,
					excluded_actions: ["CUSTOMER.CREATED"],
				}),
			).toBe(0);
			await engine.idle();
			expect(bodies()).toHaveLength(2);
		});

		it("delivers to each webhook that listens", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			await createWebhook({
				included_actions: ["INVOICE.PAID"],
				url: `${receiver.url}/paid`,
			});
			const all = await createWebhook({ url: `${receiver.url}/all` });

			engine.send("solvimon", "INVOICE.PAID");
			await engine.idle();
			await call("DELETE", `/v1/webhooks/${all.id}`);
			engine.send("solvimon", "INVOICE.PAID");
			await engine.idle();

			expect(receiver.requests.map(({ url }) => url).sort()).toEqual([
				"/hooks/all",
				"/hooks/paid",
				"/hooks/paid",
			]);
		});

		it.each<[string, object, [string, string][]]>([
			[
				"an API key",
				{ authentication_type: "API_KEY", api_key: "k3y" },
				[["X-API-KEY", "k3y"]],
			],
			[
				"an API key in a header of choice",
				{
					authentication_type: "API_KEY",
					api_key: "k3y",
					api_header_field: "X_Own-Key",
				},
				[["X_Own-Key", "k3y"]],
			],
			[
				"an API key for an empty header",
				{
					authentication_type: "API_KEY",
					api_key: "k3y",
					api_header_field: "",
				},
				[["X-API-KEY", "k3y"]],
			],
			[
				"a header of an odd name",
				{
					authentication_type: "API_KEY",
					api_key: "k3y",
					api_header_field: "__proto__",
				},
				[["__proto__", "k3y"]],
			],
			["no API key when there is none", { authentication_type: "API_KEY" }, []],
			[
				"a password",
				{
					authentication_type: "PASSWORD",
					username: "me@x",
					password: "s3cret!",
				},
				[["Authorization", "Basic bWVAeDpzM2NyZXQh"]],
			],
			[
				"a user name with a colon",
				{ authentication_type: "PASSWORD", username: "a:b", password: "c" },
				[["Authorization", "Basic YTpiOmM="]],
			],
			["neither", { username: "me", password: "s3cret", api_key: "k3y" }, []],
		])(
			"authenticates at the receiver with %s",
			async (_, settings, expected) => {
				const { engine, createWebhook, receiver } = await start();
				await createWebhook(settings);

				engine.send("solvimon", "CUSTOMER.CREATED");
				await engine.idle();

				expect(pairsOf(receiver.requests[0])).toEqual(
					[...expected, ["Content-Type", "application/json"]].sort(),
				);
			},
		);

		it("adds the state before to those alone that ask for it", async () => {
			const { engine, createWebhook, receiver, bodies } = await start();
			await createWebhook({ include_previous_data: true });
			await createWebhook({ url: `${receiver.url}/without` });
			const own = {
				object_type: "CUSTOMER",
				id: "cust_HwDeRw0dFUrJrjCKk31w",
				reference: "before",
			};

			engine.send("solvimon", "CUSTOMER.CREATED");
			engine.send("solvimon", "CUSTOMER.UPDATED");
			engine.send("solvimon", "CUSTOMER.UPDATED", {
				payload: { data: own, previous_data: own },
			});
			engine.send("solvimon", "CUSTOMER.UPDATED", {
				payload: { data: own },
			});
			await engine.idle();

			const paths = receiver.requests.map(({ url }) => url);
			const [created, updated, given, none] = bodies().filter(
				(_, i) => paths[i] === "/hooks",
			);
			expect(created.previous_data).toBeNull();
			expect(updated.data.email).toBe("accounts.payable@acme.example");
			expect(updated.previous_data.email).toBe("billing@acme.example");
			expect(given.previous_data).toEqual(own);
			expect(none.previous_data).toBeNull();
			const without = bodies().filter((_, i) => paths[i] === "/hooks/without");
			expect(without).toHaveLength(4);
			for (const each of without)
				expect(each).not.toHaveProperty("previous_data");
		});

		it("makes an event of a change to a webhook when told to", async () => {
			const { engine, call, createWebhook, receiver, bodies } = await start({
				options: { webhookEvents: "on" },
			});
			await createWebhook({ include_previous_data: true });
			const settings = {
				url: "http://127.0.0.1:9/",
				name: "Second",
				reference: "second",
				included_actions: ["QUOTE.CREATED"],
			};
			const created = await call("POST", "/v1/webhooks", settings);
			const path = `/v1/webhooks/${created.body.id}`;
			const updated = await call("PATCH", path, { name: "Renamed" });
			const rolled = await call("PATCH", `${path}/secret-key`, rollBody);
			const removed = await call("DELETE", `${path}/secret-key`);
			const deleted = await call("DELETE", path);
			await engine.idle();

			const [, ...events] = bodies();
			expect(events.map(({ type }) => type)).toEqual([
				"WEBHOOK.CREATED",
				"WEBHOOK.UPDATED",
				"WEBHOOK.UPDATED",
				"WEBHOOK.UPDATED",
				"WEBHOOK.DELETE",
			]);
			const causes = [created, updated, rolled, removed, deleted].map(
				requestIdOf,
			);
			expect(events.map((event) => event.original_request_id)).toEqual(causes);
			expect(events[0]).toMatchObject({
				data: created.body,
				previous_data: null,
			});
			expect(events[1]).toMatchObject({
				data: updated.body,
				previous_data: created.body,
			});
			expect(Object.keys(events[1])).toEqual([
				"created_at",
				"type",
				"original_request_id",
				"environment",
				"data",
				"previous_data",
			]);
			expect(
				receiver.requests.map((request) => request.body.toString()).join(),
			).not.toContain(rolled.body.secret_key);
		});

		it("makes no event of a change to a webhook by default", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			const { id } = await createWebhook();
			await call("PATCH", `/v1/webhooks/${id}`, { name: "Renamed" });
			await engine.idle();

			expect(receiver.requests).toEqual([]);
		});
	});

	describe("retries", () => {
		const waits = [2, 4, 8, 16, 32, 60, 120, 240, 480].map(
			(minutes) => minutes * minute,
		);
		const offsets = waits.map((_, i) =>
			waits.slice(0, i + 1).reduce((sum, wait) => sum + wait, 0),
		);
		const schedule = [
			0,
			...offsets,
			...Array.from({ length: 18 }, (_, i) => (962 + 480 * (i + 1)) * minute),
		];

		it("tries 27 times more within seven days, then lets the next delivery go", async () => {
			const { engine, call, createWebhook, receiver, bodies } = await start();
			receiver.answer({ status: 503 });
			const { id } = await createWebhook();
			engine.send("solvimon", "CUSTOMER.CREATED");
			engine.send("solvimon", "CUSTOMER.UPDATED");

			await engine.advance(9602 * minute - 1);
			expect(receiver.requests).toHaveLength(27);
			receiver.answer({ status: 503 }, { status: 200 });
			await engine.advance(1);

			const [updated, created] = [...engine.journal.newest()];
			expect(created?.attempts.map(({ at }) => at - startOfTest)).toEqual(
				schedule,
			);
			expect(schedule).toHaveLength(28);
			expect(created).toMatchObject({ state: "failed" });
			expect(updated).toMatchObject({
				state: "delivered",
				attempts: [{ at: startOfTest + 9602 * minute }],
			});
			expect(bodies().map(({ type }) => type)).toEqual([
				...Array(28).fill("CUSTOMER.CREATED"),
				"CUSTOMER.UPDATED",
			]);
			expect((await call("GET", `/v1/webhooks/${id}`)).body).toMatchObject({
				active: true,
				penalty_box: null,
				penalty_box_data: null,
			});
			await engine.advance(30 * day);
			expect(receiver.requests).toHaveLength(29);
		});

		it("sends the same bytes each time, signed afresh with the secrets valid then", async () => {
			const { engine, createWebhook, rollSecret, receiver } = await start();
			receiver.answer({ status: 500 });
			const { id } = await createWebhook();
			const old = await rollSecret(id);
			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.idle();
			const fresh = await rollSecret(id);
			await engine.advance(2 * minute);

			const [first, second] = receiver.requests as [
				ReceivedRequest,
				ReceivedRequest,
			];
			expect(second.body.equals(first.body)).toBe(true);
			expect(first.headers["x-payload-signature-timestamp"]).toBe(
				"2026-11-20T10:15:30Z",
			);
			expect(first.headers["x-payload-signature"]).toBe(
				signatureOf(first, old),
			);
			expect(second.headers["x-payload-signature-timestamp"]).toBe(
				"2026-11-20T10:17:30Z",
			);
			expect(second.headers["x-payload-signature"]).toBe(
				`${signatureOf(second, fresh)},${signatureOf(second, old)}`,
			);
		});

		it("takes any 2XX for delivered, and nothing else", async () => {
			const { engine, createWebhook, receiver } = await start();
			receiver.answer(({ url }) => ({
				status: Number(url.slice(-3)),
				headers: { location: receiver.url },
			}));
			const statuses = [200, 202, 299, 302, 404, 410, 500];
			for (const status of statuses)
				await createWebhook({ url: `${receiver.url}/${status}` });

			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			const states = new Map(
				[...engine.journal.newest()].map(({ url, state }) => [
					Number(url.slice(-3)),
					state,
				]),
			);
			const expected = [
				"delivered",
				"delivered",
				"delivered",
				"pending",
				"pending",
				"pending",
				"pending",
			];
			expect(statuses.map((status) => states.get(status))).toEqual(expected);
			expect(receiver.requests).toHaveLength(7);
		});

		it("gives a receiver ten seconds", () => {
			// The exchange itself runs on real time: waiting for it would make the suite sleep.
			expect(provider.delivery({} as never).timeout).toBe(10 * second);
		});

		it("drops what waits when the webhook is deleted or switched off", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			receiver.answer({ status: 500 });
			const deleted = await createWebhook();
			const inactive = await createWebhook();
			engine.send("solvimon", "CUSTOMER.CREATED");
			engine.send("solvimon", "CUSTOMER.UPDATED");
			await engine.idle();
			await call("DELETE", `/v1/webhooks/${deleted.id}`);
			await call("PATCH", `/v1/webhooks/${inactive.id}`, { active: false });

			await engine.advance(8 * day);

			expect(receiver.requests).toHaveLength(2);
			expect([...engine.journal.newest()].map(({ state }) => state)).toEqual(
				Array(4).fill("cancelled"),
			);
		});
	});
});

describe("a receiver of the making of solvimon's documentation", () => {
	it.skipIf(withoutPython)(
		"accepts deliveries, and refuses them with one byte changed",
		async () => {
			const { engine, call, createWebhook, rollSecret, receiver } =
				await startSolvimon(anyFace.open);
			const { id } = await createWebhook();
			const old = await rollSecret(id);
			const fresh = await rollSecret(id);
			engine.send("solvimon", "CUSTOMER.UPDATED", {
				merge: { data: { reference: "Žofie" } },
			});
			await engine.idle();
			const [request] = receiver.requests as [ReceivedRequest];

			for (const secret of [old, fresh]) {
				const environment = {
					SOLVIMON_SECRET: secret,
					RECEIVER_TIME: "2026-11-20T10:20:30Z",
				};
				const { url } = await startPythonReceiver("solvimon", environment);
				const tampered = Buffer.from(request.body);
				tampered[100] = (tampered[100] as number) ^ 1;

				await call("PATCH", `/v1/webhooks/${id}`, { url });
				const test = await call("POST", `/v1/webhooks/${id}/send-test`);

				expect(test.body).toEqual({
					successful: true,
					message: "The receiver answered 200",
				});
				expect(await post(url, request, request.body)).toBe(200);
				expect(await post(url, request, tampered)).toBe(401);
				expect(
					await post(url, request, request.body, {
						"x-payload-signature-timestamp": "2026-11-20T10:15:31Z",
					}),
				).toBe(401);
			}
			const late = await startPythonReceiver("solvimon", {
				SOLVIMON_SECRET: fresh,
				RECEIVER_TIME: "2026-11-20T10:20:31Z",
			});
			expect(await post(late.url, request, request.body)).toBe(401);
			const stranger = await startPythonReceiver("solvimon", {
				SOLVIMON_SECRET: "other",
				RECEIVER_TIME: "2026-11-20T10:15:30Z",
			});
			expect(await post(stranger.url, request, request.body)).toBe(401);
		},
	);
});

async function post(
	url: string,
	{ headers }: ReceivedRequest,
	body: Buffer,
	changed: Record<string, string> = {},
) {
	const names = [
		"content-type",
		"x-payload-signature",
		"x-payload-signature-timestamp",
	];
	const sent = Object.fromEntries(
		names.map((name) => [name, headers[name] as string]),
	);
	const response = await fetch(url, {
		method: "POST",
		headers: { ...sent, ...changed },
		body: new Uint8Array(body),
	});
	return response.status;
}
