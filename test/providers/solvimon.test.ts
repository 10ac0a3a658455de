import { describe, expect, it, onTestFinished } from "vitest";
import { unsafeUrls } from "../support/arbitraries.ts";
import { type Face, faces } from "../support/faces.ts";
import { type ReceivedRequest, startReceiver } from "../support/receiver.ts";
import {
	day,
	requestIdOf,
	rollBody,
	signatureOf,
	startSolvimon,
	unknownEvent,
	unknownWebhook,
} from "./solvimon-setup.ts";

const requestId = /^reqr_[A-Za-z0-9]{20}$/;

describe.each(faces)("solvimon through the $face", ({ open }) => {
	const start = (options?: Parameters<Face["open"]>[1]) =>
		startSolvimon(open, options);

	const newer = { url: "http://127.0.0.1/", name: "n", reference: "r" };
	const older = { url: "http://127.0.0.1/", ...rollBody };

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
			expect(answer.body).toEqual({
				type: "INVALID_REQUEST",
				code: "UNAUTHORISED",
				message: expect.any(String),
			});
			expect(requestIdOf(answer)).toMatch(requestId);
			expect(answer.headers["content-type"]).toBe("application/json");
		});

		it.each<[string, Record<string, string>]>([
			["a key", { "x-api-key": "anything" }],
			["a token", { authorization: "Bearer eyJhbGciOiJI.eyJzdWIi.c2ln" }],
			["a token in lower case", { authorization: "bearer token" }],
		])("accepts %s", async (_, headers) => {
			const { caller } = await start();

			expect(await caller(headers)("GET", "/v1/webhooks")).toMatchObject({
				status: 200,
			});
		});

		it("accepts pinned credentials alone", async () => {
			const { caller } = await start({
				credentials: ["one", "two:WEBHOOK.VIEW"],
			});
			const statusOf = async (headers: Record<string, string>) =>
				(await caller(headers)("GET", "/v1/webhooks")).status;

			expect(await statusOf({ "x-api-key": "one" })).toBe(200);
			expect(await statusOf({ authorization: "Bearer two" })).toBe(200);
			expect(await statusOf({ "x-api-key": "three" })).toBe(401);
			expect(await statusOf({ "x-api-key": "two:WEBHOOK.VIEW" })).toBe(401);
			expect(await statusOf({ "x-api-key": "onet" })).toBe(401);
			expect(await statusOf({ "x-api-key": "on" })).toBe(401);
		});

		it("asks for a permission", async () => {
			const webhook = `/v1/webhooks/${unknownWebhook}`;
			const event = `/v1/webhook-events/${unknownEvent}`;
			const table = [
				["WEBHOOK.VIEW", "GET", "/v1/webhooks", 200],
				["WEBHOOK.VIEW", "GET", "/v1/webhooks/actions", 200],
				["WEBHOOK.CREATE", "POST", "/v1/webhooks", 201],
				["WEBHOOK.VIEW", "GET", webhook, 404],
				["WEBHOOK.UPDATE", "PATCH", webhook, 404],
				["WEBHOOK.DELETE", "DELETE", webhook, 404],
				["WEBHOOK.UPDATE", "PATCH", `${webhook}/secret-key`, 404],
				["WEBHOOK.UPDATE", "DELETE", `${webhook}/secret-key`, 404],
				["WEBHOOK.VIEW", "GET", "/v1/webhook-events", 200],
				["WEBHOOK.VIEW", "GET", event, 404],
				["WEBHOOK_EVENT_RESEND", "POST", `${event}/resend`, 404],
			] as const;
			const all = [...new Set(table.map(([permission]) => permission))];
			const credentials = all.flatMap((permission) => [
				`with-${permission}:${permission}`,
				`without-${permission}:${all.filter((each) => each !== permission)}`,
			]);
			const { caller } = await start({ credentials });

			for (const [permission, method, path, status] of table) {
				const settings = {
					url: "http://127.0.0.1/",
					name: "n",
					reference: "r",
					...rollBody,
				};
				const body =
					method === "GET" || method === "DELETE" ? undefined : settings;
				const refused = await caller({ "x-api-key": `without-${permission}` })(
					method,
					path,
					body,
				);
				const accepted = await caller({ "x-api-key": `with-${permission}` })(
					method,
					path,
					body,
				);
				expect(refused, path).toMatchObject({
					status: 403,
					body: {
						type: "INVALID_REQUEST",
						code: "USER_NOT_ALLOWED",
						message: expect.stringContaining(permission),
					},
				});
				expect(accepted.status, path).toBe(status);
			}
		});

		it("asks for no permission to send tests", async () => {
			const { caller } = await start({
				credentials: ["key:WEBHOOK_EVENT_RESEND"],
			});
			const call = caller({ "x-api-key": "key" });

			expect(
				(await call("POST", `/v1/webhooks/${unknownWebhook}/send-test`)).status,
			).toBe(404);
			expect(
				(
					await call(
						"POST",
						`/v1/webhooks/${unknownWebhook}/send-penalty-box-payload`,
					)
				).status,
			).toBe(404);
			expect(
				(await call("POST", "/v1/webhooks/test-connection", {})).status,
			).toBe(400);
		});

		it("refuses to pin what is no credential", async () => {
			for (const credential of [
				"",
				"a key",
				"key:",
				"key:WEBHOOK.READ",
				"key:WEBHOOK.VIEW,",
				":WEBHOOK.VIEW",
			]) {
				const opening = open("solvimon", { credentials: [credential] });
				await expect(opening).rejects.toThrow(
					"Failed to pin a credential of solvimon",
				);
			}
		});
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

		it.each([
			[404, undefined],
			[404, { unknownVersion: "404" }],
			[400, { unknownVersion: "400" }],
		])("knows version 1 alone: %i with %j", async (status, options) => {
			const { call } = await start(options && { options });
			const refusal = {
				status,
				body: { type: "INVALID_REQUEST", code: "UNSUPPORTED_VERSION" },
			};

			expect(await call("GET", "/v2/webhooks")).toMatchObject(refusal);
			expect(await call("POST", "/v2/webhooks", {})).toMatchObject(refusal);
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
			expect(answer.body).toMatchObject({
				type: "INVALID_REQUEST",
				code: "BAD_REQUEST",
			});
		});

		it("refuses what is no JSON object for a body", async () => {
			const { call } = await start();

			for (const [body, type, status, code] of [
				["{", "application/json", 400, "BAD_REQUEST"],
				["[]", "application/json", 400, "BAD_REQUEST"],
				["null", "application/json", 400, "BAD_REQUEST"],
				["", "application/json", 400, "BAD_REQUEST"],
				["hello", "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"],
				[
					"url=x",
					"application/x-www-form-urlencoded",
					415,
					"UNSUPPORTED_MEDIA_TYPE",
				],
			] as const) {
				const answer = await call("POST", "/v1/webhooks", body, {
					"content-type": type,
				});
				expect(answer, body).toMatchObject({
					status,
					body: { type: "INVALID_REQUEST", code },
				});
			}
		});

		it("names what is missing in a new webhook", async () => {
			const { call } = await start();

			for (const [field, code] of [
				["url", "MISSING_FIELD"],
				["name", "MISSING_FIELD"],
				["reference", "MISSING_REFERENCE"],
			] as const) {
				const body = {
					url: "http://127.0.0.1/",
					name: "n",
					reference: "r",
					active: "wrong too",
					[field]: undefined,
				};
				for (const path of ["/v1/webhooks", "/v1/webhooks/test-connection"]) {
					const answer = await call("POST", path, body);
					expect(answer.status).toBe(400);
					expect(answer.body).toEqual({
						type: "INVALID_REQUEST",
						code,
						message: "value required, but not set",
						field,
					});
				}
			}
		});

		it("refuses wrong values, by the name of their field", async () => {
			const { call, createWebhook } = await start();
			const { id } = await createWebhook();

			for (const [field, value] of [
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
				...unsafeUrls.map((url) => ["url", url] as const),
				["url", "ftp://127.0.0.1/"],
				["url", "http://127.0.0.1/\r\nX-Injected: 1"],
				["url", ""],
			] as const) {
				const change = { [field.split(".")[0] as string]: value };
				const body = {
					url: "http://127.0.0.1/",
					name: "n",
					reference: "r",
					...change,
				};
				const refusal = {
					status: 400,
					body: { type: "INVALID_REQUEST", code: "INVALID_FIELD", field },
				};
				const subject = JSON.stringify(change);
				expect(await call("POST", "/v1/webhooks", body), subject).toMatchObject(
					refusal,
				);
				expect(
					await call("POST", "/v1/webhooks/test-connection", body),
					subject,
				).toMatchObject(refusal);
				expect(
					await call("PATCH", `/v1/webhooks/${id}`, change),
					subject,
				).toMatchObject(refusal);
			}
			expect((await call("GET", "/v1/webhooks")).body.data).toHaveLength(1);
		});

		it("refuses a reference that is taken", async () => {
			const { call, createWebhook } = await start();
			const first = await createWebhook({ reference: "one" });
			const second = await createWebhook({ reference: "two" });
			const refusal = {
				status: 409,
				body: {
					code: "RESOURCE_ALREADY_EXISTS",
					field: "reference",
					resource_id: first.id,
					resource_type: "WEBHOOK",
				},
			};

			const create = await call("POST", "/v1/webhooks", {
				url: first.url,
				name: "n",
				reference: "one",
			});
			const update = await call("PATCH", `/v1/webhooks/${second.id}`, {
				reference: "one",
			});
			const same = await call("PATCH", `/v1/webhooks/${first.id}`, {
				reference: "one",
			});

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
			for (const options of [
				{ options: { receivers: "https" } },
				{ strict: true },
			]) {
				const { call } = await start(options);
				const settings = { name: "n", reference: "r" };

				const http = await call("POST", "/v1/webhooks", {
					...settings,
					url: "http://127.0.0.1/",
				});
				const https = await call("POST", "/v1/webhooks", {
					...settings,
					url: "HTTPS://127.0.0.1/",
				});

				expect(http).toMatchObject({
					status: 400,
					body: { code: "INVALID_FIELD", field: "url" },
				});
				expect(https.status).toBe(201);
			}
		});

		/** Every operation that names a resource, on ids of choice. */
		function callsOn(webhook: string, event: string) {
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
			return [
				...onWebhook.map(([method, rest]) => {
					return {
						method,
						path: `/v1/webhooks/${webhook}${rest}`,
						id: webhook,
						type: "WEBHOOK",
					};
				}),
				...onEvent.map(([method, rest]) => {
					return {
						method,
						path: `/v1/webhook-events/${event}${rest}`,
						id: event,
						type: "WEBHOOK_EVENT",
					};
				}),
			];
		}

		it("does not find what there is not", async () => {
			const { call } = await start();

			for (const { method, path, id, type } of callsOn(
				unknownWebhook,
				unknownEvent,
			)) {
				const answer = await call(
					method,
					path,
					method === "PATCH" ? rollBody : undefined,
				);
				expect(answer.status, path).toBe(404);
				expect(answer.body, path).toEqual({
					type: "INVALID_REQUEST",
					code: "RESOURCE_NOT_FOUND",
					message: expect.stringContaining(id),
					resource_id: id,
					resource_type: type,
				});
			}
		});

		it("refuses ids of another form", async () => {
			const { call } = await start();
			const odd = [
				"x",
				`${unknownWebhook}0`,
				`${unknownEvent}0`,
				"whk_0000000000000000000-",
				"__proto__",
			];

			for (const { method, path, id, type } of [
				...odd.flatMap((id) => callsOn(id, id)),
				...callsOn(unknownEvent, unknownWebhook),
			]) {
				const answer = await call(
					method,
					path,
					method === "PATCH" ? rollBody : undefined,
				);
				const about = {
					code: "INVALID_ID",
					resource_id: id,
					resource_type: type,
				};
				expect(answer, path).toMatchObject({ status: 400, body: about });
			}
		});
	});

	describe("webhooks", () => {
		it("creates a webhook with the defaults", async () => {
			const { call, receiver } = await start();

			const answer = await call("POST", "/v1/webhooks", {
				url: receiver.url,
				name: "Invoices",
				reference: "invoices",
			});

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
			expect(
				(await call("GET", `/v1/webhooks/${answer.body.id}`)).body,
			).toEqual(answer.body);
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
				expect(reply.body).not.toMatch(
					/super_secure|still_secure|dfPNT2KBbdHEm05s3R1lS8PavuyDGR0eJZPwZzSh/,
				);
				expect(reply.body).not.toMatch(
					/"password"|"api_key"|"issued"|"previousUntil"|"email"/,
				);
			}
		});

		describe.each([
			["a client of the newer documentation", newer, undefined],
			["a client of the newer documentation", newer, {}],
			["a client of the older documentation", older, rollBody],
		])("%s that rolls with %3$j", (_, settings, body) => {
			const url = "https://hooks.acme.example/solvimon";
			const roundTrip = async (options: Parameters<typeof start>[0]) => {
				const { call } = await start(options);
				const created = await call("POST", "/v1/webhooks", {
					...settings,
					url,
				});
				if (created.status !== 201) return [created.body.field];
				const path = `/v1/webhooks/${created.body.id}/secret-key`;
				const rolled = await call("PATCH", path, body);
				return [201, rolled.status];
			};

			it("passes by default", async () => {
				expect(await roundTrip({})).toEqual([201, 200]);
			});

			it("passes as the documentation in force has it", async () => {
				const one = settings === newer ? "newer" : "older";
				const other = settings === newer ? "older" : "newer";

				expect(await roundTrip({ options: { generation: one } })).toEqual([
					201, 200,
				]);
				expect(await roundTrip({ options: { generation: other } })).toEqual([
					settings === newer ? "active" : "name",
				]);
				expect(await roundTrip({ strict: true })).toEqual(
					settings === newer ? [201, 200] : ["name"],
				);
			});
		});

		it.each([
			["none", {}, "url"],
			["a url alone", { url: "http://127.0.0.1/" }, "name"],
			["the newer fields but one", { ...newer, url: undefined }, "url"],
			[
				"the newer fields but one and the older ones",
				{ ...older, url: null, name: "n" },
				"reference",
			],
			["the older fields but one", { ...older, active: undefined }, "active"],
			["one older field", { active: true }, "include_previous_data"],
		])(
			"says which field is missing where there are %s",
			async (_, body, field) => {
				const { call } = await start();

				expect(await call("POST", "/v1/webhooks", body)).toMatchObject({
					status: 400,
					body: { field },
				});
				expect(
					await call("POST", "/v1/webhooks/test-connection", body),
				).toMatchObject({ status: 400, body: { field } });
			},
		);

		it.each(Object.keys(rollBody))(
			"asks for %s when the older documentation is in force",
			async (field) => {
				const { call } = await start({ options: { generation: "older" } });

				const answer = await call("POST", "/v1/webhooks", {
					...newer,
					...older,
					[field]: undefined,
				});

				expect(answer).toMatchObject({
					status: 400,
					body: { code: "MISSING_FIELD", field },
				});
			},
		);

		it("changes the fields that are sent and no others", async () => {
			const { call, createWebhook } = await start();
			const before = await createWebhook({
				included_actions: ["INVOICE.PAID"],
				username: "me",
			});
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
			expect(changed.body).toEqual({
				...before,
				active: false,
				included_actions: null,
			});
			expect(unchanged.body).toEqual(changed.body);
			expect((await call("GET", path)).body).toEqual(changed.body);
		});

		it("does not check again what a change leaves alone", async () => {
			const { call } = await start({
				strict: true,
				receiver: "http://127.0.0.1:9/",
			});
			const [webhook] = (await call("GET", "/v1/webhooks")).body.data;

			const changed = await call("PATCH", `/v1/webhooks/${webhook.id}`, {
				name: "Renamed",
			});

			expect(changed).toMatchObject({
				status: 200,
				body: { name: "Renamed", url: "http://127.0.0.1:9/" },
			});
		});

		it("takes null for what is required, and puts the default in place of a null protocol", async () => {
			const { createWebhook } = await start();

			const webhook = await createWebhook({
				url: null,
				name: null,
				reference: null,
				signing_protocol: null,
			});

			expect(webhook).toMatchObject({
				url: null,
				name: null,
				reference: null,
				signing_protocol: "HmacSHA256",
			});
		});

		it("answers a deletion with the webhook, and knows it no longer", async () => {
			const { call, createWebhook } = await start();
			const webhook = await createWebhook();

			const deleted = await call("DELETE", `/v1/webhooks/${webhook.id}`);

			expect(deleted).toMatchObject({ status: 200, body: webhook });
			expect((await call("GET", `/v1/webhooks/${webhook.id}`)).status).toBe(
				404,
			);
			expect((await call("GET", "/v1/webhooks")).body.data).toEqual([]);
		});

		it("lists webhooks in pages, newest first", async () => {
			const { call, createWebhook } = await start();
			const ids = [];
			for (const name of ["b", "c", "a"])
				ids.push((await createWebhook({ name })).id);
			const idsOf = (answer: { body: { data: { id: string }[] } }) =>
				answer.body.data.map(({ id }) => id);

			const all = await call("GET", "/v1/webhooks");
			const first = await call("GET", "/v1/webhooks?limit=2");
			const last = await call("GET", "/v1/webhooks?limit=2&page=2");
			const beyond = await call("GET", "/v1/webhooks?limit=2&page=9");

			expect(idsOf(all)).toEqual([...ids].reverse());
			expect(all.body).toMatchObject({
				limit: 50,
				page: 1,
				total_number_of_pages: 1,
			});
			expect(idsOf(first)).toEqual([ids[2], ids[1]]);
			expect(idsOf(last)).toEqual([ids[0]]);
			expect(first.body).toMatchObject({
				limit: 2,
				page: 1,
				total_number_of_pages: 2,
			});
			expect(first.body.links).toEqual({
				first: "/v1/webhooks?limit=2&page=1&order_direction=desc",
				previous: null,
				current: "/v1/webhooks?limit=2&page=1&order_direction=desc",
				next: "/v1/webhooks?limit=2&page=2&order_direction=desc",
			});
			expect(await call("GET", first.body.links.next)).toMatchObject({
				status: 200,
				body: last.body,
			});
			expect(last.body.links).toMatchObject({
				previous: first.body.links.current,
				next: null,
			});
			expect(beyond).toMatchObject({
				status: 200,
				body: {
					data: [],
					page: 9,
					total_number_of_pages: 2,
					links: { next: null },
				},
			});
		});

		it("orders webhooks as asked", async () => {
			const { call, createWebhook } = await start();
			for (const name of ["b", "c", "a"])
				await createWebhook({ name, reference: `${name}_reference` });
			const namesOf = async (query: string) =>
				(await call("GET", `/v1/webhooks?${query}`)).body.data
					.map(({ name }: { name: string }) => name)
					.join("");

			expect(await namesOf("order_direction=asc")).toBe("bca");
			expect(await namesOf("order_by=created_at")).toBe("acb");
			expect(await namesOf("order_by=name")).toBe("cba");
			expect(await namesOf("order_by=reference&order_direction=asc")).toBe(
				"abc",
			);
			expect((await namesOf("order_by=id")).length).toBe(3);
		});

		it("refuses wrong pages and orders", async () => {
			const { call } = await start();

			for (const [query, field] of [
				["limit=0", "limit"],
				["limit=two", "limit"],
				["page=0", "page"],
				["order_direction=up", "order_direction"],
				["order_by=colour", "order_by"],
				["order_by=constructor", "order_by"],
			] as const) {
				for (const path of ["/v1/webhooks", "/v1/webhook-events"]) {
					const answer = await call("GET", `${path}?${query}`);
					expect(answer, query).toMatchObject({
						status: 400,
						body: { code: "INVALID_FIELD", field },
					});
				}
			}
		});

		it("lists the actions by the kind of object", async () => {
			const { call } = await start();

			const { body } = await call("GET", "/v1/webhooks/actions");

			expect(body.data).toHaveLength(25);
			expect(body.data).toContainEqual({
				object_type: "CUSTOMER",
				actions: ["CREATED", "UPDATED", "DELETE"],
			});
			expect(body.data).toContainEqual({
				object_type: "INVOICE",
				actions: ["CREATED", "UPDATED", "DELETE", "STATUS_TO_FINAL", "PAID"],
			});
			expect(body.data).toContainEqual({
				object_type: "WEBHOOK",
				actions: ["CREATED", "UPDATED", "DELETE"],
			});
			expect(Object.keys(body)).toEqual(["data"]);
		});
	});

	describe("runs", () => {
		async function story(seed?: string, detours = false) {
			const { call, createWebhook, rollSecret } = await start(
				seed === undefined ? {} : { seed },
			);
			const drawn = [];
			for (const reference of ["one", "two"]) {
				const { id } = await createWebhook({ reference });
				if (detours)
					for (let i = 0; i < 3; i++) await call("GET", `/v1/webhooks/${id}`);
				drawn.push(id, await rollSecret(id), await rollSecret(id));
			}
			return drawn;
		}

		it("gives the same ids and secrets for the same seed, whatever else is asked", async () => {
			const [first, again, other] = [
				await story(),
				await story(undefined, true),
				await story("other"),
			];

			expect(again).toEqual(first);
			expect(new Set([...first, ...other]).size).toBe(12);
		});

		it("gives the same request ids for the same seed", async () => {
			const idsOf = async () => {
				const { call } = await start();
				return [
					await call("GET", "/v1/webhooks"),
					await call("GET", "/v1/webhooks"),
				].map(requestIdOf);
			};

			expect(await idsOf()).toEqual(await idsOf());
		});

		it("keeps two engines apart", async () => {
			const one = await start();
			const two = await start();
			await one.createWebhook();
			one.engine.send("solvimon", "CUSTOMER.CREATED");

			const { deliveries } = two.engine.send("solvimon", "CUSTOMER.CREATED");

			expect(deliveries).toEqual([]);
			expect((await two.call("GET", "/v1/webhooks")).body.data).toEqual([]);
			expect((await two.call("GET", "/v1/webhook-events")).body.data).toEqual(
				[],
			);
		});

		it("starts again after a reset", async () => {
			const { engine, call, createWebhook, rollSecret, receiver } =
				await start();
			receiver.answer({ status: 500 });
			const first = await createWebhook({ reference: "one" });
			const secret = await rollSecret(first.id);
			engine.send("solvimon", "CUSTOMER.CREATED");
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
			const { engine, call } = await start({ receiver: receiver.url });
			const { data } = (await call("GET", "/v1/webhooks")).body;

			engine.send("solvimon", "METER.UPDATED");
			await engine.idle();

			const [request] = receiver.requests as [ReceivedRequest];
			expect(data).toMatchObject([
				{
					url: receiver.url,
					active: true,
					secret_key: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
				},
			]);
			expect(request.headers["x-payload-signature"]).toBe(
				signatureOf(request, data[0].secret_key),
			);
			await engine.reset();
			expect((await call("GET", "/v1/webhooks")).body.data).toEqual(data);
		});

		it("knows every secret that signs now", async () => {
			const { engine, createWebhook, rollSecret } = await start();
			const one = (await createWebhook()).id;
			const two = (await createWebhook()).id;
			const [old, fresh, other] = [
				await rollSecret(one),
				await rollSecret(one),
				await rollSecret(two),
			];
			const session = engine.session("solvimon");

			expect(session.provider.secrets(session.context)).toEqual([
				fresh,
				old,
				other,
			]);
			await engine.advance(day);
			expect(session.provider.secrets(session.context)).toEqual([fresh, other]);
		});
	});
});
