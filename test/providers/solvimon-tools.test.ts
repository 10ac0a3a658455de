import { describe, expect, it } from "vitest";
import { type Face, faces } from "../support/faces.ts";
import type { ReceivedRequest } from "../support/receiver.ts";
import {
	day,
	hour,
	minute,
	pairsOf,
	requestIdOf,
	second,
	signatureOf,
	startSolvimon,
} from "./solvimon-setup.ts";

describe.each(faces)("solvimon's tools through the $face", ({ open }) => {
	const start = (options?: Parameters<Face["open"]>[1]) =>
		startSolvimon(open, options);

	describe("the penalty box", () => {
		it("holds the deliveries behind a failing one, and shows it", async () => {
			const { engine, call, createWebhook, receiver, bodies } = await start();
			receiver.answer({ status: 500 });
			const { id } = await createWebhook();
			for (const type of [
				"CUSTOMER.CREATED",
				"CUSTOMER.UPDATED",
				"CUSTOMER.DELETE",
			])
				engine.send("solvimon", type);
			await engine.idle();
			const sent = receiver.requests[0]?.body.toString();
			const box = async () => (await call("GET", `/v1/webhooks/${id}`)).body;

			expect(await box()).toMatchObject({
				penalty_box: "IN_PENALTY_BOX",
				penalty_box_data: {
					retry_count: 0,
					retry_at: "2026-11-20T10:17:30Z",
					cause: "The receiver answered 500",
					payload: sent,
				},
			});
			await engine.advance(2 * minute);
			expect(
				(await call("GET", "/v1/webhooks")).body.data[0].penalty_box_data,
			).toEqual({
				retry_count: 1,
				retry_at: "2026-11-20T10:21:30Z",
				cause: "The receiver answered 500",
				payload: sent,
			});
			expect(bodies().map(({ type }) => type)).toEqual([
				"CUSTOMER.CREATED",
				"CUSTOMER.CREATED",
			]);

			receiver.answer({ status: 200 });
			await engine.advance(4 * minute);

			expect(
				bodies()
					.map(({ type }) => type)
					.slice(2),
			).toEqual(["CUSTOMER.CREATED", "CUSTOMER.UPDATED", "CUSTOMER.DELETE"]);
			expect(await box()).toMatchObject({
				penalty_box: null,
				penalty_box_data: null,
			});
		});

		it("says why no answer came", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			await receiver.close();
			const { id } = await createWebhook();
			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			const { body } = await call("GET", `/v1/webhooks/${id}`);

			expect(body.penalty_box_data.cause).toMatch(
				/^The receiver did not answer: .*ECONNREFUSED/,
			);
		});

		it("does not show a first attempt that is under way", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			const { id } = await createWebhook({ url: "https://example.com/" });
			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.idle();
			await call("PATCH", `/v1/webhooks/${id}`, { url: receiver.url });
			const arrival = new Promise<void>((resolve) => {
				receiver.answer(() => {
					resolve();
					return { hang: true };
				});
			});

			engine.send("solvimon", "CUSTOMER.UPDATED");
			await arrival;

			const { body } = await call("GET", `/v1/webhooks/${id}`);
			expect(body).toMatchObject({ penalty_box: null, penalty_box_data: null });
		});

		it("holds one webhook and not another", async () => {
			const { engine, createWebhook, receiver } = await start();
			receiver.answer(({ url }) => ({
				status: url === "/hooks/bad" ? 500 : 200,
			}));
			await createWebhook({ url: `${receiver.url}/bad` });
			await createWebhook({ url: `${receiver.url}/good` });

			for (const type of ["CUSTOMER.CREATED", "CUSTOMER.UPDATED"])
				engine.send("solvimon", type);
			await engine.idle();

			const urls = receiver.requests.map(({ url }) => url).sort();
			expect(urls).toEqual(["/hooks/bad", "/hooks/good", "/hooks/good"]);
		});

		it("sends the stuck payload at once, and the others after it", async () => {
			const { engine, call, createWebhook, receiver, bodies } = await start();
			receiver.answer({ status: 500 });
			const { id } = await createWebhook();
			for (const type of [
				"CUSTOMER.CREATED",
				"CUSTOMER.UPDATED",
				"CUSTOMER.DELETE",
			])
				engine.send("solvimon", type);
			await engine.idle();
			receiver.answer({ status: 204 });

			const answer = await call(
				"POST",
				`/v1/webhooks/${id}/send-penalty-box-payload`,
			);
			await engine.idle();

			expect(answer).toMatchObject({
				status: 200,
				body: { successful: true, message: "The receiver answered 204" },
			});
			expect(bodies().map(({ type }) => type)).toEqual([
				"CUSTOMER.CREATED",
				"CUSTOMER.CREATED",
				"CUSTOMER.UPDATED",
				"CUSTOMER.DELETE",
			]);
			await engine.advance(8 * day);
			expect(receiver.requests).toHaveLength(4);
		});

		it("says that the stuck payload failed again, and keeps the queue", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			receiver.answer({ status: 500 });
			const { id } = await createWebhook();
			for (const type of ["CUSTOMER.CREATED", "CUSTOMER.UPDATED"])
				engine.send("solvimon", type);
			await engine.advance(minute);

			const answer = await call(
				"POST",
				`/v1/webhooks/${id}/send-penalty-box-payload`,
			);

			expect(answer).toMatchObject({
				status: 200,
				body: { successful: false, message: "The receiver answered 500" },
			});
			expect(receiver.requests).toHaveLength(2);
			expect(
				(await call("GET", `/v1/webhooks/${id}`)).body.penalty_box_data,
			).toMatchObject({
				retry_count: 1,
				retry_at: "2026-11-20T10:20:30Z",
			});
		});

		it("refuses to send for a webhook outside the box, or inactive", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			const { id } = await createWebhook();
			const send = () =>
				call("POST", `/v1/webhooks/${id}/send-penalty-box-payload`);
			const refusal = {
				status: 409,
				body: {
					code: "INVALID_OPERATION",
					resource_id: id,
					resource_type: "WEBHOOK",
				},
			};

			expect(await send()).toMatchObject(refusal);
			receiver.answer({ status: 500 });
			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.idle();
			await call("PATCH", `/v1/webhooks/${id}`, { active: false });
			expect(await send()).toMatchObject(refusal);
			expect(receiver.requests).toHaveLength(1);
		});
	});

	describe("tests", () => {
		it("sends a signed test to a stored webhook", async () => {
			const { engine, call, createWebhook, rollSecret, receiver, bodies } =
				await start();
			const { id, name, reference } = await createWebhook({
				included_actions: ["INVOICE.PAID"],
			});
			const secret = await rollSecret(id);

			const answer = await call("POST", `/v1/webhooks/${id}/send-test`);
			await engine.advance(day);

			expect(answer).toMatchObject({
				status: 200,
				body: { successful: true, message: "The receiver answered 200" },
			});
			expect(bodies()).toEqual([
				{
					created_at: "2026-11-20T10:15:30Z",
					type: "WEBHOOK.TEST",
					original_request_id: requestIdOf(answer),
					environment: "TEST",
					data: {
						object_type: "WEBHOOK",
						id,
						name,
						reference,
						url: receiver.url,
					},
				},
			]);
			const [request] = receiver.requests as [ReceivedRequest];
			expect(request.headers["x-payload-signature"]).toBe(
				signatureOf(request, secret),
			);
		});

		it("does not repeat a test that fails, nor put the webhook into the penalty box", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			receiver.answer({ status: 500 });
			const { id } = await createWebhook();

			const answer = await call("POST", `/v1/webhooks/${id}/send-test`);
			await engine.advance(day);

			expect(answer).toMatchObject({
				status: 200,
				body: { successful: false, message: "The receiver answered 500" },
			});
			expect(receiver.requests).toHaveLength(1);
			expect(
				(await call("GET", `/v1/webhooks/${id}`)).body.penalty_box,
			).toBeNull();
		});

		it.each([{ active: false }, { url: null }])(
			"refuses to test a webhook with %j",
			async (settings) => {
				const { call, createWebhook } = await start();
				const { id } = await createWebhook(settings);

				const answer = await call("POST", `/v1/webhooks/${id}/send-test`);

				expect(answer).toMatchObject({
					status: 409,
					body: { code: "INVALID_OPERATION", resource_id: id },
				});
			},
		);

		it("tries a webhook before it is created, unsigned", async () => {
			const { call, receiver, bodies } = await start();
			const settings = {
				url: receiver.url,
				name: "Hook",
				reference: "hook",
				authentication_type: "API_KEY",
				api_key: "k3y",
			};

			const answer = await call(
				"POST",
				"/v1/webhooks/test-connection",
				settings,
			);

			expect(answer).toMatchObject({
				status: 200,
				body: { successful: true, message: "The receiver answered 200" },
			});
			expect(bodies()[0]).toMatchObject({
				type: "WEBHOOK.TEST",
				original_request_id: requestIdOf(answer),
				data: {
					object_type: "WEBHOOK",
					id: null,
					name: "Hook",
					reference: "hook",
					url: receiver.url,
				},
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

			const outside = await call("POST", "/v1/webhooks/test-connection", {
				...settings,
				url: "https://example.com/",
			});
			const nowhere = await call("POST", "/v1/webhooks/test-connection", {
				...settings,
				url: null,
			});
			await receiver.close();
			const closed = await call("POST", "/v1/webhooks/test-connection", {
				...settings,
				url: receiver.url,
			});

			expect(outside.body).toEqual({
				successful: false,
				message: expect.stringContaining("--allow-receiver example.com"),
			});
			expect(nowhere).toMatchObject({
				status: 400,
				body: { code: "MISSING_FIELD", field: "url" },
			});
			expect(closed.body).toEqual({
				successful: false,
				message: expect.stringContaining("ECONNREFUSED"),
			});
		});
	});

	describe("webhook events", () => {
		it("lists deliveries with their status, newest first", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			receiver.answer({ status: 200 }, { status: 500 });
			const { id } = await createWebhook();
			for (const type of [
				"CUSTOMER.CREATED",
				"CUSTOMER.UPDATED",
				"CUSTOMER.DELETE",
			]) {
				engine.send("solvimon", type);
				await engine.advance(second);
			}
			await call("POST", `/v1/webhooks/${id}/send-test`);

			const { body } = await call("GET", "/v1/webhook-events");

			expect(body).toMatchObject({
				limit: 50,
				page: 1,
				total_number_of_pages: 1,
			});
			const [deleted, updated, created] = body.data;
			expect(body.data).toHaveLength(3);
			expect(deleted).toMatchObject({
				type: "CUSTOMER.DELETE",
				status: "PENDING",
				created_at: "2026-11-20T10:15:32Z",
			});
			expect(updated).toMatchObject({
				type: "CUSTOMER.UPDATED",
				status: "PENDING",
			});
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
			expect(
				(await call("GET", `/v1/webhook-events/${created.id}`)).body,
			).toEqual(created);
			await engine.advance(7 * day);
			expect(
				(await call("GET", `/v1/webhook-events/${updated.id}`)).body,
			).toMatchObject({
				status: "FAILED",
				updated_at: "2026-11-27T02:17:31Z",
			});
		});

		it.each(["", "no JSON", '{"id":'])(
			"lists one whose body is %j, as it was sent",
			async (text) => {
				const { engine, call, createWebhook } = await start();
				await createWebhook();
				engine.send("solvimon", "CUSTOMER.CREATED", {
					body: Buffer.from(text),
				});
				await engine.advance(second);

				const { status, body } = await call("GET", "/v1/webhook-events");

				expect(status).toBe(200);
				expect(body.data[0].payload).toBe(text);
			},
		);

		it("lists them in pages and in the order asked for", async () => {
			const { engine, call, createWebhook } = await start();
			await createWebhook();
			for (const type of [
				"CUSTOMER.CREATED",
				"CUSTOMER.UPDATED",
				"CUSTOMER.DELETE",
			]) {
				engine.send("solvimon", type);
				await engine.advance(second);
			}
			const typesOf = async (query: string) =>
				(await call("GET", `/v1/webhook-events?${query}`)).body.data.map(
					({ type }: { type: string }) => type.slice(9),
				);

			expect(await typesOf("limit=2")).toEqual(["DELETE", "UPDATED"]);
			expect(await typesOf("limit=2&page=2")).toEqual(["CREATED"]);
			expect(await typesOf("order_direction=asc")).toEqual([
				"CREATED",
				"UPDATED",
				"DELETE",
			]);
			expect(await typesOf("order_by=updated_at&order_direction=asc")).toEqual([
				"CREATED",
				"UPDATED",
				"DELETE",
			]);
		});

		it("sends one again as a new event with the same bytes", async () => {
			const { engine, call, createWebhook, receiver } = await start();
			const { id } = await createWebhook();
			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.advance(hour);
			const [original] = (await call("GET", "/v1/webhook-events")).body.data;

			const again = await call(
				"POST",
				`/v1/webhook-events/${original.id}/resend`,
			);
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
			const [first, second] = receiver.requests as [
				ReceivedRequest,
				ReceivedRequest,
			];
			expect(second.body.equals(first.body)).toBe(true);
			const listed = (await call("GET", "/v1/webhook-events")).body.data;
			expect(
				listed.map((event: { id: string; status: string }) => [
					event.id,
					event.status,
				]),
			).toEqual([
				[again.body.id, "SUCCEEDED"],
				[original.id, "SUCCEEDED"],
			]);
			await call("PATCH", `/v1/webhooks/${id}`, { active: false });
			expect(
				await call("POST", `/v1/webhook-events/${original.id}/resend`),
			).toMatchObject({
				status: 409,
				body: {
					code: "INVALID_OPERATION",
					resource_id: id,
					resource_type: "WEBHOOK",
				},
			});
			await call("DELETE", `/v1/webhooks/${id}`);
			expect(
				(await call("POST", `/v1/webhook-events/${original.id}/resend`)).status,
			).toBe(409);
			expect(
				(await call("GET", `/v1/webhook-events/${original.id}`)).status,
			).toBe(200);
		});

		it("does not show tests", async () => {
			const { engine, call, createWebhook } = await start();
			const { id } = await createWebhook();
			await call("POST", `/v1/webhooks/${id}/send-test`);
			const [test] = [...engine.journal.newest()];

			expect((await call("GET", "/v1/webhook-events")).body.data).toEqual([]);
			const answer = await call(
				"GET",
				`/v1/webhook-events/${test?.id.replace("dlv_", "whev_")}`,
			);
			expect(answer.status).toBe(404);
		});
	});
});
