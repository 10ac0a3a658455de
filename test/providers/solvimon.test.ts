import { createHmac } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import provider from "../../src/providers/solvimon/index.ts";
import { startOfTest } from "../support/engine.ts";
import { type Face, faces } from "../support/faces.ts";
import { startPythonReceiver, withoutPython } from "../support/python.ts";
import { type ReceivedRequest, startReceiver } from "../support/receiver.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const unknownWebhook = "whk_00000000000000000000";
const unknownEvent = "whev_00000000000000000000";
const rollBody = { active: true, include_previous_data: false, authentication_type: "NONE" };
const requestId = /^reqr_[A-Za-z0-9]{20}$/;

describe.each(faces)("solvimon through the $face", ({ open }) => {
	async function start(options?: Parameters<Face["open"]>[1]) {
		const { engine, caller } = await open("solvimon", options);
		const receiver = await startReceiver();
		onTestFinished(() => receiver.close());
		const call = caller({ "x-api-key": "test-key" });
		let created = 0;
		return {
			engine,
			caller,
			call,
			receiver,
			/** A webhook at the receiver, for everything. */
			async createWebhook(settings: object = {}) {
				const reference = `webhook_${++created}`;
				const answer = await call("POST", "/v1/webhooks", { url: receiver.url, name: "Hook", reference, ...settings });
				expect(answer.status).toBe(201);
				return answer.body;
			},
			async rollSecret(id: string): Promise<string> {
				const answer = await call("PATCH", `/v1/webhooks/${id}/secret-key`, rollBody);
				expect(answer.status).toBe(200);
				return answer.body.secret_key;
			},
			/** The bodies received so far, parsed. */
			bodies: () => receiver.requests.map(({ body }) => JSON.parse(body.toString())),
		};
	}

	describe("authentication", () => {
		it.each<[string, Record<string, string>]>([
			["no credentials", {}],
			["an empty key", { "x-api-key": "" }],
			["a key with a space", { "x-api-key": "test key" }],
			["another scheme", { authorization: "Basic dXNlcjpwYXNz" }],
			["a token with a space", { authorization: "Bearer a b" }],
			["no token", { authorization: "Bearer " }],
		])("refuses %s", async (_, headers) => {
			const { caller } = await start();

			const answer = await caller(headers)("GET", "/v1/webhooks");

			expect(answer.status).toBe(401);
			expect(answer.body).toEqual({ type: "INVALID_REQUEST", code: "UNAUTHORISED", message: expect.any(String) });
			expect(requestIdOf(answer)).toMatch(requestId);
			expect(answer.headers["content-type"]).toBe("application/json");
		});

		it.each<[string, Record<string, string>]>([
			["a key", { "x-api-key": "anything" }],
			["a token", { authorization: "Bearer eyJhbGciOiJI.eyJzdWIi.c2ln" }],
			["a token in lower case", { authorization: "bearer token" }],
		])("accepts %s", async (_, headers) => {
			const { caller } = await start();

			expect(await caller(headers)("GET", "/v1/webhooks")).toMatchObject({ status: 200 });
		});

		it("accepts pinned credentials alone", async () => {
			const { caller } = await start({ credentials: ["one", "two:WEBHOOK.VIEW"] });
			const statusOf = async (headers: Record<string, string>) => (await caller(headers)("GET", "/v1/webhooks")).status;

			expect(await statusOf({ "x-api-key": "one" })).toBe(200);
			expect(await statusOf({ authorization: "Bearer two" })).toBe(200);
			expect(await statusOf({ "x-api-key": "three" })).toBe(401);
			expect(await statusOf({ "x-api-key": "two:WEBHOOK.VIEW" })).toBe(401);
			expect(await statusOf({ "x-api-key": "onet" })).toBe(401);
		});

		it.each([
			["GET", "/v1/webhooks", "WEBHOOK.VIEW"],
			["GET", "/v1/webhooks/actions", "WEBHOOK.VIEW"],
			["POST", "/v1/webhooks", "WEBHOOK.CREATE"],
			["GET", `/v1/webhooks/${unknownWebhook}`, "WEBHOOK.VIEW"],
			["PATCH", `/v1/webhooks/${unknownWebhook}`, "WEBHOOK.UPDATE"],
			["DELETE", `/v1/webhooks/${unknownWebhook}`, "WEBHOOK.DELETE"],
			["PATCH", `/v1/webhooks/${unknownWebhook}/secret-key`, "WEBHOOK.UPDATE"],
			["DELETE", `/v1/webhooks/${unknownWebhook}/secret-key`, "WEBHOOK.UPDATE"],
			["GET", "/v1/webhook-events", "WEBHOOK.VIEW"],
			["GET", `/v1/webhook-events/${unknownEvent}`, "WEBHOOK.VIEW"],
			["POST", `/v1/webhook-events/${unknownEvent}/resend`, "WEBHOOK_EVENT_RESEND"],
		])("asks for its permission on %s %s", async (method, path, permission) => {
			const all = ["WEBHOOK.VIEW", "WEBHOOK.CREATE", "WEBHOOK.UPDATE", "WEBHOOK.DELETE", "WEBHOOK_EVENT_RESEND"];
			const others = all.filter((each) => each !== permission);
			const { caller } = await start({ credentials: [`without:${others}`, `with:${permission}`] });
			const settings = { url: "http://127.0.0.1/", name: "n", reference: "r", ...rollBody };
			const body = method === "GET" || method === "DELETE" ? undefined : settings;

			const refused = await caller({ "x-api-key": "without" })(method, path, body);
			const accepted = await caller({ "x-api-key": "with" })(method, path, body);

			expect(refused.status).toBe(403);
			expect(refused.body).toMatchObject({ type: "INVALID_REQUEST", code: "USER_NOT_ALLOWED" });
			expect(refused.body.message).toContain(permission);
			expect([200, 201, 404]).toContain(accepted.status);
		});

		it.each([
			["POST", `/v1/webhooks/${unknownWebhook}/send-test`, 404],
			["POST", `/v1/webhooks/${unknownWebhook}/send-penalty-box-payload`, 404],
			["POST", "/v1/webhooks/test-connection", 400],
		])("asks for no permission on %s %s", async (method, path, status) => {
			const { caller } = await start({ credentials: ["key:WEBHOOK_EVENT_RESEND"] });
			const call = caller({ "x-api-key": "key" });

			expect((await call(method, path, {})).status).toBe(status);
		});

		it.each(["", "a key", "key:", "key:WEBHOOK.READ", "key:WEBHOOK.VIEW,", ":WEBHOOK.VIEW"])(
			"refuses to pin %j",
			async (credential) => {
				await expect(open("solvimon", { credentials: [credential] })).rejects.toThrow("Failed to pin a credential of solvimon");
			},
		);
	});

	describe("requests", () => {
		it("carries an X-REQUEST-ID of its own on every reply", async () => {
			const { call } = await start();

			const answers = [
				await call("GET", "/v1/webhooks"),
				await call("GET", "/v1/webhooks"),
				await call("GET", "/v1/webhooks/nonsense"),
				await call("POST", "/v1/webhooks", "{"),
			];

			const ids = answers.map(requestIdOf);
			for (const id of ids) expect(id).toMatch(requestId);
			expect(new Set(ids).size).toBe(ids.length);
		});

		it("knows version 1 alone", async () => {
			const { call } = await start();

			expect(await call("GET", "/v2/webhooks")).toMatchObject({
				status: 400,
				body: { type: "INVALID_REQUEST", code: "UNSUPPORTED_VERSION" },
			});
			expect((await call("POST", "/v2/webhooks", {})).body.code).toBe("UNSUPPORTED_VERSION");
		});

		it("does not take a slash at the end", async () => {
			const { call } = await start();

			const answer = await call("GET", "/v1/webhooks/");

			expect(answer.headers["content-type"]).toBe("application/problem+json");
		});

		it("names the methods it has", async () => {
			const { call } = await start();

			const answer = await call("PUT", "/v1/webhooks", {});

			expect(answer.status).toBe(405);
			expect(answer.headers.allow).toBe("GET, POST");
			expect(answer.body).toMatchObject({ type: "INVALID_REQUEST", code: "BAD_REQUEST" });
		});

		it.each([
			["broken JSON", "{", "application/json", 400, "BAD_REQUEST"],
			["a list", "[]", "application/json", 400, "BAD_REQUEST"],
			["nothing", "", "application/json", 400, "BAD_REQUEST"],
			["text", "hello", "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"],
			["a form", "url=x", "application/x-www-form-urlencoded", 415, "UNSUPPORTED_MEDIA_TYPE"],
		])("refuses %s for a body", async (_, body, type, status, code) => {
			const { call } = await start();

			const answer = await call("POST", "/v1/webhooks", body, { "content-type": type });

			expect(answer).toMatchObject({ status, body: { type: "INVALID_REQUEST", code } });
		});

		it.each([
			["url", "MISSING_FIELD"],
			["name", "MISSING_FIELD"],
			["reference", "MISSING_REFERENCE"],
		])("wants %s in a new webhook", async (field, code) => {
			const { call } = await start();
			const body = { url: "http://127.0.0.1/", name: "n", reference: "r", [field]: undefined };

			for (const path of ["/v1/webhooks", "/v1/webhooks/test-connection"]) {
				const answer = await call("POST", path, body);
				expect(answer.status).toBe(400);
				expect(answer.body).toEqual({ type: "INVALID_REQUEST", code, message: "value required, but not set", field });
			}
		});

		it.each<[string, unknown]>([
			["active", "yes"],
			["authentication_type", "OAUTH"],
			["username", "with space"],
			["username", "line\r\nX-Injected: 1"],
			["username", "line\n"],
			["username", "x".repeat(257)],
			["password", '"quoted"'],
			["api_header_field", "X-Key: 1\r\nX-Injected"],
			["api_header_field", "X-Key\n"],
			["api_header_field", "Host"],
			["api_header_field", "content-length"],
			["api_header_field", "X-Payload-Signature"],
			["api_key", "key-with-dash"],
			["api_key", "key\r\n"],
			["included_actions", "INVOICE.PAID"],
			["included_actions.0", [1]],
			["signing_protocol", "HmacMD5"],
			["url", "not a web address"],
			["url", "ftp://127.0.0.1/"],
			["url", "http://127.0.0.1/\r\nX-Injected: 1"],
			["url", ""],
		])("refuses a wrong %s: %j", async (field, value) => {
			const { call, createWebhook } = await start();
			const { id } = await createWebhook();
			const change = { [field.split(".")[0] as string]: value };
			const refusal = { status: 400, body: { type: "INVALID_REQUEST", code: "INVALID_FIELD", field } };

			const body = { url: "http://127.0.0.1/", name: "n", reference: "r", ...change };
			expect(await call("POST", "/v1/webhooks", body)).toMatchObject(refusal);
			expect(await call("POST", "/v1/webhooks/test-connection", body)).toMatchObject(refusal);
			expect(await call("PATCH", `/v1/webhooks/${id}`, change)).toMatchObject(refusal);
			expect((await call("GET", "/v1/webhooks")).body.data).toHaveLength(1);
		});

		it("refuses a reference that is taken", async () => {
			const { call, createWebhook } = await start();
			const first = await createWebhook({ reference: "one" });
			const second = await createWebhook({ reference: "two" });
			const refusal = {
				status: 409,
				body: { code: "RESOURCE_ALREADY_EXISTS", field: "reference", resource_id: first.id, resource_type: "WEBHOOK" },
			};

			const create = await call("POST", "/v1/webhooks", { url: first.url, name: "n", reference: "one" });
			const update = await call("PATCH", `/v1/webhooks/${second.id}`, { reference: "one" });
			const same = await call("PATCH", `/v1/webhooks/${first.id}`, { reference: "one" });

			expect(create).toMatchObject(refusal);
			expect(update).toMatchObject(refusal);
			expect(same.status).toBe(200);
		});

		it("frees a reference with its webhook", async () => {
			const { call, createWebhook } = await start();
			const first = await createWebhook({ reference: "one" });
			await call("DELETE", `/v1/webhooks/${first.id}`);

			const second = await createWebhook({ reference: "one" });

			expect(second.id).not.toBe(first.id);
		});

		it("lets any number of webhooks be without a reference", async () => {
			const { createWebhook } = await start();

			await createWebhook({ reference: null });
			await createWebhook({ reference: null });
		});

		it("registers https receivers alone when told to, and under strict rules", async () => {
			for (const options of [{ options: { targets: "https" } }, { strict: true }]) {
				const { call } = await start(options);
				const settings = { name: "n", reference: "r" };

				const http = await call("POST", "/v1/webhooks", { ...settings, url: "http://127.0.0.1/" });
				const https = await call("POST", "/v1/webhooks", { ...settings, url: "HTTPS://127.0.0.1/" });

				expect(http).toMatchObject({ status: 400, body: { code: "INVALID_FIELD", field: "url" } });
				expect(https.status).toBe(201);
			}
		});

		const onWebhook = [
			["GET", ""],
			["PATCH", ""],
			["DELETE", ""],
			["PATCH", "/secret-key"],
			["DELETE", "/secret-key"],
			["POST", "/send-test"],
			["POST", "/send-penalty-box-payload"],
		] as const;
		const onEvent = [
			["GET", ""],
			["POST", "/resend"],
		] as const;

		it.each([
			...onWebhook.map(([method, rest]) => [method, `/v1/webhooks/${unknownWebhook}${rest}`, unknownWebhook, "WEBHOOK"]),
			...onEvent.map(([method, rest]) => [method, `/v1/webhook-events/${unknownEvent}${rest}`, unknownEvent, "WEBHOOK_EVENT"]),
		] as const)("knows no such resource on %s %s", async (method, path, id, type) => {
			const { call } = await start();

			const answer = await call(method, path, method === "PATCH" ? rollBody : undefined);

			expect(answer.status).toBe(404);
			expect(answer.body).toEqual({
				type: "INVALID_REQUEST",
				code: "RESOURCE_NOT_FOUND",
				message: expect.stringContaining(id),
				resource_id: id,
				resource_type: type,
			});
		});

		it.each([
			...["x", `${unknownWebhook}0`, unknownEvent, "whk_0000000000000000000-", "__proto__"].flatMap((id) =>
				onWebhook.map(([method, rest]) => [method, `/v1/webhooks/${id}${rest}`, id]),
			),
			...onEvent.map(([method, rest]) => [method, `/v1/webhook-events/${unknownWebhook}${rest}`, unknownWebhook]),
		])("refuses the id on %s %s", async (method, path, id) => {
			const { call } = await start();

			const answer = await call(method, path, method === "PATCH" ? rollBody : undefined);

			expect(answer).toMatchObject({ status: 400, body: { code: "INVALID_ID", resource_id: id } });
		});
	});

	describe("webhooks", () => {
		it("creates a webhook with the defaults", async () => {
			const { call, receiver } = await start();

			const answer = await call("POST", "/v1/webhooks", { url: receiver.url, name: "Invoices", reference: "invoices" });

			expect(answer.status).toBe(201);
			expect(answer.body).toEqual({
				object_type: "WEBHOOK",
				id: expect.stringMatching(/^whk_[A-Za-z0-9]{20}$/),
				name: "Invoices",
				reference: "invoices",
				active: true,
				include_previous_data: false,
				authentication_type: "NONE",
				username: null,
				api_header_field: null,
				url: receiver.url,
				included_actions: null,
				excluded_actions: null,
				penalty_box: null,
				secret_key: null,
				signing_protocol: "HmacSHA256",
				previous_secret_key: null,
				previous_signing_protocol: null,
				secret_rolled_at: null,
				penalty_box_data: null,
			});
			expect((await call("GET", `/v1/webhooks/${answer.body.id}`)).body).toEqual(answer.body);
		});

		/** https://docs.solvimon.com/api-docs/configuration-api/webhooks/post-webhooks */
		it("creates the documented example, and shows neither password nor key", async () => {
			const { call } = await start();
			const example = {
				url: "https://webhook.site",
				name: "Invoice finalised",
				reference: "invoice_finalised",
				username: "banking_as_a_service@solvimon.com",
				password: "super_secure",
				api_header_field: "X-API-KEY",
				api_key: "dfPNT2KBbdHEm05s3R1lS8PavuyDGR0eJZPwZzSh",
				included_actions: ["INVOICE.STATUS_TO_FINAL"],
				excluded_actions: ["INVOICE.PAID"],
				active: true,
				signing_protocol: "HmacSHA256",
				previous_signing_protocol: "HmacSHA256",
				secret_rolled_at: "2024-04-12T15:22:37Z",
				include_previous_data: true,
				email: "banking_client@bigbank.com",
			};

			const created = await call("POST", "/v1/webhooks", example);

			expect(created.status).toBe(201);
			expect(created.body).toMatchObject({
				authentication_type: "NONE",
				username: "banking_as_a_service@solvimon.com",
				api_header_field: "X-API-KEY",
				included_actions: ["INVOICE.STATUS_TO_FINAL"],
				excluded_actions: ["INVOICE.PAID"],
				previous_signing_protocol: null,
				secret_rolled_at: null,
			});
			const { id } = created.body;
			const replies = [
				created,
				await call("GET", `/v1/webhooks/${id}`),
				await call("GET", "/v1/webhooks"),
				await call("PATCH", `/v1/webhooks/${id}`, { password: "still_secure" }),
				await call("PATCH", `/v1/webhooks/${id}/secret-key`, rollBody),
				await call("DELETE", `/v1/webhooks/${id}/secret-key`),
				await call("DELETE", `/v1/webhooks/${id}`),
			];
			for (const { reply } of replies) {
				expect(reply.body).not.toMatch(/super_secure|still_secure|dfPNT2KBbdHEm05s3R1lS8PavuyDGR0eJZPwZzSh/);
				expect(reply.body).not.toMatch(/"password"|"api_key"|"issued"|"previousUntil"|"email"/);
			}
		});

		it("asks for the fields of the older documentation when told to", async () => {
			const { call } = await start({ options: { createBody: "older" } });
			const older = { active: true, include_previous_data: false, authentication_type: "NONE" };

			for (const field of Object.keys(older)) {
				const answer = await call("POST", "/v1/webhooks", { ...older, [field]: undefined });
				expect(answer).toMatchObject({ status: 400, body: { code: "MISSING_FIELD", field } });
			}
			const created = await call("POST", "/v1/webhooks", older);

			expect(created).toMatchObject({ status: 201, body: { url: null, name: null, reference: null } });
		});

		it("changes the fields that are sent and no others", async () => {
			const { call, createWebhook } = await start();
			const before = await createWebhook({ included_actions: ["INVOICE.PAID"], username: "me" });
			const path = `/v1/webhooks/${before.id}`;

			const changed = await call("PATCH", path, {
				active: false,
				included_actions: null,
				id: unknownWebhook,
				secret_key: "mine",
				penalty_box: "mine",
				penalty_box_data: { retry_count: 9 },
				secret_rolled_at: "2024-04-12T15:22:37Z",
			});
			const unchanged = await call("PATCH", path);

			expect(changed.status).toBe(200);
			expect(changed.body).toEqual({ ...before, active: false, included_actions: null });
			expect(unchanged.body).toEqual(changed.body);
			expect((await call("GET", path)).body).toEqual(changed.body);
		});

		it("answers a deletion with the webhook, and knows it no longer", async () => {
			const { call, createWebhook } = await start();
			const webhook = await createWebhook();

			const deleted = await call("DELETE", `/v1/webhooks/${webhook.id}`);

			expect(deleted).toMatchObject({ status: 200, body: webhook });
			expect((await call("GET", `/v1/webhooks/${webhook.id}`)).status).toBe(404);
			expect((await call("GET", "/v1/webhooks")).body.data).toEqual([]);
		});

		it("lists webhooks in pages, newest first", async () => {
			const { call, createWebhook } = await start();
			const ids = [];
			for (const name of ["b", "c", "a"]) ids.push((await createWebhook({ name })).id);
			const idsOf = (answer: { body: { data: { id: string }[] } }) => answer.body.data.map(({ id }) => id);

			const all = await call("GET", "/v1/webhooks");
			const first = await call("GET", "/v1/webhooks?limit=2");
			const last = await call("GET", "/v1/webhooks?limit=2&page=2");
			const beyond = await call("GET", "/v1/webhooks?limit=2&page=9");

			expect(idsOf(all)).toEqual([...ids].reverse());
			expect(all.body).toMatchObject({ limit: 50, page: 1, total_number_of_pages: 1 });
			expect(idsOf(first)).toEqual([ids[2], ids[1]]);
			expect(idsOf(last)).toEqual([ids[0]]);
			expect(first.body).toMatchObject({ limit: 2, page: 1, total_number_of_pages: 2 });
			expect(first.body.links).toEqual({
				first: "/v1/webhooks?limit=2&page=1&order_direction=desc",
				previous: null,
				current: "/v1/webhooks?limit=2&page=1&order_direction=desc",
				next: "/v1/webhooks?limit=2&page=2&order_direction=desc",
			});
			expect(await call("GET", first.body.links.next)).toMatchObject({ status: 200, body: last.body });
			expect(last.body.links).toMatchObject({ previous: first.body.links.current, next: null });
			expect(beyond).toMatchObject({ status: 200, body: { data: [], page: 9, total_number_of_pages: 2, links: { next: null } } });
		});

		it("orders webhooks as asked", async () => {
			const { call, createWebhook } = await start();
			for (const name of ["b", "c", "a"]) await createWebhook({ name, reference: `${name}_reference` });
			const namesOf = async (query: string) =>
				(await call("GET", `/v1/webhooks?${query}`)).body.data.map(({ name }: { name: string }) => name).join("");

			expect(await namesOf("order_direction=asc")).toBe("bca");
			expect(await namesOf("order_by=created_at")).toBe("acb");
			expect(await namesOf("order_by=name")).toBe("cba");
			expect(await namesOf("order_by=reference&order_direction=asc")).toBe("abc");
			expect((await namesOf("order_by=id")).length).toBe(3);
		});

		it.each([
			["limit=0", "limit"],
			["limit=two", "limit"],
			["page=0", "page"],
			["order_direction=up", "order_direction"],
			["order_by=colour", "order_by"],
			["order_by=constructor", "order_by"],
		])("refuses the query %s", async (query, field) => {
			const { call } = await start();

			for (const path of ["/v1/webhooks", "/v1/webhook-events"]) {
				const answer = await call("GET", `${path}?${query}`);
				expect(answer).toMatchObject({ status: 400, body: { code: "INVALID_FIELD", field } });
			}
		});

		it("lists the actions by the kind of object", async () => {
			const { call } = await start();

			const { body } = await call("GET", "/v1/webhooks/actions");

			expect(body.data).toHaveLength(25);
			expect(body.data).toContainEqual({ object_type: "CUSTOMER", actions: ["CREATED", "UPDATED", "DELETE"] });
			expect(body.data).toContainEqual({
				object_type: "INVOICE",
				actions: ["CREATED", "UPDATED", "DELETE", "STATUS_TO_FINAL", "PAID"],
			});
			expect(body.data).toContainEqual({ object_type: "WEBHOOK", actions: ["CREATED", "UPDATED", "DELETE"] });
			expect(Object.keys(body)).toEqual(["data"]);
		});
	});

	describe("secrets", () => {
		it("gives the first secret on the first roll", async () => {
			const { call, createWebhook } = await start();
			const before = await createWebhook();

			const rolled = await call("PATCH", `/v1/webhooks/${before.id}/secret-key`, rollBody);

			expect(rolled.status).toBe(200);
			expect(rolled.body).toEqual({
				...before,
				secret_key: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
				secret_rolled_at: "2026-11-20T10:15:30Z",
			});
			expect((await call("GET", `/v1/webhooks/${before.id}`)).body).toEqual(rolled.body);
		});

		it("moves the secret to the previous one, and signs with both for a day", async () => {
			const { engine, call, createWebhook, rollSecret, receiver } = await start();
			const { id } = await createWebhook();
			const old = await rollSecret(id);
			await engine.advance(hour);
			const rolled = await call("PATCH", `/v1/webhooks/${id}/secret-key`, rollBody);
			const { secret_key: fresh } = rolled.body;

			expect(fresh).not.toBe(old);
			expect(rolled.body).toMatchObject({
				previous_secret_key: old,
				previous_signing_protocol: "HmacSHA256",
				secret_rolled_at: "2026-11-20T11:15:30Z",
			});
			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.advance(day - 1);
			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.advance(1);
			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			const [first, last, after] = receiver.requests as [ReceivedRequest, ReceivedRequest, ReceivedRequest];
			expect(first.headers["x-payload-signature"]).toBe(`${signatureOf(first, fresh)},${signatureOf(first, old)}`);
			expect(last.headers["x-payload-signature"]).toBe(`${signatureOf(last, fresh)},${signatureOf(last, old)}`);
			expect(after.headers["x-payload-signature"]).toBe(signatureOf(after, fresh));
		});

		it("drops the oldest secret when rolled twice within a day", async () => {
			const { engine, call, createWebhook, rollSecret, receiver } = await start();
			const { id } = await createWebhook();
			const secrets = [await rollSecret(id), await rollSecret(id), await rollSecret(id)] as [string, string, string];

			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			const [request] = receiver.requests as [ReceivedRequest];
			const [, older, newest] = secrets;
			expect(new Set(secrets).size).toBe(3);
			expect(request.headers["x-payload-signature"]).toBe(`${signatureOf(request, newest)},${signatureOf(request, older)}`);
			expect((await call("GET", `/v1/webhooks/${id}`)).body).toMatchObject({ secret_key: newest, previous_secret_key: older });
		});

		it("does not apply the body of a roll", async () => {
			const { call, createWebhook } = await start();
			const { id, url, name } = await createWebhook();
			const body = { active: false, include_previous_data: true, authentication_type: "API_KEY", url: "http://127.0.0.1:1/", name: "x" };

			const rolled = await call("PATCH", `/v1/webhooks/${id}/secret-key`, body);

			expect(rolled.body).toMatchObject({ active: true, include_previous_data: false, authentication_type: "NONE", url, name });
		});

		it("wants the body of the older documentation", async () => {
			const { call, createWebhook } = await start();
			const { id } = await createWebhook();
			const path = `/v1/webhooks/${id}/secret-key`;

			for (const field of Object.keys(rollBody)) {
				const answer = await call("PATCH", path, { ...rollBody, [field]: undefined });
				expect(answer).toMatchObject({ status: 400, body: { code: "MISSING_FIELD", field } });
			}
			expect(await call("PATCH", path)).toMatchObject({ status: 400, body: { code: "BAD_REQUEST" } });
			expect((await call("GET", `/v1/webhooks/${id}`)).body.secret_key).toBeNull();
		});

		it.each([undefined, {}, rollBody, { active: false }])("rolls with the body %j when it is optional", async (body) => {
			const { call, createWebhook } = await start({ options: { rollBody: "optional" } });
			const { id } = await createWebhook();

			const rolled = await call("PATCH", `/v1/webhooks/${id}/secret-key`, body);

			expect(rolled).toMatchObject({ status: 200, body: { active: true, secret_key: expect.any(String) } });
		});

		it("checks an optional body all the same", async () => {
			const { call, createWebhook } = await start({ options: { rollBody: "optional" } });
			const { id } = await createWebhook();

			const answer = await call("PATCH", `/v1/webhooks/${id}/secret-key`, { active: 1 });

			expect(answer).toMatchObject({ status: 400, body: { code: "INVALID_FIELD", field: "active" } });
		});

		it("signs with a removed secret for a day, then not at all", async () => {
			const { engine, call, createWebhook, rollSecret, receiver } = await start();
			const { id } = await createWebhook();
			const secret = await rollSecret(id);

			const removed = await call("DELETE", `/v1/webhooks/${id}/secret-key`);
			await engine.advance(day - 1);
			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.advance(1);
			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			expect(removed.status).toBe(200);
			expect(removed.body).toMatchObject({
				secret_key: null,
				previous_secret_key: secret,
				previous_signing_protocol: "HmacSHA256",
				secret_rolled_at: "2026-11-20T10:15:30Z",
			});
			const [signed, unsigned] = receiver.requests as [ReceivedRequest, ReceivedRequest];
			expect(signed.headers["x-payload-signature"]).toBe(signatureOf(signed, secret));
			expect(unsigned.headers).not.toHaveProperty("x-payload-signature");
			expect(unsigned.headers).not.toHaveProperty("x-payload-signature-timestamp");
		});

		it("removes nothing where there is nothing", async () => {
			const { engine, call, createWebhook, rollSecret } = await start();
			const { id } = await createWebhook();
			const before = await call("DELETE", `/v1/webhooks/${id}/secret-key`);
			await rollSecret(id);
			const removed = await call("DELETE", `/v1/webhooks/${id}/secret-key`);
			await engine.advance(hour);

			const again = await call("DELETE", `/v1/webhooks/${id}/secret-key`);

			expect(before.body).toMatchObject({ secret_key: null, previous_secret_key: null, secret_rolled_at: null });
			expect(again.body).toEqual(removed.body);
		});

		it("leaves a removed secret its day when a new one comes", async () => {
			const { engine, call, createWebhook, rollSecret, receiver } = await start();
			const { id } = await createWebhook();
			const removed = await rollSecret(id);
			await call("DELETE", `/v1/webhooks/${id}/secret-key`);
			await engine.advance(hour);
			const fresh = await rollSecret(id);

			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.advance(23 * hour);
			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			const [within, after] = receiver.requests as [ReceivedRequest, ReceivedRequest];
			expect(within.headers["x-payload-signature"]).toBe(`${signatureOf(within, fresh)},${signatureOf(within, removed)}`);
			expect(after.headers["x-payload-signature"]).toBe(signatureOf(after, fresh));
		});

		it("issues a secret with the webhook when told to", async () => {
			const { createWebhook } = await start({ options: { createSecret: "issue" } });

			const webhook = await createWebhook();

			expect(webhook).toMatchObject({ secret_key: expect.stringMatching(/^[A-Za-z0-9]{40}$/), secret_rolled_at: null });
		});
	});

	describe("deliveries", () => {
		const body =
			'{"created_at":"2026-11-20T10:15:30Z","type":"CUSTOMER.CREATED","original_request_id":"reqr_HwDeRw0dFUrJrjCKk31w",' +
			'"environment":"TEST","data":{"object_type":"CUSTOMER","id":"cust_HwDeRw0dFUrJrjCKk31w","reference":"acme",' +
			'"status":"ACTIVE","type":"ORGANIZATION","email":"billing@acme.example"}}';

		it("sends exact bytes and headers", async () => {
			const { engine, createWebhook, rollSecret, receiver } = await start();
			const { id } = await createWebhook();
			const secret = await rollSecret(id);
			await engine.advance(999);

			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			const [request] = receiver.requests as [ReceivedRequest];
			const signature = createHmac("sha256", secret).update(`2026-11-20T10:15:30Z.${body}`).digest("hex").toUpperCase();
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

			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			expect(pairsOf(receiver.requests[0])).toEqual([["Content-Type", "application/json"]]);
		});

		it("signs and writes letters outside ASCII as UTF-8", async () => {
			const { engine, createWebhook, rollSecret, receiver } = await start();
			const secret = await rollSecret((await createWebhook()).id);

			await engine.emit("solvimon", "CUSTOMER.UPDATED", { set: { data: { reference: "Žofie & 株式会社 🧾" } } });
			await engine.idle();

			const [request] = receiver.requests as [ReceivedRequest];
			expect(JSON.parse(request.body.toString("utf8")).data.reference).toBe("Žofie & 株式会社 🧾");
			expect(request.headers["x-payload-signature"]).toBe(signatureOf(request, secret));
		});

		it("separates signatures by a space and writes them in lower case when told to", async () => {
			const options = { separator: "space", hexCase: "lower" };
			const { engine, createWebhook, rollSecret, receiver } = await start({ options });
			const { id } = await createWebhook();
			const [old, fresh] = [await rollSecret(id), await rollSecret(id)];

			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			const [request] = receiver.requests as [ReceivedRequest];
			const expected = `${signatureOf(request, fresh)} ${signatureOf(request, old)}`.replaceAll(/[A-F]/g, (digit) => digit.toLowerCase());
			expect(request.headers["x-payload-signature"]).toBe(expected);
		});

		it("leaves the user's own values and the absent request alone", async () => {
			const { engine, createWebhook, bodies } = await start();
			await createWebhook();

			await engine.emit("solvimon", "INVOICE.CREATED", { set: { environment: "LIVE", data: { status: "FINAL" } } });
			await engine.emit("solvimon", "INVOICE.CREATED", {
				payload: { original_request_id: "reqr_HwDeRw0dFUrJrjCKk31w", data: { object_type: "INVOICE", id: "invo_CwDeT10dGsH7PxLQv61k" } },
			});
			await engine.idle();

			const [first, second] = bodies();
			expect(first).toMatchObject({ created_at: "2026-11-20T10:15:30Z", environment: "LIVE", data: { status: "FINAL" } });
			expect(first).not.toHaveProperty("original_request_id");
			expect(second).toEqual({
				original_request_id: "reqr_HwDeRw0dFUrJrjCKk31w",
				data: { object_type: "INVOICE", id: "invo_CwDeT10dGsH7PxLQv61k" },
				created_at: "2026-11-20T10:15:30Z",
				type: "INVOICE.CREATED",
				environment: "TEST",
			});
		});

		it.each(Object.keys(provider.events))("delivers %s", async (type) => {
			const { engine, createWebhook, bodies } = await start();
			await createWebhook({ include_previous_data: true });

			await engine.emit("solvimon", type);
			await engine.idle();

			expect(bodies()).toEqual([expect.objectContaining({ created_at: "2026-11-20T10:15:30Z", type, environment: "TEST" })]);
		});

		it.each<[string, object, string[]]>([
			["everything", {}, ["CUSTOMER.CREATED", "INVOICE.PAID"]],
			["everything for an empty list", { included_actions: [] }, ["CUSTOMER.CREATED", "INVOICE.PAID"]],
			["what is included", { included_actions: ["INVOICE.PAID", "QUOTE.CREATED", "INVOICE.PAID"] }, ["INVOICE.PAID"]],
			["not what is excluded", { excluded_actions: ["INVOICE.PAID"] }, ["CUSTOMER.CREATED"]],
			[
				"not what is excluded as well as included",
				{ included_actions: ["INVOICE.PAID", "CUSTOMER.CREATED"], excluded_actions: ["INVOICE.PAID"] },
				["CUSTOMER.CREATED"],
			],
			["nothing for an action that no event has", { included_actions: ["*", "everything", "listens"] }, []],
			["nothing while inactive", { active: false }, []],
			["nothing without a url", { url: null }, []],
		])("delivers %s", async (_, settings, expected) => {
			const { engine, createWebhook, bodies } = await start();
			await createWebhook(settings);

			for (const type of ["CUSTOMER.CREATED", "INVOICE.PAID"]) await engine.emit("solvimon", type);
			await engine.idle();

			expect(bodies().map(({ type }) => type)).toEqual(expected);
		});

		it("follows changes of a webhook's filters", async () => {
			const { engine, call, createWebhook, bodies } = await start();
			const { id } = await createWebhook({ included_actions: ["INVOICE.PAID"] });
			const emitWith = async (settings: object) => {
				await call("PATCH", `/v1/webhooks/${id}`, settings);
				const { deliveries } = await engine.emit("solvimon", "CUSTOMER.CREATED");
				return deliveries.length;
			};

			expect(await emitWith({})).toBe(0);
			expect(await emitWith({ included_actions: ["CUSTOMER.CREATED"] })).toBe(1);
			expect(await emitWith({ included_actions: null })).toBe(1);
			expect(await emitWith({ active: false })).toBe(0);
			expect(await emitWith({ active: true, excluded_actions: ["CUSTOMER.CREATED"] })).toBe(0);
			await engine.idle();
			expect(bodies()).toHaveLength(2);
		});

		it("delivers to each webhook that listens", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			await createWebhook({ included_actions: ["INVOICE.PAID"], url: `${receiver.url}/paid` });
			const all = await createWebhook({ url: `${receiver.url}/all` });

			await engine.emit("solvimon", "INVOICE.PAID");
			await engine.idle();
			await call("DELETE", `/v1/webhooks/${all.id}`);
			await engine.emit("solvimon", "INVOICE.PAID");
			await engine.idle();

			expect(receiver.requests.map(({ url }) => url).sort()).toEqual(["/hooks/all", "/hooks/paid", "/hooks/paid"]);
		});

		it.each<[string, object, [string, string][]]>([
			["an API key", { authentication_type: "API_KEY", api_key: "k3y" }, [["X-API-KEY", "k3y"]]],
			[
				"an API key in a header of choice",
				{ authentication_type: "API_KEY", api_key: "k3y", api_header_field: "X_Own-Key" },
				[["X_Own-Key", "k3y"]],
			],
			["an API key for an empty header", { authentication_type: "API_KEY", api_key: "k3y", api_header_field: "" }, [["X-API-KEY", "k3y"]]],
			["a header of an odd name", { authentication_type: "API_KEY", api_key: "k3y", api_header_field: "__proto__" }, [["__proto__", "k3y"]]],
			["no API key when there is none", { authentication_type: "API_KEY" }, []],
			["a password", { authentication_type: "PASSWORD", username: "me@x", password: "s3cret!" }, [["Authorization", "Basic bWVAeDpzM2NyZXQh"]]],
			["a user name with a colon", { authentication_type: "PASSWORD", username: "a:b", password: "c" }, [["Authorization", "Basic YTpiOmM="]]],
			["neither", { username: "me", password: "s3cret", api_key: "k3y" }, []],
		])("authenticates at the receiver with %s", async (_, settings, expected) => {
			const { engine, createWebhook, receiver } = await start();
			await createWebhook(settings);

			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			expect(pairsOf(receiver.requests[0])).toEqual([...expected, ["Content-Type", "application/json"]].sort());
		});

		it("adds the state before to those alone that ask for it", async () => {
			const { engine, createWebhook, receiver, bodies } = await start();
			await createWebhook({ include_previous_data: true });
			await createWebhook({ url: `${receiver.url}/without` });
			const own = { object_type: "CUSTOMER", id: "cust_HwDeRw0dFUrJrjCKk31w", reference: "before" };

			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.emit("solvimon", "CUSTOMER.UPDATED");
			await engine.emit("solvimon", "CUSTOMER.UPDATED", { payload: { data: own, previous_data: own } });
			await engine.emit("solvimon", "CUSTOMER.UPDATED", { payload: { data: own } });
			await engine.idle();

			const paths = receiver.requests.map(({ url }) => url);
			const [created, updated, given, none] = bodies().filter((_, i) => paths[i] === "/hooks");
			expect(created.previous_data).toBeNull();
			expect(updated.data.email).toBe("accounts.payable@acme.example");
			expect(updated.previous_data.email).toBe("billing@acme.example");
			expect(given.previous_data).toEqual(own);
			expect(none.previous_data).toBeNull();
			const without = bodies().filter((_, i) => paths[i] === "/hooks/without");
			expect(without).toHaveLength(4);
			for (const each of without) expect(each).not.toHaveProperty("previous_data");
		});

		it("makes an event of a change to a webhook when told to", async () => {
			const { engine, call, createWebhook, receiver, bodies } = await start({ options: { webhookEvents: "on" } });
			await createWebhook({ include_previous_data: true });
			const settings = { url: "http://127.0.0.1:9/", name: "Second", reference: "second", included_actions: ["QUOTE.CREATED"] };
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
			const causes = [created, updated, rolled, removed, deleted].map(requestIdOf);
			expect(events.map((event) => event.original_request_id)).toEqual(causes);
			expect(events[0]).toMatchObject({ data: created.body, previous_data: null });
			expect(events[1]).toMatchObject({ data: updated.body, previous_data: created.body });
			expect(Object.keys(events[1])).toEqual(["created_at", "type", "original_request_id", "environment", "data", "previous_data"]);
			expect(receiver.requests.map((request) => request.body.toString()).join()).not.toContain(rolled.body.secret_key);
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
		const waits = [2, 4, 8, 16, 32, 60, 120, 240, 480].map((minutes) => minutes * minute);
		const offsets = waits.map((_, i) => waits.slice(0, i + 1).reduce((sum, wait) => sum + wait, 0));
		const schedule = [0, ...offsets, ...Array.from({ length: 18 }, (_, i) => (962 + 480 * (i + 1)) * minute)];

		it("tries 27 times more within seven days, then lets the next delivery go", async () => {
			const { engine, call, createWebhook, receiver, bodies } = await start();
			receiver.answer({ status: 503 });
			const { id } = await createWebhook();
			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.emit("solvimon", "CUSTOMER.UPDATED");

			await engine.advance(9602 * minute - 1);
			expect(receiver.requests).toHaveLength(27);
			receiver.answer({ status: 503 }, { status: 200 });
			await engine.advance(1);

			const [updated, created] = [...engine.journal.newest()];
			expect(created?.attempts.map(({ at }) => at - startOfTest)).toEqual(schedule);
			expect(schedule).toHaveLength(28);
			expect(created).toMatchObject({ state: "failed" });
			expect(updated).toMatchObject({ state: "delivered", attempts: [{ at: startOfTest + 9602 * minute }] });
			expect(bodies().map(({ type }) => type)).toEqual([...Array(28).fill("CUSTOMER.CREATED"), "CUSTOMER.UPDATED"]);
			expect((await call("GET", `/v1/webhooks/${id}`)).body).toMatchObject({ active: true, penalty_box: null, penalty_box_data: null });
			await engine.advance(30 * day);
			expect(receiver.requests).toHaveLength(29);
		});

		it("sends the same bytes each time, signed afresh with the secrets valid then", async () => {
			const { engine, createWebhook, rollSecret, receiver } = await start();
			receiver.answer({ status: 500 });
			const { id } = await createWebhook();
			const old = await rollSecret(id);
			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.idle();
			const fresh = await rollSecret(id);
			await engine.advance(2 * minute);

			const [first, second] = receiver.requests as [ReceivedRequest, ReceivedRequest];
			expect(second.body.equals(first.body)).toBe(true);
			expect(first.headers["x-payload-signature-timestamp"]).toBe("2026-11-20T10:15:30Z");
			expect(first.headers["x-payload-signature"]).toBe(signatureOf(first, old));
			expect(second.headers["x-payload-signature-timestamp"]).toBe("2026-11-20T10:17:30Z");
			expect(second.headers["x-payload-signature"]).toBe(`${signatureOf(second, fresh)},${signatureOf(second, old)}`);
		});

		it.each([
			[200, "delivered"],
			[202, "delivered"],
			[299, "delivered"],
			[302, "pending"],
			[404, "pending"],
			[410, "pending"],
			[500, "pending"],
		])("takes the answer %i for %s", async (status, state) => {
			const { engine, createWebhook, receiver } = await start();
			receiver.answer({ status, headers: { location: receiver.url } });
			await createWebhook();

			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			expect([...engine.journal.newest()].map((delivery) => delivery.state)).toEqual([state]);
			expect(receiver.requests).toHaveLength(1);
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
			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.emit("solvimon", "CUSTOMER.UPDATED");
			await engine.idle();
			await call("DELETE", `/v1/webhooks/${deleted.id}`);
			await call("PATCH", `/v1/webhooks/${inactive.id}`, { active: false });

			await engine.advance(8 * day);

			expect(receiver.requests).toHaveLength(2);
			expect([...engine.journal.newest()].map(({ state }) => state)).toEqual(Array(4).fill("cancelled"));
		});
	});

	describe("the penalty box", () => {
		it("holds the deliveries behind a failing one, and shows it", async () => {
			const { engine, call, createWebhook, receiver, bodies } = await start();
			receiver.answer({ status: 500 });
			const { id } = await createWebhook();
			for (const type of ["CUSTOMER.CREATED", "CUSTOMER.UPDATED", "CUSTOMER.DELETE"]) await engine.emit("solvimon", type);
			await engine.idle();
			const sent = receiver.requests[0]?.body.toString();
			const box = async () => (await call("GET", `/v1/webhooks/${id}`)).body;

			expect(await box()).toMatchObject({
				penalty_box: "IN_PENALTY_BOX",
				penalty_box_data: { retry_count: 0, retry_at: "2026-11-20T10:17:30Z", cause: "The receiver answered 500", payload: sent },
			});
			await engine.advance(2 * minute);
			expect((await call("GET", "/v1/webhooks")).body.data[0].penalty_box_data).toEqual({
				retry_count: 1,
				retry_at: "2026-11-20T10:21:30Z",
				cause: "The receiver answered 500",
				payload: sent,
			});
			expect(bodies().map(({ type }) => type)).toEqual(["CUSTOMER.CREATED", "CUSTOMER.CREATED"]);

			receiver.answer({ status: 200 });
			await engine.advance(4 * minute);

			expect(bodies().map(({ type }) => type).slice(2)).toEqual(["CUSTOMER.CREATED", "CUSTOMER.UPDATED", "CUSTOMER.DELETE"]);
			expect(await box()).toMatchObject({ penalty_box: null, penalty_box_data: null });
		});

		it("says why no answer came", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			await receiver.close();
			const { id } = await createWebhook();
			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			const { body } = await call("GET", `/v1/webhooks/${id}`);

			expect(body.penalty_box_data.cause).toMatch(/^The receiver did not answer: .*ECONNREFUSED/);
		});

		it("holds one webhook and not another", async () => {
			const { engine, createWebhook, receiver } = await start();
			receiver.answer(({ url }) => ({ status: url === "/hooks/bad" ? 500 : 200 }));
			await createWebhook({ url: `${receiver.url}/bad` });
			await createWebhook({ url: `${receiver.url}/good` });

			for (const type of ["CUSTOMER.CREATED", "CUSTOMER.UPDATED"]) await engine.emit("solvimon", type);
			await engine.idle();

			const urls = receiver.requests.map(({ url }) => url).sort();
			expect(urls).toEqual(["/hooks/bad", "/hooks/good", "/hooks/good"]);
		});

		it("sends the stuck payload at once, and the others after it", async () => {
			const { engine, call, createWebhook, receiver, bodies } = await start();
			receiver.answer({ status: 500 });
			const { id } = await createWebhook();
			for (const type of ["CUSTOMER.CREATED", "CUSTOMER.UPDATED", "CUSTOMER.DELETE"]) await engine.emit("solvimon", type);
			await engine.idle();
			receiver.answer({ status: 204 });

			const answer = await call("POST", `/v1/webhooks/${id}/send-penalty-box-payload`);
			await engine.idle();

			expect(answer).toMatchObject({ status: 200, body: { successful: true, message: "The receiver answered 204" } });
			expect(bodies().map(({ type }) => type)).toEqual(["CUSTOMER.CREATED", "CUSTOMER.CREATED", "CUSTOMER.UPDATED", "CUSTOMER.DELETE"]);
			await engine.advance(8 * day);
			expect(receiver.requests).toHaveLength(4);
		});

		it("says that the stuck payload failed again, and keeps the queue", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			receiver.answer({ status: 500 });
			const { id } = await createWebhook();
			for (const type of ["CUSTOMER.CREATED", "CUSTOMER.UPDATED"]) await engine.emit("solvimon", type);
			await engine.advance(minute);

			const answer = await call("POST", `/v1/webhooks/${id}/send-penalty-box-payload`);

			expect(answer).toMatchObject({ status: 200, body: { successful: false, message: "The receiver answered 500" } });
			expect(receiver.requests).toHaveLength(2);
			expect((await call("GET", `/v1/webhooks/${id}`)).body.penalty_box_data).toMatchObject({
				retry_count: 1,
				retry_at: "2026-11-20T10:20:30Z",
			});
		});

		it("refuses to send for a webhook outside the box, or inactive", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			const { id } = await createWebhook();
			const send = () => call("POST", `/v1/webhooks/${id}/send-penalty-box-payload`);
			const refusal = { status: 409, body: { code: "INVALID_OPERATION", resource_id: id, resource_type: "WEBHOOK" } };

			expect(await send()).toMatchObject(refusal);
			receiver.answer({ status: 500 });
			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.idle();
			await call("PATCH", `/v1/webhooks/${id}`, { active: false });
			expect(await send()).toMatchObject(refusal);
			expect(receiver.requests).toHaveLength(1);
		});
	});

	describe("tests", () => {
		it("sends a signed test to a stored webhook", async () => {
			const { engine, call, createWebhook, rollSecret, receiver, bodies } = await start();
			const { id, name, reference } = await createWebhook({ included_actions: ["INVOICE.PAID"] });
			const secret = await rollSecret(id);

			const answer = await call("POST", `/v1/webhooks/${id}/send-test`);
			await engine.advance(day);

			expect(answer).toMatchObject({ status: 200, body: { successful: true, message: "The receiver answered 200" } });
			expect(bodies()).toEqual([
				{
					created_at: "2026-11-20T10:15:30Z",
					type: "WEBHOOK.TEST",
					original_request_id: requestIdOf(answer),
					environment: "TEST",
					data: { object_type: "WEBHOOK", id, name, reference, url: receiver.url },
				},
			]);
			const [request] = receiver.requests as [ReceivedRequest];
			expect(request.headers["x-payload-signature"]).toBe(signatureOf(request, secret));
		});

		it("does not repeat a test that fails, nor put the webhook into the penalty box", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			receiver.answer({ status: 500 });
			const { id } = await createWebhook();

			const answer = await call("POST", `/v1/webhooks/${id}/send-test`);
			await engine.advance(day);

			expect(answer).toMatchObject({ status: 200, body: { successful: false, message: "The receiver answered 500" } });
			expect(receiver.requests).toHaveLength(1);
			expect((await call("GET", `/v1/webhooks/${id}`)).body.penalty_box).toBeNull();
		});

		it.each([{ active: false }, { url: null }])("refuses to test a webhook with %j", async (settings) => {
			const { call, createWebhook } = await start();
			const { id } = await createWebhook(settings);

			const answer = await call("POST", `/v1/webhooks/${id}/send-test`);

			expect(answer).toMatchObject({ status: 409, body: { code: "INVALID_OPERATION", resource_id: id } });
		});

		it("tries a webhook before it is created, unsigned", async () => {
			const { call, receiver, bodies } = await start();
			const settings = { url: receiver.url, name: "Hook", reference: "hook", authentication_type: "API_KEY", api_key: "k3y" };

			const answer = await call("POST", "/v1/webhooks/test-connection", settings);

			expect(answer).toMatchObject({ status: 200, body: { successful: true, message: "The receiver answered 200" } });
			expect(bodies()[0]).toMatchObject({
				type: "WEBHOOK.TEST",
				original_request_id: requestIdOf(answer),
				data: { object_type: "WEBHOOK", id: null, name: "Hook", reference: "hook", url: receiver.url },
			});
			expect(pairsOf(receiver.requests[0])).toEqual([
				["Content-Type", "application/json"],
				["X-API-KEY", "k3y"],
			]);
			expect((await call("GET", "/v1/webhooks")).body.data).toEqual([]);
		});

		it("says why a connection does not work", async () => {
			const { call, receiver } = await start();
			const settings = { name: "Hook", reference: "hook" };

			const outside = await call("POST", "/v1/webhooks/test-connection", { ...settings, url: "https://example.com/" });
			const nowhere = await call("POST", "/v1/webhooks/test-connection", { ...settings, url: null });
			await receiver.close();
			const closed = await call("POST", "/v1/webhooks/test-connection", { ...settings, url: receiver.url });

			expect(outside.body).toEqual({ successful: false, message: expect.stringContaining("--allow-target example.com") });
			expect(nowhere).toMatchObject({ status: 400, body: { code: "MISSING_FIELD", field: "url" } });
			expect(closed.body).toEqual({ successful: false, message: expect.stringContaining("ECONNREFUSED") });
		});
	});

	describe("webhook events", () => {
		it("lists deliveries with their status, newest first", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			receiver.answer({ status: 200 }, { status: 500 });
			const { id } = await createWebhook();
			for (const type of ["CUSTOMER.CREATED", "CUSTOMER.UPDATED", "CUSTOMER.DELETE"]) {
				await engine.emit("solvimon", type);
				await engine.advance(second);
			}
			await call("POST", `/v1/webhooks/${id}/send-test`);

			const { body } = await call("GET", "/v1/webhook-events");

			expect(body).toMatchObject({ limit: 50, page: 1, total_number_of_pages: 1 });
			const [deleted, updated, created] = body.data;
			expect(body.data).toHaveLength(3);
			expect(deleted).toMatchObject({ type: "CUSTOMER.DELETE", status: "PENDING", created_at: "2026-11-20T10:15:32Z" });
			expect(updated).toMatchObject({ type: "CUSTOMER.UPDATED", status: "PENDING" });
			expect(created).toEqual({
				object_type: "WEBHOOK_EVENT",
				id: expect.stringMatching(/^whev_[A-Za-z0-9]{20}$/),
				webhook_id: id,
				type: "CUSTOMER.CREATED",
				status: "SUCCEEDED",
				created_at: "2026-11-20T10:15:30Z",
				updated_at: "2026-11-20T10:15:30Z",
				payload: JSON.parse(receiver.requests[0]?.body.toString() as string),
			});
			expect((await call("GET", `/v1/webhook-events/${created.id}`)).body).toEqual(created);
			await engine.advance(7 * day);
			expect((await call("GET", `/v1/webhook-events/${updated.id}`)).body).toMatchObject({
				status: "FAILED",
				updated_at: "2026-11-27T02:17:31Z",
			});
		});

		it("lists them in pages and in the order asked for", async () => {
			const { engine, call, createWebhook } = await start();
			await createWebhook();
			for (const type of ["CUSTOMER.CREATED", "CUSTOMER.UPDATED", "CUSTOMER.DELETE"]) {
				await engine.emit("solvimon", type);
				await engine.advance(second);
			}
			const typesOf = async (query: string) =>
				(await call("GET", `/v1/webhook-events?${query}`)).body.data.map(({ type }: { type: string }) => type.slice(9));

			expect(await typesOf("limit=2")).toEqual(["DELETE", "UPDATED"]);
			expect(await typesOf("limit=2&page=2")).toEqual(["CREATED"]);
			expect(await typesOf("order_direction=asc")).toEqual(["CREATED", "UPDATED", "DELETE"]);
			expect(await typesOf("order_by=updated_at&order_direction=asc")).toEqual(["CREATED", "UPDATED", "DELETE"]);
		});

		it("sends one again as a new event with the same bytes", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			const { id } = await createWebhook();
			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.advance(hour);
			const [original] = (await call("GET", "/v1/webhook-events")).body.data;

			const again = await call("POST", `/v1/webhook-events/${original.id}/resend`);
			await engine.idle();

			expect(again.status).toBe(200);
			expect(again.body).toEqual({
				...original,
				id: expect.stringMatching(/^whev_[A-Za-z0-9]{20}$/),
				status: "PENDING",
				created_at: "2026-11-20T11:15:30Z",
				updated_at: "2026-11-20T11:15:30Z",
			});
			expect(again.body.id).not.toBe(original.id);
			const [first, second] = receiver.requests as [ReceivedRequest, ReceivedRequest];
			expect(second.body.equals(first.body)).toBe(true);
			const listed = (await call("GET", "/v1/webhook-events")).body.data;
			expect(listed.map((event: { id: string; status: string }) => [event.id, event.status])).toEqual([
				[again.body.id, "SUCCEEDED"],
				[original.id, "SUCCEEDED"],
			]);
			await call("PATCH", `/v1/webhooks/${id}`, { active: false });
			expect(await call("POST", `/v1/webhook-events/${original.id}/resend`)).toMatchObject({
				status: 409,
				body: { code: "INVALID_OPERATION", resource_id: id, resource_type: "WEBHOOK" },
			});
			await call("DELETE", `/v1/webhooks/${id}`);
			expect((await call("POST", `/v1/webhook-events/${original.id}/resend`)).status).toBe(409);
			expect((await call("GET", `/v1/webhook-events/${original.id}`)).status).toBe(200);
		});

		it("does not show tests", async () => {
			const { engine, call, createWebhook } = await start();
			const { id } = await createWebhook();
			await call("POST", `/v1/webhooks/${id}/send-test`);
			const [test] = [...engine.journal.newest()];

			expect((await call("GET", "/v1/webhook-events")).body.data).toEqual([]);
			const answer = await call("GET", `/v1/webhook-events/${test?.id.replace("dlv_", "whev_")}`);
			expect(answer.status).toBe(404);
		});
	});

	describe("runs", () => {
		async function story(seed?: string, detours = false) {
			const { call, createWebhook, rollSecret } = await start(seed === undefined ? {} : { seed });
			const drawn = [];
			for (const reference of ["one", "two"]) {
				const { id } = await createWebhook({ reference });
				if (detours) for (let i = 0; i < 3; i++) await call("GET", `/v1/webhooks/${id}`);
				drawn.push(id, await rollSecret(id), await rollSecret(id));
			}
			return drawn;
		}

		it("gives the same ids and secrets for the same seed, whatever else is asked", async () => {
			const [first, again, other] = [await story(), await story(undefined, true), await story("other")];

			expect(again).toEqual(first);
			expect(new Set([...first, ...other]).size).toBe(12);
		});

		it("gives the same request ids for the same seed", async () => {
			const idsOf = async () => {
				const { call } = await start();
				return [await call("GET", "/v1/webhooks"), await call("GET", "/v1/webhooks")].map(requestIdOf);
			};

			expect(await idsOf()).toEqual(await idsOf());
		});

		it("keeps two engines apart", async () => {
			const one = await start();
			const two = await start();
			await one.createWebhook();
			await one.engine.emit("solvimon", "CUSTOMER.CREATED");

			const { deliveries } = await two.engine.emit("solvimon", "CUSTOMER.CREATED");

			expect(deliveries).toEqual([]);
			expect((await two.call("GET", "/v1/webhooks")).body.data).toEqual([]);
			expect((await two.call("GET", "/v1/webhook-events")).body.data).toEqual([]);
		});

		it("starts again after a reset", async () => {
			const { engine, call, createWebhook, rollSecret, receiver } = await start();
			receiver.answer({ status: 500 });
			const first = await createWebhook({ reference: "one" });
			const secret = await rollSecret(first.id);
			await engine.emit("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			await engine.reset();

			expect((await call("GET", "/v1/webhooks")).body.data).toEqual([]);
			expect((await call("GET", "/v1/webhook-events")).body.data).toEqual([]);
			const again = await createWebhook({ reference: "one" });
			expect(again).toEqual(first);
			expect(await rollSecret(again.id)).toBe(secret);
			await engine.advance(day);
			expect(receiver.requests).toHaveLength(1);
		});

		it("starts with a receiver for everything, and returns to it", async () => {
			const receiver = await startReceiver();
			onTestFinished(() => receiver.close());
			const { engine, call } = await start({ target: receiver.url });
			const { data } = (await call("GET", "/v1/webhooks")).body;

			await engine.emit("solvimon", "METER.UPDATED");
			await engine.idle();

			const [request] = receiver.requests as [ReceivedRequest];
			expect(data).toMatchObject([{ url: receiver.url, active: true, secret_key: expect.stringMatching(/^[A-Za-z0-9]{40}$/) }]);
			expect(request.headers["x-payload-signature"]).toBe(signatureOf(request, data[0].secret_key));
			await engine.reset();
			expect((await call("GET", "/v1/webhooks")).body.data).toEqual(data);
		});

		it("knows every secret that signs now", async () => {
			const { engine, createWebhook, rollSecret } = await start();
			const one = (await createWebhook()).id;
			const two = (await createWebhook()).id;
			const [old, fresh, other] = [await rollSecret(one), await rollSecret(one), await rollSecret(two)];
			const session = engine.session("solvimon");

			expect(session.provider.secrets(session.context)).toEqual([fresh, old, other]);
			await engine.advance(day);
			expect(session.provider.secrets(session.context)).toEqual([fresh, other]);
		});
	});

	describe("a receiver of the documentation's making", () => {
		it.skipIf(withoutPython)("accepts deliveries, and refuses them with one byte changed", async () => {
			const { engine, call, createWebhook, rollSecret, receiver } = await start();
			const { id } = await createWebhook();
			const old = await rollSecret(id);
			const fresh = await rollSecret(id);
			await engine.emit("solvimon", "CUSTOMER.UPDATED", { set: { data: { reference: "Žofie" } } });
			await engine.idle();
			const [request] = receiver.requests as [ReceivedRequest];

			for (const secret of [old, fresh]) {
				const environment = { SOLVIMON_SECRET: secret, RECEIVER_TIME: "2026-11-20T10:20:30Z" };
				const { url } = await startPythonReceiver("solvimon", environment);
				const tampered = Buffer.from(request.body);
				tampered[100] = (tampered[100] as number) ^ 1;

				await call("PATCH", `/v1/webhooks/${id}`, { url });
				const test = await call("POST", `/v1/webhooks/${id}/send-test`);

				expect(test.body).toEqual({ successful: true, message: "The receiver answered 200" });
				expect(await post(url, request, request.body)).toBe(200);
				expect(await post(url, request, tampered)).toBe(401);
				expect(await post(url, request, request.body, { "x-payload-signature-timestamp": "2026-11-20T10:15:31Z" })).toBe(401);
			}
			const late = await startPythonReceiver("solvimon", { SOLVIMON_SECRET: fresh, RECEIVER_TIME: "2026-11-20T10:20:31Z" });
			expect(await post(late.url, request, request.body)).toBe(401);
			const stranger = await startPythonReceiver("solvimon", { SOLVIMON_SECRET: "other", RECEIVER_TIME: "2026-11-20T10:15:30Z" });
			expect(await post(stranger.url, request, request.body)).toBe(401);
		});
	});
});

