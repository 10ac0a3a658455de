import { describe, expect, it } from "vitest";
import { type Face, faces } from "../support/faces.ts";
import type { ReceivedRequest } from "../support/receiver.ts";
import {
	day,
	hour,
	rollBody,
	signatureOf,
	startSolvimon,
} from "./solvimon-setup.ts";

describe.each(faces)("solvimon's secrets through the $face", ({ open }) => {
	const start = (options?: Parameters<Face["open"]>[1]) =>
		startSolvimon(open, options);

	describe("secrets", () => {
		it("gives the first secret on the first roll", async () => {
			const { call, createWebhook } = await start();
			const before = await createWebhook();

			const rolled = await call(
				"PATCH",
				`/v1/webhooks/${before.id}/secret-key`,
				rollBody,
			);

			expect(rolled.status).toBe(200);
			expect(rolled.body).toEqual({
				...before,
				secret_key: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
				secret_rolled_at: "2026-11-20T10:15:30Z",
			});
			expect((await call("GET", `/v1/webhooks/${before.id}`)).body).toEqual(
				rolled.body,
			);
		});

		it("moves the secret to the previous one, and signs with both for a day", async () => {
			const { engine, call, createWebhook, rollSecret, receiver } =
				await start();
			const { id } = await createWebhook();
			const old = await rollSecret(id);
			await engine.advance(hour);
			const rolled = await call(
				"PATCH",
				`/v1/webhooks/${id}/secret-key`,
				rollBody,
			);
			const { secret_key: fresh } = rolled.body;

			expect(fresh).not.toBe(old);
			expect(rolled.body).toMatchObject({
				previous_secret_key: old,
				previous_signing_protocol: "HmacSHA256",
				secret_rolled_at: "2026-11-20T11:15:30Z",
			});
			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.advance(day - 1);
			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.advance(1);
			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			const [first, last, after] = receiver.requests as [
				ReceivedRequest,
				ReceivedRequest,
				ReceivedRequest,
			];
			expect(first.headers["x-payload-signature"]).toBe(
				`${signatureOf(first, fresh)},${signatureOf(first, old)}`,
			);
			expect(last.headers["x-payload-signature"]).toBe(
				`${signatureOf(last, fresh)},${signatureOf(last, old)}`,
			);
			expect(after.headers["x-payload-signature"]).toBe(
				signatureOf(after, fresh),
			);
		});

		it("drops the oldest secret when rolled twice within a day", async () => {
			const { engine, call, createWebhook, rollSecret, receiver } =
				await start();
			const { id } = await createWebhook();
			const secrets = [
				await rollSecret(id),
				await rollSecret(id),
				await rollSecret(id),
			] as [string, string, string];

			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			const [request] = receiver.requests as [ReceivedRequest];
			const [, older, newest] = secrets;
			expect(new Set(secrets).size).toBe(3);
			expect(request.headers["x-payload-signature"]).toBe(
				`${signatureOf(request, newest)},${signatureOf(request, older)}`,
			);
			expect((await call("GET", `/v1/webhooks/${id}`)).body).toMatchObject({
				secret_key: newest,
				previous_secret_key: older,
			});
		});

		it("does not apply the body of a roll", async () => {
			const { call, createWebhook } = await start();
			const { id, url, name } = await createWebhook();
			const body = {
				active: false,
				include_previous_data: true,
				authentication_type: "API_KEY",
				url: "http://127.0.0.1:1/",
				name: "x",
			};

			const rolled = await call("PATCH", `/v1/webhooks/${id}/secret-key`, body);

			expect(rolled.body).toMatchObject({
				active: true,
				include_previous_data: false,
				authentication_type: "NONE",
				url,
				name,
			});
		});

		it("wants the body of the older documentation where that is in force", async () => {
			const { call } = await start({ options: { generation: "older" } });
			const { id } = (await call("POST", "/v1/webhooks", rollBody)).body;
			const path = `/v1/webhooks/${id}/secret-key`;

			for (const field of Object.keys(rollBody)) {
				const answer = await call("PATCH", path, {
					...rollBody,
					[field]: undefined,
				});
				expect(answer).toMatchObject({
					status: 400,
					body: { code: "MISSING_FIELD", field },
				});
			}
			expect(await call("PATCH", path)).toMatchObject({
				status: 400,
				body: { code: "BAD_REQUEST" },
			});
			expect(
				(await call("GET", `/v1/webhooks/${id}`)).body.secret_key,
			).toBeNull();
		});

		it.each([undefined, {}, rollBody, { active: false }])(
			"rolls with the body %j",
			async (body) => {
				const { call, createWebhook } = await start();
				const { id } = await createWebhook();

				const rolled = await call(
					"PATCH",
					`/v1/webhooks/${id}/secret-key`,
					body,
				);

				expect(rolled).toMatchObject({
					status: 200,
					body: { active: true, secret_key: expect.any(String) },
				});
			},
		);

		it("checks the body of a roll although it needs none", async () => {
			const { call, createWebhook } = await start();
			const { id } = await createWebhook();

			const answer = await call("PATCH", `/v1/webhooks/${id}/secret-key`, {
				active: 1,
			});

			expect(answer).toMatchObject({
				status: 400,
				body: { code: "INVALID_FIELD", field: "active" },
			});
		});

		it("signs with a removed secret for a day, then not at all", async () => {
			const { engine, call, createWebhook, rollSecret, receiver } =
				await start();
			const { id } = await createWebhook();
			const secret = await rollSecret(id);

			const removed = await call("DELETE", `/v1/webhooks/${id}/secret-key`);
			await engine.advance(day - 1);
			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.advance(1);
			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			expect(removed.status).toBe(200);
			expect(removed.body).toMatchObject({
				secret_key: null,
				previous_secret_key: secret,
				previous_signing_protocol: "HmacSHA256",
				secret_rolled_at: "2026-11-20T10:15:30Z",
			});
			const [signed, unsigned] = receiver.requests as [
				ReceivedRequest,
				ReceivedRequest,
			];
			expect(signed.headers["x-payload-signature"]).toBe(
				signatureOf(signed, secret),
			);
			expect(unsigned.headers).not.toHaveProperty("x-payload-signature");
			expect(unsigned.headers).not.toHaveProperty(
				"x-payload-signature-timestamp",
			);
		});

		it("removes nothing where there is nothing", async () => {
			const { engine, call, createWebhook, rollSecret } = await start();
			const { id } = await createWebhook();
			const before = await call("DELETE", `/v1/webhooks/${id}/secret-key`);
			await rollSecret(id);
			const removed = await call("DELETE", `/v1/webhooks/${id}/secret-key`);
			await engine.advance(hour);

			const again = await call("DELETE", `/v1/webhooks/${id}/secret-key`);

			expect(before.body).toMatchObject({
				secret_key: null,
				previous_secret_key: null,
				secret_rolled_at: null,
			});
			expect(again.body).toEqual(removed.body);
		});

		it("leaves a removed secret its day when a new one comes", async () => {
			const { engine, call, createWebhook, rollSecret, receiver } =
				await start();
			const { id } = await createWebhook();
			const removed = await rollSecret(id);
			await call("DELETE", `/v1/webhooks/${id}/secret-key`);
			await engine.advance(hour);
			const fresh = await rollSecret(id);

			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.advance(23 * hour);
			engine.send("solvimon", "CUSTOMER.CREATED");
			await engine.idle();

			const [within, after] = receiver.requests as [
				ReceivedRequest,
				ReceivedRequest,
			];
			expect(within.headers["x-payload-signature"]).toBe(
				`${signatureOf(within, fresh)},${signatureOf(within, removed)}`,
			);
			expect(after.headers["x-payload-signature"]).toBe(
				signatureOf(after, fresh),
			);
		});

		it("issues a secret with the webhook when told to", async () => {
			const { createWebhook } = await start({
				options: { createSecret: "issue" },
			});

			const webhook = await createWebhook();

			expect(webhook).toMatchObject({
				secret_key: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
				secret_rolled_at: null,
			});
		});
	});
});