describe("solvimon's verifier", () => {
	const signer = provider.signer({ hexCase: "upper", separator: "comma" } as never);
	const body = Buffer.from('{"a":1}');
	const at = startOfTest;
	const headers = { "x-payload-signature-timestamp": "2026-11-20T10:15:30Z" };
	const signature = `v1=${createHmac("sha256", "k").update('2026-11-20T10:15:30Z.{"a":1}').digest("hex")}`;
	const verify = (value: string, now = at) =>
		signer.verify({ headers: { ...headers, "x-payload-signature": value }, body, secrets: ["k"], now });

	it("accepts either case, either separator and pairs of versions it does not know", () => {
		for (const value of [signature, `v1=${signature.slice(3).toUpperCase()}`, `v2=abc,${signature}`, `v1=${"0".repeat(64)} ${signature}`]) {
			expect(verify(value)).toEqual({ ok: true });
		}
	});

	it.each([
		["no pair", "abc", "signature-format"],
		["another version alone", "v2=abc", "signature-format"],
		["a short signature", "v1=abc", "signature-format"],
		["another signature", `v1=${"0".repeat(64)}`, "signature"],
	])("refuses %s", (_, value, check) => {
		expect(verify(value)).toMatchObject({ ok: false, check });
	});

	it("refuses a signature older than five minutes", () => {
		expect(verify(signature, at + 5 * minute)).toEqual({ ok: true });
		expect(verify(signature, at + 5 * minute + 1)).toMatchObject({ ok: false, check: "timestamp-age" });
	});

	it("refuses a timestamp of another form", () => {
		const received = { headers: { "x-payload-signature": signature, "x-payload-signature-timestamp": "1763633730" }, body, secrets: ["k"] };
		expect(signer.verify(received)).toMatchObject({ ok: false, check: "timestamp-header" });
	});
});

/** A server answers with header names in lower case. */
function requestIdOf({ headers }: { headers: Readonly<Record<string, string>> }): string {
	return headers["X-REQUEST-ID"] ?? (headers["x-request-id"] as string);
}

/** By Solvimon's description, and by no code of ours. */
function signatureOf({ headers, body }: ReceivedRequest, secret: string): string {
	const content = Buffer.concat([Buffer.from(`${headers["x-payload-signature-timestamp"]}.`), body]);
	return `v1=${createHmac("sha256", secret).update(content).digest("hex").toUpperCase()}`;
}

/** The headers that the provider chose, as they were sent, without those of the HTTP client. */
function pairsOf(request: ReceivedRequest | undefined): [string, string][] {
	const raw = request?.rawHeaders ?? [];
	const pairs = raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1]] as [string, string]] : []));
	return pairs.filter(([name]) => !["host", "connection", "content-length"].includes(name.toLowerCase())).sort();
}

async function post(url: string, { headers }: ReceivedRequest, body: Buffer, changed: Record<string, string> = {}) {
	const names = ["content-type", "x-payload-signature", "x-payload-signature-timestamp"];
	const sent = Object.fromEntries(names.map((name) => [name, headers[name] as string]));
	const response = await fetch(url, { method: "POST", headers: { ...sent, ...changed }, body: new Uint8Array(body) });
	return response.status;
}
