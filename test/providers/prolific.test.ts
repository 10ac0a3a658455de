import { createHmac } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import signatures from "../../fixtures/prolific/signatures.json" with {
	type: "json",
};
import { install } from "../../src/catalog.ts";
import type { Delivery } from "../../src/contract/records.ts";
import { refuse } from "../../src/providers/prolific/errors.ts";
import prolific from "../../src/providers/prolific/index.ts";
import { unsafeUrls } from "../support/arbitraries.ts";
import { type Caller, startOfTest } from "../support/engine.ts";
import { anyFace, type Face, faces } from "../support/faces.ts";
import { messageOf } from "../support/message.ts";
import { startPythonReceiver, withoutPython } from "../support/python.ts";
import { type ReceivedRequest, startReceiver } from "../support/receiver.ts";

const secretsPath = "/api/v1/hooks/secrets/";
const subscriptionsPath = "/api/v1/hooks/subscriptions/";
const workspace = "63519c1d5b139662f8cde482";
const study = "6394cee483e14a167638b36b";
const types = [
	"submission.status.change",
	"study.status.change",
	"study.progress.change",
	"study.has_high_return_rate",
] as const;
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const options = {
	receivers: "any",
	createReply: "flat",
	patchConfirms: "no",
	requireWorkspace: "no",
	workspaces: "all",
	json: "python",
	retry: "current",
} as const;

describe.each(faces)("prolific through the $face", ({ open }) => {
	async function start(options?: Parameters<Face["open"]>[1]) {
		const { engine, caller } = await open("prolific", options);
		return {
			engine,
			call: caller({ authorization: "Token k3Yt0nQ7" }),
			caller,
		};
	}

	describe("authentication", () => {
		it.each([
			["is missing", undefined],
			["is empty", ""],
			["is of another scheme", "Bearer k3Yt0nQ7"],
			["has no token", "Token"],
			["has an empty token", "Token "],
			["has two tokens", "Token a b"],
			["is in lower case", "token k3Yt0nQ7"],
		])("answers 401 when the header %s", async (_, authorization) => {
			const { caller } = await start();
			const call = caller(authorization === undefined ? {} : { authorization });

			const { status, body } = await call("GET", "/api/v1/hooks/event-types/");

			expect(status).toBe(401);
			expect(body.error).toEqual({
				status: 401,
				error_code: 401,
				title: "Unauthorized",
				detail: expect.stringMatching(
					/^The .* Send Authorization: Token <your API token>\.$/,
				),
			});
		});

		it("accepts only pinned tokens once there are some", async () => {
			const { caller } = await start({ credentials: ["first", "second"] });
			const statusWith = async (token: string) =>
				(
					await caller({ authorization: `Token ${token}` })(
						"GET",
						"/api/v1/hooks/event-types/",
					)
				).status;

			expect(await statusWith("first")).toBe(200);
			expect(await statusWith("second")).toBe(200);
			expect(await statusWith("third")).toBe(401);
			expect(await statusWith("firs")).toBe(401);
		});

		it("accepts no other token than the only pinned one", async () => {
			const { call } = await start({ credentials: ["only"] });

			expect((await call("GET", secretsPath)).status).toBe(401);
		});

		it.each(["", "Token abc", "a b", "a\n"])(
			"refuses to pin %j",
			async (credential) => {
				await expect(
					open("prolific", { credentials: [credential] }),
				).rejects.toMatchObject({
					code: "invalid-credential",
				});
			},
		);

		it("takes its own example of a token", async () => {
			await expect(
				open("prolific", { credentials: [prolific.credential.example] }),
			).resolves.toBeDefined();
		});
	});

	describe("requests that reach no operation", () => {
		it("answers the same with and without the slash at the end", async () => {
			const { call } = await start();
			await call("POST", secretsPath.slice(0, -1), { workspace_id: workspace });

			const bare = await call(
				"GET",
				`/api/v1/hooks/secrets?workspace_id=${workspace}`,
			);
			const slashed = await call(
				"GET",
				`/api/v1/hooks/secrets/?workspace_id=${workspace}`,
			);

			expect(bare.status).toBe(200);
			expect(bare.body).toEqual(slashed.body);
			expect(bare.body.results).toHaveLength(1);
		});

		it("answers 405 to a method that a path does not have", async () => {
			const { call } = await start();

			const { status, body, headers } = await call("PUT", secretsPath, {});

			expect(status).toBe(405);
			expect(body.error.detail).toBe(
				"PUT is not possible here. Use GET or POST.",
			);
			expect(headers.allow).toBe("GET, POST");
		});

		it("answers 400 to a body that is not JSON", async () => {
			const { call } = await start();

			const { status, body } = await call("POST", secretsPath, "{");

			expect(status).toBe(400);
			expect(body.error.detail).toMatch(/^The body is not JSON: /);
		});

		it("answers 415 to another media type", async () => {
			const { call } = await start();

			const { status, body } = await call("POST", secretsPath, "a=b", {
				"content-type": "text/plain",
			});

			expect(status).toBe(415);
			expect(body.error).toMatchObject({
				status: 415,
				title: "Unsupported media type",
			});
		});

		it("answers 400 to a path that is not percent-encoded UTF-8", async () => {
			const { call } = await start();

			const { status, body } = await call("GET", `${subscriptionsPath}%ff/`);

			expect(status).toBe(400);
			expect(body.error.detail).toBe("The path is not percent-encoded UTF-8.");
		});

		it("names the fields that break the schema", async () => {
			const { call } = await start();

			const { status, body } = await call("POST", subscriptionsPath, {
				event_type: 7,
			});

			expect(status).toBe(400);
			expect(body.error).toEqual({
				status: 400,
				error_code: 400,
				title: "Bad request",
				detail: {
					event_type: ['"event_type" must be string.'],
					target_url: ['"target_url" is required.'],
					workspace_id: ['"workspace_id" is required.'],
				},
			});
		});

		it.each([
			["POST", subscriptionsPath],
			["PATCH", `${subscriptionsPath}x/`],
		])("answers 400 to %s %s without a body", async (method, path) => {
			const { call } = await start();

			const { status, body } = await call(method, path);

			expect(status).toBe(400);
			expect(body.error.detail).toEqual({ body: ['"body" is required.'] });
		});
	});

	describe("event types", () => {
		it("lists the four with a description each", async () => {
			const { call } = await start();

			const { status, body } = await call("GET", "/api/v1/hooks/event-types/");

			expect(status).toBe(200);
			expect(
				body.results.map((each: { event_type: string }) => each.event_type),
			).toEqual(types);
			for (const { description } of body.results)
				expect(description).toMatch(/^[A-Z].+\.$/);
		});
	});

	describe("secrets", () => {
		it("creates a secret for a workspace", async () => {
			const { call } = await start();

			const { status, body } = await call("POST", secretsPath, {
				workspace_id: workspace,
			});

			expect(status).toBe(201);
			expect(body).toEqual({
				id: expect.stringMatching(/^[0-9a-f]{24}$/),
				value: expect.stringMatching(/^[A-Za-z0-9_-]{35}$/),
				workspace_id: workspace,
			});
		});

		it("replaces a workspace's secret, with 201 again", async () => {
			const { call } = await start();
			const { body: first } = await call("POST", secretsPath, {
				workspace_id: workspace,
			});

			const { status, body: second } = await call("POST", secretsPath, {
				workspace_id: workspace,
			});

			expect(status).toBe(201);
			expect(second.id).not.toBe(first.id);
			expect(second.value).not.toBe(first.value);
			expect((await call("GET", secretsPath)).body.results).toEqual([second]);
		});

		it("lists the secrets of every workspace, or of one", async () => {
			const { call } = await start();
			const { body: one } = await call("POST", secretsPath, {
				workspace_id: "one",
			});
			const { body: two } = await call("POST", secretsPath, {
				workspace_id: "two",
			});

			expect((await call("GET", secretsPath)).body).toEqual({
				results: [one, two],
			});
			expect(
				(await call("GET", `${secretsPath}?workspace_id=two`)).body,
			).toEqual({ results: [two] });
			expect(
				(await call("GET", `${secretsPath}?workspace_id=three`)).body,
			).toEqual({ results: [] });
		});

		const unnamed = [
			{ body: undefined },
			{ body: {} },
			{ body: { workspace_id: "" } },
		];

		it.each(unnamed)(
			"makes one without a workspace too, as the schema has it: $body",
			async ({ body }) => {
				const { call } = await start();

				const first = await call("POST", secretsPath, body);
				const { workspace_id } = first.body;
				const again = await call("POST", secretsPath, body);
				const named = await call("POST", secretsPath, { workspace_id });

				expect(first.status).toBe(201);
				expect(workspace_id).toMatch(/^[0-9a-f]{24}$/);
				expect(again.body.workspace_id).toBe(workspace_id);
				expect(again.body.value).not.toBe(first.body.value);
				expect((await call("GET", secretsPath)).body.results).toEqual([
					named.body,
				]);
			},
		);

		it("makes it for the first workspace where there are some", async () => {
			const { call } = await start();
			for (const workspace_id of ["one", "two"])
				await call("POST", secretsPath, { workspace_id });

			const { body } = await call("POST", secretsPath, {});

			expect(body.workspace_id).toBe("one");
		});

		it.each(unnamed)(
			"answers 400 without a workspace where requireWorkspace is yes: $body",
			async ({ body }) => {
				const { call } = await start({ options: { requireWorkspace: "yes" } });

				const { status, body: answer } = await call("POST", secretsPath, body);

				expect(status).toBe(400);
				expect(answer.error.detail).toEqual({
					workspace_id: [expect.stringContaining("is required")],
				});
			},
		);

		it("answers 400 to a workspace that is not text", async () => {
			const { call } = await start();

			const { status, body } = await call("POST", secretsPath, {
				workspace_id: 7,
			});

			expect(status).toBe(400);
			expect(body.error.detail).toEqual({
				workspace_id: ['"workspace_id" must be string.'],
			});
		});
	});

	describe("creating a subscription", () => {
		const wanted = {
			event_type: "study.status.change",
			target_url: "https://example.com/hook",
			workspace_id: workspace,
		};

		it("answers a disabled subscription and its confirmation token", async () => {
			const { call } = await start();
			await call("POST", secretsPath, { workspace_id: workspace });

			const { status, headers, body } = await call("POST", subscriptionsPath, {
				...wanted,
				is_enabled: true,
				id: "mine",
			});

			expect(status).toBe(201);
			expect(headers["X-Hook-Secret"] ?? headers["x-hook-secret"]).toMatch(
				/^[0-9a-f]{32}$/,
			);
			expect(body).toEqual({
				...wanted,
				id: expect.stringMatching(/^[0-9a-f]{24}$/),
				is_enabled: false,
			});
		});

		it("wraps the reply as documented with createReply=list", async () => {
			const { call } = await start({ options: { createReply: "list" } });
			await call("POST", secretsPath, { workspace_id: workspace });

			const { status, body } = await call("POST", subscriptionsPath, wanted);

			expect(status).toBe(201);
			expect(body).toEqual({
				results: [{ ...wanted, id: expect.any(String), is_enabled: false }],
			});
		});

		it("refuses a workspace without a secret in Prolific's words", async () => {
			const { call } = await start();
			await call("POST", secretsPath, { workspace_id: "another" });

			const { status, body } = await call("POST", subscriptionsPath, wanted);

			expect(status).toBe(400);
			expect(body.error.detail).toBe(
				"Subscriptions can only be created for workspaces with a secret.",
			);
		});

		it("refuses an unknown event type and lists the known ones", async () => {
			const { call } = await start();
			await call("POST", secretsPath, { workspace_id: workspace });

			const { status, body } = await call("POST", subscriptionsPath, {
				...wanted,
				event_type: "participant.completed",
			});

			expect(status).toBe(400);
			expect(body.error.detail).toEqual({
				event_type: [
					`"participant.completed" is not an event type; choose one of ${types.join(", ")}.`,
				],
			});
		});

		it.each([
			"",
			"example.com/hook",
			"/hook",
			"ftp://example.com/",
			"https://",
			"https://exa mple.com/",
			" https://a.com",
			...unsafeUrls,
		])(
			"refuses the receiver %j, which is not a web address",
			async (target_url) => {
				const { call } = await start();
				await call("POST", secretsPath, { workspace_id: workspace });

				const { status, body } = await call("POST", subscriptionsPath, {
					...wanted,
					target_url,
				});

				expect(status).toBe(400);
				expect(body.error.detail).toEqual({
					target_url: [
						expect.stringContaining(`"${target_url}" is not a web address`),
					],
				});
			},
		);

		it("reports every field that is wrong", async () => {
			const { call } = await start();

			const { body } = await call("POST", subscriptionsPath, {
				...wanted,
				event_type: "x",
				target_url: "y",
			});

			expect(Object.keys(body.error.detail)).toEqual([
				"event_type",
				"target_url",
			]);
		});

		it.each([
			["http://example.com/", "does not start with https://"],
			["https://localhost/", "is not publicly reachable"],
			["https://app.localhost:8443/", "is not publicly reachable"],
			["https://127.0.0.1/", "is not publicly reachable"],
			["https://2130706433/", "is not publicly reachable"],
			["https://[::1]/", "is not publicly reachable"],
		])(
			"refuses the receiver %s under strict rules",
			async (target_url, reason) => {
				const { call } = await start({ strict: true });
				await call("POST", secretsPath, { workspace_id: workspace });

				const { status, body } = await call("POST", subscriptionsPath, {
					...wanted,
					target_url,
				});

				expect(status).toBe(400);
				expect(body.error.detail.target_url[0]).toContain(
					`"${target_url}" ${reason}`,
				);
			},
		);

		it("takes a public https receiver under strict rules, and anything on the web otherwise", async () => {
			const strict = await start({ options: { receivers: "https" } });
			await strict.call("POST", secretsPath, { workspace_id: workspace });
			const relaxed = await start();
			await relaxed.call("POST", secretsPath, { workspace_id: workspace });

			expect(
				(await strict.call("POST", subscriptionsPath, wanted)).status,
			).toBe(201);
			const local = { ...wanted, target_url: "http://localhost:3000/" };
			expect(
				(await relaxed.call("POST", subscriptionsPath, local)).status,
			).toBe(201);
		});
	});

	describe("confirming a subscription", () => {
		it("enables it for the token in the body", async () => {
			const { call } = await start();
			const { id, token } = await createSubscription(call);

			const { status, body } = await call(
				"POST",
				`${subscriptionsPath}${id}/`,
				{
					secret: token,
					event_type: "ignored",
				},
			);

			expect(status).toBe(200);
			expect(body).toEqual({
				id,
				event_type: "study.status.change",
				target_url: "https://example.com/hook",
				is_enabled: true,
				workspace_id: workspace,
			});
		});

		it("stays disabled for a wrong token, and can still be confirmed", async () => {
			const { call } = await start();
			const { id, token, secret } = await createSubscription(call);

			const { status, body } = await call(
				"POST",
				`${subscriptionsPath}${id}/`,
				{ secret },
			);

			expect(status).toBe(400);
			expect(body.error.detail.secret[0]).toContain(
				`"${secret}" is not the token of this subscription`,
			);
			expect(
				(await call("GET", `${subscriptionsPath}${id}/`)).body.is_enabled,
			).toBe(false);
			expect(
				(await call("POST", `${subscriptionsPath}${id}/`, { secret: token }))
					.body.is_enabled,
			).toBe(true);
		});

		it("answers a second confirmation alike and changes nothing", async () => {
			const { call } = await start();
			const { id, token } = await confirmedSubscription(call);

			const again = await call("POST", `${subscriptionsPath}${id}/`, {
				secret: token,
			});
			await call("PATCH", `${subscriptionsPath}${id}/`, { is_enabled: false });
			const afterDisabling = await call("POST", `${subscriptionsPath}${id}/`, {
				secret: token,
			});

			expect(again).toMatchObject({ status: 200, body: { is_enabled: true } });
			expect(afterDisabling).toMatchObject({
				status: 200,
				body: { is_enabled: false },
			});
		});

		it("still refuses a wrong token after the right one", async () => {
			const { call } = await start();
			const { id } = await confirmedSubscription(call);

			const { status } = await call("POST", `${subscriptionsPath}${id}/`, {
				secret: "wrong",
			});

			expect(status).toBe(400);
		});

		it("answers 400 without a token", async () => {
			const { call } = await start();
			const { id } = await createSubscription(call);

			const { status, body } = await call(
				"POST",
				`${subscriptionsPath}${id}/`,
				{},
			);

			expect(status).toBe(400);
			expect(body.error.detail).toEqual({ secret: ['"secret" is required.'] });
		});

		it("explains where id and token belong when the token is in the path", async () => {
			const { call } = await start();
			const { id, token } = await createSubscription(call);

			const { status, body } = await call(
				"POST",
				`${subscriptionsPath}${token}/`,
				{ secret: token },
			);

			expect(status).toBe(404);
			expect(body.error.detail).toContain(
				`"${token}" is a confirmation token, not the id of a subscription.`,
			);
			expect(body.error.detail).toContain(
				'the token into the body as "secret"',
			);
			expect(
				(await call("GET", `${subscriptionsPath}${id}/`)).body.is_enabled,
			).toBe(false);
		});
	});

	it.each([
		["GET", "nobody/", undefined],
		["POST", "nobody/", { secret: "x" }],
		["PATCH", "nobody/", {}],
		["DELETE", "nobody/", undefined],
		["GET", "nobody/events/", undefined],
	])("answers 404 to %s %s", async (method, path, given) => {
		const { call } = await start();

		const { status, body } = await call(
			method,
			`${subscriptionsPath}${path}`,
			given,
		);

		expect(status).toBe(404);
		expect(body.error).toEqual({
			status: 404,
			error_code: 404,
			title: "Not found",
			detail: 'There is no subscription "nobody".',
		});
	});

	describe("listing subscriptions", () => {
		const ids = (body: { results: { id: string }[] }) =>
			body.results.map(({ id }) => id);

		it("shows enabled ones unless the others are asked for", async () => {
			const { call } = await start();
			const enabled = await confirmedSubscription(call);
			const { id: pending } = await createSubscription(call, {
				keepSecret: true,
			});

			expect(ids((await call("GET", subscriptionsPath)).body)).toEqual([
				enabled.id,
			]);
			expect(
				ids((await call("GET", `${subscriptionsPath}?is_enabled=True`)).body),
			).toEqual([enabled.id]);
			expect(
				ids((await call("GET", `${subscriptionsPath}?is_enabled=false`)).body),
			).toEqual([pending]);
			expect(
				ids((await call("GET", `${subscriptionsPath}?is_enabled=FALSE`)).body),
			).toEqual([pending]);
		});

		it("counts all matches, whatever the page", async () => {
			const { call } = await start();
			const all: string[] = [];
			for (let i = 0; i < 5; i++)
				all.push((await confirmedSubscription(call, { keepSecret: i > 0 })).id);

			const { body } = await call(
				"GET",
				`${subscriptionsPath}?limit=2&offset=1`,
			);
			const { body: beyond } = await call(
				"GET",
				`${subscriptionsPath}?offset=9`,
			);

			expect(ids(body)).toEqual(all.slice(1, 3));
			expect(body.meta).toEqual({ count: 5 });
			expect(beyond).toEqual({ results: [], meta: { count: 5 } });
		});

		it("lists one workspace alone", async () => {
			const { call } = await start();
			await confirmedSubscription(call);
			const other = await confirmedSubscription(call, { workspace: "other" });

			expect(
				ids(
					(await call("GET", `${subscriptionsPath}?workspace_id=other`)).body,
				),
			).toEqual([other.id]);
			expect(
				ids((await call("GET", `${subscriptionsPath}?workspace_id=none`)).body),
			).toEqual([]);
			expect((await call("GET", subscriptionsPath)).body.meta.count).toBe(2);
		});

		it.each(["limit=0", "limit=many", "offset=-1", "is_enabled=maybe"])(
			"answers 400 to %s",
			async (query) => {
				const { call } = await start();

				const { status, body } = await call(
					"GET",
					`${subscriptionsPath}?${query}`,
				);

				expect(status).toBe(400);
				expect(Object.keys(body.error.detail)).toEqual([query.split("=")[0]]);
			},
		);
	});

	it.each([
		"workspace_id=",
		"is_enabled=",
		"limit=&offset=",
		"workspace_id=&is_enabled=true&limit=200&offset=0",
	])("takes the empty values of %s for absent ones", async (query) => {
		const { call } = await start();
		const { id } = await confirmedSubscription(call);

		const listed = await call("GET", `${subscriptionsPath}?${query}`);
		const log = await call(
			"GET",
			`${subscriptionsPath}${id}/events/?offset=&limit=&status=&resource_id=`,
		);
		const secrets = await call("GET", `${secretsPath}?workspace_id=`);

		expect(listed.body.results).toMatchObject([{ id }]);
		expect(log.status).toBe(200);
		expect(secrets.body.results).toHaveLength(1);
	});

	it("pages by as much as is asked for: the limit of 500 is a client's own", async () => {
		const { call } = await start();

		const { status } = await call("GET", `${subscriptionsPath}?limit=501`);

		expect(status).toBe(200);
	});

	describe("updating a subscription", () => {
		it("changes what is given and keeps the rest", async () => {
			const { call } = await start();
			const { id } = await confirmedSubscription(call);
			const path = `${subscriptionsPath}${id}/`;
			const { body: before } = await call("GET", path);

			const unchanged = await call("PATCH", path, {});
			const moved = await call("PATCH", path, {
				event_type: "study.progress.change",
				target_url: "https://example.com/new",
			});
			const paused = await call("PATCH", path, {
				is_enabled: false,
				workspace_id: "ignored",
			});

			expect(unchanged).toMatchObject({ status: 200, body: before });
			const wanted = {
				...before,
				event_type: "study.progress.change",
				target_url: "https://example.com/new",
			};
			expect(moved).toMatchObject({ status: 200, body: wanted });
			expect(paused).toMatchObject({
				status: 200,
				body: { ...wanted, is_enabled: false },
			});
			expect((await call("GET", path)).body).toEqual({
				...wanted,
				is_enabled: false,
			});
		});

		it("enables a paused subscription again", async () => {
			const { call } = await start();
			const { id } = await confirmedSubscription(call);
			await call("PATCH", `${subscriptionsPath}${id}/`, { is_enabled: false });

			const { status, body } = await call(
				"PATCH",
				`${subscriptionsPath}${id}/`,
				{ is_enabled: true },
			);

			expect(status).toBe(200);
			expect(body.is_enabled).toBe(true);
		});

		it("cannot enable a subscription that was never confirmed", async () => {
			const { call } = await start();
			const { id } = await createSubscription(call);

			const { status, body } = await call(
				"PATCH",
				`${subscriptionsPath}${id}/`,
				{ is_enabled: true },
			);

			expect(status).toBe(400);
			expect(body.error.detail).toEqual({
				is_enabled: [expect.stringContaining("was never confirmed")],
			});
			expect(
				(await call("GET", `${subscriptionsPath}${id}/`)).body.is_enabled,
			).toBe(false);
		});

		it("can do so with patchConfirms=yes", async () => {
			const { call } = await start({ options: { patchConfirms: "yes" } });
			const { id } = await createSubscription(call);

			const { status, body } = await call(
				"PATCH",
				`${subscriptionsPath}${id}/`,
				{ is_enabled: true },
			);

			expect(status).toBe(200);
			expect(body.is_enabled).toBe(true);
		});

		it.each([
			[{ event_type: "nope" }, "event_type"],
			[{ target_url: "nope" }, "target_url"],
			[{ is_enabled: "yes" }, "is_enabled"],
		])("answers 400 to %j and changes nothing", async (change, field) => {
			const { call } = await start();
			const { id } = await confirmedSubscription(call);
			const { body: before } = await call("GET", `${subscriptionsPath}${id}/`);

			const { status, body } = await call(
				"PATCH",
				`${subscriptionsPath}${id}/`,
				change,
			);

			expect(status).toBe(400);
			expect(Object.keys(body.error.detail)).toEqual([field]);
			expect((await call("GET", `${subscriptionsPath}${id}/`)).body).toEqual(
				before,
			);
		});

		it("checks a new receiver by the strict rules, but not the one it has", async () => {
			const { call } = await start({
				strict: true,
				receiver: "http://127.0.0.1:1/",
			});
			const { id } = (await call("GET", subscriptionsPath)).body.results[0];

			expect(
				(
					await call("PATCH", `${subscriptionsPath}${id}/`, {
						is_enabled: false,
					})
				).status,
			).toBe(200);
			expect(
				(
					await call("PATCH", `${subscriptionsPath}${id}/`, {
						target_url: "http://a.com/",
					})
				).status,
			).toBe(400);
		});
	});

	describe("deleting a subscription", () => {
		it("removes it for good, with an empty 204", async () => {
			const { call } = await start();
			const { id } = await confirmedSubscription(call);

			const { status, body } = await call(
				"DELETE",
				`${subscriptionsPath}${id}/`,
			);

			expect(status).toBe(204);
			expect(body).toBeUndefined();
			expect((await call("GET", `${subscriptionsPath}${id}/`)).status).toBe(
				404,
			);
			expect((await call("GET", subscriptionsPath)).body.meta.count).toBe(0);
			expect((await call("DELETE", `${subscriptionsPath}${id}/`)).status).toBe(
				404,
			);
		});

		it("never gives its id to another one", async () => {
			const { call } = await start();
			const { id } = await confirmedSubscription(call);
			await call("DELETE", `${subscriptionsPath}${id}/`);

			const { id: next } = await confirmedSubscription(call, {
				keepSecret: true,
			});

			expect(next).not.toBe(id);
		});
	});

	describe("a delivery", () => {
		const bodies: Record<(typeof types)[number], string> = {
			"submission.status.change":
				'{"resource_id": "6261321e223a605c7a4f7564", "event_type": "submission.status.change", ' +
				'"participant_id": "637e081185389c0ca5595915", "status": "AWAITING REVIEW"}',
			"study.status.change": `{"resource_id": "${study}", "event_type": "study.status.change", "metadata": {}, "status": "ACTIVE"}`,
			"study.progress.change": `{"resource_id": "${study}", "event_type": "study.progress.change"}`,
			"study.has_high_return_rate": `{"resource_id": "${study}", "event_type": "study.has_high_return_rate", "metadata": {}}`,
		};

		it.each(types)(
			"carries the exact bytes of %s and its four headers",
			async (type) => {
				const { engine, call } = await start();
				const receiver = await listen();
				const { secret } = await confirmedSubscription(call, {
					type,
					url: receiver.url,
				});

				const { event } = engine.send("prolific", type);
				await engine.idle();

				const [request] = receiver.requests as [ReceivedRequest];
				expect(receiver.requests).toHaveLength(1);
				expect(request.method).toBe("POST");
				expect(request.body.toString()).toBe(bodies[type]);
				expect(request.headers).toMatchObject({
					"content-type": "application/json",
					"content-length": String(bodies[type].length),
					"x-event-id": event.id,
					"x-timestamp": String(Math.floor(startOfTest / 1000)),
					"x-prolific-request-timestamp": String(
						Math.floor(startOfTest / 1000),
					),
					"x-prolific-request-signature": signatureOf(request, secret),
				});
				for (const name of [
					"X-Event-ID",
					"X-Timestamp",
					"X-Prolific-Request-Signature",
					"X-Prolific-Request-Timestamp",
				]) {
					expect(request.rawHeaders).toContain(name);
				}
				expect(event.id).toMatch(
					/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
				);
			},
		);

		it("cuts a fraction of a second off both timestamps", async () => {
			const { engine, call } = await start();
			const receiver = await listen();
			await confirmedSubscription(call, { url: receiver.url });
			await engine.advance(1999);

			engine.send("prolific", "study.status.change");
			await engine.idle();

			const seconds = String(Math.floor(startOfTest / 1000) + 1);
			expect(receiver.requests[0]?.headers).toMatchObject({
				"x-timestamp": seconds,
				"x-prolific-request-timestamp": seconds,
			});
		});

		it("is written as Python writes JSON", async () => {
			const { engine, call } = await start();
			const receiver = await listen();
			const { secret } = await confirmedSubscription(call, {
				url: receiver.url,
			});

			engine.send("prolific", "study.status.change", {
				merge: { metadata: { title: "Café 🎉", tags: [1, true] } },
			});
			await engine.idle();

			const [request] = receiver.requests as [ReceivedRequest];
			expect(request.body.toString()).toContain(
				'"metadata": {"title": "Caf\\u00e9 \\ud83c\\udf89", "tags": [1, true]}, "status"',
			);
			expect(request.headers["x-prolific-request-signature"]).toBe(
				signatureOf(request, secret),
			);
		});

		it("is written without spaces and in UTF-8 with json=compact", async () => {
			const { engine, call } = await start({ options: { json: "compact" } });
			const receiver = await listen();
			const { secret } = await confirmedSubscription(call, {
				url: receiver.url,
			});

			engine.send("prolific", "study.status.change", {
				merge: { metadata: { title: "Café 🎉" } },
			});
			await engine.idle();

			const [request] = receiver.requests as [ReceivedRequest];
			expect(request.body.toString()).toBe(
				`{"resource_id":"${study}","event_type":"study.status.change","metadata":{"title":"Café 🎉"},"status":"ACTIVE"}`,
			);
			expect(request.headers["x-prolific-request-signature"]).toBe(
				signatureOf(request, secret),
			);
		});

		it("takes the resource from the user and the event type from the event", async () => {
			const { engine, call } = await start();
			const receiver = await listen();
			await confirmedSubscription(call, {
				url: receiver.url,
				type: "study.progress.change",
			});

			engine.send("prolific", "study.progress.change", {
				merge: { resource_id: "mine" },
			});
			engine.send("prolific", "study.progress.change", {
				payload: { resource_id: "whole" },
			});
			await engine.idle();

			expect(
				receiver.requests.map(({ body }) => JSON.parse(body.toString())),
			).toEqual([
				{ resource_id: "mine", event_type: "study.progress.change" },
				{ resource_id: "whole", event_type: "study.progress.change" },
			]);
		});

		it("goes to every enabled subscription of its type, and to no other", async () => {
			const { engine, call } = await start();
			const [one, two, otherType, pending, paused] = await Promise.all([
				listen(),
				listen(),
				listen(),
				listen(),
				listen(),
			]);
			await confirmedSubscription(call, { url: one.url });
			await confirmedSubscription(call, { url: two.url, workspace: "other" });
			await confirmedSubscription(call, {
				url: otherType.url,
				type: "study.progress.change",
				keepSecret: true,
			});
			await createSubscription(call, { url: pending.url, keepSecret: true });
			const { id } = await confirmedSubscription(call, {
				url: paused.url,
				keepSecret: true,
			});
			await call("PATCH", `${subscriptionsPath}${id}/`, { is_enabled: false });

			const { deliveries } = engine.send("prolific", "study.status.change");
			await engine.idle();

			const counts = [one, two, otherType, pending, paused].map(
				({ requests }) => requests.length,
			);
			expect(deliveries).toHaveLength(2);
			expect(counts).toEqual([1, 1, 0, 0, 0]);
			expect(one.requests[0]?.headers["x-event-id"]).toBe(
				two.requests[0]?.headers["x-event-id"],
			);
		});

		it("goes twice to a URL that is subscribed twice", async () => {
			const { engine, call } = await start();
			const receiver = await listen();
			await confirmedSubscription(call, { url: receiver.url });
			await confirmedSubscription(call, {
				url: receiver.url,
				keepSecret: true,
			});

			engine.send("prolific", "study.status.change");
			await engine.idle();

			expect(receiver.requests).toHaveLength(2);
		});

		it("follows a change of event type", async () => {
			const { engine, call } = await start();
			const receiver = await listen();
			const { id } = await confirmedSubscription(call, { url: receiver.url });
			await call("PATCH", `${subscriptionsPath}${id}/`, {
				event_type: "study.progress.change",
			});

			const before = engine.send("prolific", "study.status.change");
			const after = engine.send("prolific", "study.progress.change");

			expect(before.deliveries).toHaveLength(0);
			expect(after.deliveries).toHaveLength(1);
		});

		it("is signed by the new secret alone once there is one", async () => {
			const { engine, call } = await start();
			const receiver = await listen();
			const { secret: old } = await confirmedSubscription(call, {
				url: receiver.url,
			});
			const { body } = await call("POST", secretsPath, {
				workspace_id: workspace,
			});

			engine.send("prolific", "study.status.change");
			await engine.idle();

			const [request] = receiver.requests as [ReceivedRequest];
			expect(request.headers["x-prolific-request-signature"]).toBe(
				signatureOf(request, body.value),
			);
			expect(request.headers["x-prolific-request-signature"]).not.toBe(
				signatureOf(request, old),
			);
		});
	});

	describe("retries", () => {
		it("come up to 12 times, each after a random part of 1, 2, 4 ... 2048 minutes", async () => {
			const { engine, call } = await start();
			const receiver = await listen({ status: 500 });
			await confirmedSubscription(call, { url: receiver.url });

			const { deliveries } = engine.send("prolific", "study.status.change");
			await engine.advance(100 * hour);

			const [delivery] = deliveries as [Delivery];
			const waits = waitsOf(delivery);
			expect(receiver.requests).toHaveLength(13);
			expect(waits).toHaveLength(12);
			for (const [retry, wait] of waits.entries()) {
				expect(wait).toBeGreaterThanOrEqual(0);
				expect(wait).toBeLessThan(2 ** retry * minute);
			}
			// Full jitter, not half: some waits are in the lower half of what they may be, some in the upper.
			const shares = waits.map((wait, retry) => wait / (2 ** retry * minute));
			expect(Math.min(...shares)).toBeLessThan(0.5);
			expect(Math.max(...shares)).toBeGreaterThan(0.5);
			expect(delivery).toMatchObject({
				state: "failed",
				reason: "the provider gives up after 13 attempts",
			});
		});

		it("are never more than 12, even where the 48 hours leave room for more", async () => {
			for (const seed of ["4", "5", "6", "8"]) {
				const { engine, call } = await start({ seed });
				const receiver = await listen({ status: 500 });
				await confirmedSubscription(call, { url: receiver.url });

				engine.send("prolific", "study.status.change");
				await engine.advance(100 * hour);

				expect(receiver.requests).toHaveLength(13);
			}
		});

		it("end 48 hours after the first attempt, even if some are left", async () => {
			// With this seed the last wait would lead beyond the limit.
			const { engine, call } = await start({ seed: "7" });
			const receiver = await listen({ status: 500 });
			await confirmedSubscription(call, { url: receiver.url });

			const { deliveries } = engine.send("prolific", "study.status.change");
			await engine.advance(100 * hour);

			const [delivery] = deliveries as [Delivery];
			expect(delivery.state).toBe("failed");
			expect(delivery.attempts).toHaveLength(12);
			expect(
				(delivery.attempts.at(-1)?.at ?? 0) - startOfTest,
			).toBeLessThanOrEqual(48 * hour);
		});

		it("come at the same times for the same seed, at others for another", async () => {
			const timesWith = async (seed: string) => {
				const { engine, call } = await start({ seed });
				const receiver = await listen({ status: 500 });
				await confirmedSubscription(call, { url: receiver.url });
				const { deliveries } = engine.send("prolific", "study.status.change");
				await engine.advance(100 * hour);
				return waitsOf(deliveries[0] as Delivery);
			};

			const [first, again, other] = [
				await timesWith("a"),
				await timesWith("a"),
				await timesWith("b"),
			];

			expect(again).toEqual(first);
			expect(other).not.toEqual(first);
		});

		it("come after 1, 2, 4 ... minutes within 24 hours with retry=older", async () => {
			const { engine, call } = await start({ options: { retry: "older" } });
			const receiver = await listen({ status: 500 });
			await confirmedSubscription(call, { url: receiver.url });

			const { deliveries } = engine.send("prolific", "study.status.change");
			await engine.advance(100 * hour);

			const [delivery] = deliveries as [Delivery];
			// The eleventh would come 2047 minutes after the first attempt.
			expect(
				delivery.attempts.map(({ at }) => (at - startOfTest) / minute),
			).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023]);
			expect(delivery.state).toBe("failed");
		});

		it("never come with retry=none", async () => {
			const { engine, call } = await start({ options: { retry: "none" } });
			const receiver = await listen({ status: 500 });
			await confirmedSubscription(call, { url: receiver.url });

			engine.send("prolific", "study.status.change");
			await engine.advance(100 * hour);

			expect(receiver.requests).toHaveLength(1);
		});

		it("keep the body, the event's id and its time, and are signed anew", async () => {
			const { engine, call } = await start({ options: { retry: "older" } });
			const receiver = await listen({ status: 500 });
			const { secret } = await confirmedSubscription(call, {
				url: receiver.url,
			});

			const { event } = engine.send("prolific", "study.status.change");
			await engine.advance(3 * minute);

			const seconds = Math.floor(startOfTest / 1000);
			expect(
				receiver.requests.map(
					({ headers }) => headers["x-prolific-request-timestamp"],
				),
			).toEqual([String(seconds), String(seconds + 60), String(seconds + 180)]);
			for (const request of receiver.requests) {
				expect(request.body).toEqual(receiver.requests[0]?.body);
				expect(request.headers["x-event-id"]).toBe(event.id);
				expect(request.headers["x-timestamp"]).toBe(String(seconds));
				expect(request.headers["x-prolific-request-signature"]).toBe(
					signatureOf(request, secret),
				);
			}
		});

		it("stop at the first 2xx", async () => {
			const { engine, call } = await start({ options: { retry: "older" } });
			const receiver = await listen(
				{ status: 404 },
				{ status: 302, headers: { location: "/elsewhere" } },
				{ status: 204 },
			);
			await confirmedSubscription(call, { url: receiver.url });

			const { deliveries } = engine.send("prolific", "study.status.change");
			await engine.advance(day);

			expect(receiver.requests.map(({ url }) => url)).toEqual([
				"/hooks",
				"/hooks",
				"/hooks",
			]);
			expect(deliveries[0]?.attempts.map(({ ok }) => ok)).toEqual([
				false,
				false,
				true,
			]);
			expect(deliveries[0]?.state).toBe("delivered");
		});

		it("come after a failed connection too", async () => {
			const { engine, call } = await start({ options: { retry: "older" } });
			const receiver = await startReceiver();
			await receiver.close();
			await confirmedSubscription(call, { url: receiver.url });

			const { deliveries } = engine.send("prolific", "study.status.change");
			await engine.advance(minute);

			expect(deliveries[0]?.attempts.map(({ error }) => error?.code)).toEqual([
				"connection",
				"connection",
			]);
		});

		it("are signed with the secret, and go to the URL, of their moment", async () => {
			const { engine, call } = await start({ options: { retry: "older" } });
			const [before, after] = [await listen({ status: 500 }), await listen()];
			const { id } = await confirmedSubscription(call, { url: before.url });
			engine.send("prolific", "study.status.change");
			await engine.idle();
			const { body: rotated } = await call("POST", secretsPath, {
				workspace_id: workspace,
			});
			await call("PATCH", `${subscriptionsPath}${id}/`, {
				target_url: after.url,
			});

			await engine.advance(minute);

			const [request] = after.requests as [ReceivedRequest];
			expect(before.requests).toHaveLength(1);
			expect(request.headers["x-prolific-request-signature"]).toBe(
				signatureOf(request, rotated.value),
			);
		});

		it.each([
			["disabled", "PATCH", { is_enabled: false }],
			["deleted", "DELETE", undefined],
		])(
			"are cancelled once their subscription is %s",
			async (_, method, given) => {
				const { engine, call } = await start({ options: { retry: "older" } });
				const receiver = await listen({ status: 500 });
				const { id } = await confirmedSubscription(call, { url: receiver.url });
				const { deliveries } = engine.send("prolific", "study.status.change");
				await engine.idle();
				await call(method, `${subscriptionsPath}${id}/`, given);

				await engine.advance(day);

				expect(receiver.requests).toHaveLength(1);
				expect(deliveries[0]?.state).toBe("cancelled");
			},
		);
	});

	describe("persistent failures", () => {
		async function failing(count = 1) {
			const { engine, call } = await start({ options: { retry: "none" } });
			const receiver = await listen({ status: 500 });
			const subscriptions: string[] = [];
			for (let i = 0; i < count; i++) {
				subscriptions.push(
					(
						await confirmedSubscription(call, {
							url: receiver.url,
							keepSecret: i > 0,
						})
					).id,
				);
			}
			const emit = async (after = 0) => {
				await engine.advance(after);
				engine.send("prolific", "study.status.change");
				await engine.idle();
			};
			const enabled = async (id: string): Promise<boolean> =>
				(await call("GET", `${subscriptionsPath}${id}/`)).body.is_enabled;
			return {
				engine,
				call,
				receiver,
				subscriptions,
				id: subscriptions[0] as string,
				emit,
				enabled,
			};
		}

		it("disable a subscription at the attempt that completes five days", async () => {
			const { id, emit, enabled, receiver } = await failing();
			await emit();
			for (let i = 0; i < 4; i++) await emit(day);
			await emit(day - 1);
			const justBefore = await enabled(id);

			await emit(1);

			expect(justBefore).toBe(true);
			expect(await enabled(id)).toBe(false);
			await emit(day);
			expect(receiver.requests).toHaveLength(7);
		});

		it("disable all of them at the first retry that is old enough", async () => {
			const { engine, call } = await start();
			const receiver = await listen({ status: 500 });
			const { id } = await confirmedSubscription(call, { url: receiver.url });
			const { id: twin } = await confirmedSubscription(call, {
				url: receiver.url,
				keepSecret: true,
			});
			const deliveries: Delivery[] = [];
			for (const wait of [2 * day, 2 * day, day - hour, 5 * day]) {
				deliveries.push(
					...engine.send("prolific", "study.status.change").deliveries,
				);
				await engine.advance(wait);
			}

			const ages = deliveries.flatMap(({ attempts }) =>
				attempts.map(({ at }) => at - startOfTest),
			);
			expect(ages.filter((age) => age >= 5 * day)).toHaveLength(1);
			for (const last of deliveries.slice(-2)) {
				expect(last.createdAt - startOfTest).toBe(5 * day - hour);
				expect(last.attempts.length).toBeGreaterThan(1);
				expect(last.state).toBe("cancelled");
			}
			const { body } = await call(
				"GET",
				`${subscriptionsPath}?is_enabled=false`,
			);
			expect(body.results.map((each: { id: string }) => each.id)).toEqual([
				id,
				twin,
			]);
		});

		it("disable every subscription to that event type at that URL, and no other", async () => {
			const { call, receiver, subscriptions, emit, enabled } = await failing(2);
			const otherType = {
				url: receiver.url,
				type: "study.progress.change",
				keepSecret: true,
			};
			const { id: sameUrl } = await confirmedSubscription(call, otherType);
			const { id: sameType } = await confirmedSubscription(call, {
				url: (await listen()).url,
				keepSecret: true,
			});

			await emit();
			await emit(5 * day);

			expect(await Promise.all(subscriptions.map(enabled))).toEqual([
				false,
				false,
			]);
			expect(await Promise.all([sameUrl, sameType].map(enabled))).toEqual([
				true,
				true,
			]);
		});

		it("are forgotten at any success", async () => {
			const { receiver, id, emit, enabled } = await failing();
			await emit();
			await emit(4 * day);
			receiver.answer({ status: 200 }, { status: 500 });
			await emit(hour);

			await emit(day);
			await emit(4 * day);
			const afterFourDays = await enabled(id);
			await emit(day);

			expect(afterFourDays).toBe(true);
			expect(await enabled(id)).toBe(false);
		});

		it("are forgotten at a success of another subscription of the same type and URL", async () => {
			const { receiver, subscriptions, emit, enabled } = await failing(2);
			receiver.answer(
				...Array.from({ length: 20 }, (_, index) => ({
					status: index % 2 === 0 ? 500 : 200,
				})),
			);

			for (let i = 0; i < 10; i++) await emit(day);

			expect(receiver.requests).toHaveLength(20);
			expect(await Promise.all(subscriptions.map(enabled))).toEqual([
				true,
				true,
			]);
		});

		it("are not forgotten at a success of another event type", async () => {
			const { engine, call, receiver, id, emit, enabled } = await failing();
			await confirmedSubscription(call, {
				url: receiver.url,
				type: "study.progress.change",
				keepSecret: true,
			});
			receiver.answer(({ body }) => ({
				status: body.includes("progress") ? 200 : 500,
			}));
			await emit();
			await engine.advance(4 * day);
			const { deliveries } = engine.send("prolific", "study.progress.change");

			await emit(day);

			expect(deliveries.map(({ state }) => state)).toEqual(["delivered"]);
			expect(await enabled(id)).toBe(false);
		});

		it("are counted anew once the subscription is enabled again", async () => {
			const { call, id, emit, enabled } = await failing();
			await emit();
			await emit(5 * day);
			const { status } = await call("PATCH", `${subscriptionsPath}${id}/`, {
				is_enabled: true,
			});

			await emit(10 * day);
			const atFirstFailure = await enabled(id);
			await emit(5 * day - 1);
			const justBefore = await enabled(id);
			await emit(1);

			expect(status).toBe(200);
			expect([atFirstFailure, justBefore, await enabled(id)]).toEqual([
				true,
				true,
				false,
			]);
		});

		it("deliver again after a repair", async () => {
			const { call, receiver, id, emit, enabled } = await failing();
			await emit();
			await emit(5 * day);
			receiver.answer({ status: 200 });
			await call("PATCH", `${subscriptionsPath}${id}/`, { is_enabled: true });

			await emit(hour);

			expect(receiver.requests).toHaveLength(3);
			expect(await enabled(id)).toBe(true);
		});
	});

	describe("the event log", () => {
		async function log(call: Caller, id: string, query = "") {
			return call("GET", `${subscriptionsPath}${id}/events/${query}`);
		}

		it("shows one record for an event, whatever its attempts", async () => {
			const { engine, call } = await start({ options: { retry: "older" } });
			const receiver = await listen({ status: 500 }, { status: 200 });
			const { id } = await confirmedSubscription(call, { url: receiver.url });
			await engine.advance(250);
			engine.send("prolific", "study.status.change");
			await engine.idle();
			const pending = (await log(call, id)).body;

			await engine.advance(minute);
			const settled = (await log(call, id)).body;

			expect(pending).toEqual({
				results: [
					{
						id: expect.stringMatching(/^[0-9a-f]{24}$/),
						datetime_created: "2026-11-20T10:15:30.250000Z",
						datetime_updated: "2026-11-20T10:15:30.250000Z",
						event_type: "study.status.change",
						resource_id: study,
						status: "PENDING",
						target_url: receiver.url,
						payload: {
							resource_id: study,
							event_type: "study.status.change",
							metadata: {},
							status: "ACTIVE",
						},
					},
				],
				meta: { count: 1 },
			});
			expect(settled.results).toEqual([
				{
					...pending.results[0],
					status: "SUCCEEDED",
					datetime_updated: "2026-11-20T10:16:30.250000Z",
				},
			]);
		});

		/** Three events: delivered, given up, and still waiting. */
		async function threeEvents() {
			const { engine, call } = await start({ options: { retry: "older" } });
			const receiver = await listen({ status: 200 }, { status: 500 });
			const { id } = await confirmedSubscription(call, { url: receiver.url });
			for (const resource_id of ["delivered", "given-up", "waiting"]) {
				engine.send("prolific", "study.status.change", {
					merge: { resource_id },
				});
				await engine.idle();
				if (resource_id === "given-up") await engine.advance(2 * day);
			}
			return { call, id };
		}

		it.each([
			["", ["delivered", "given-up", "waiting"]],
			["?status=SUCCEEDED", ["delivered"]],
			["?status=FAILED", ["given-up"]],
			["?status=PENDING", ["waiting"]],
			[
				`?status=${encodeURIComponent('["FAILED","PENDING"]')}`,
				["given-up", "waiting"],
			],
			[`?status=${encodeURIComponent("[]")}`, []],
			["?resource_id=delivered", ["delivered"]],
			["?resource_id=unheard-of", []],
			["?resource_id=delivered&status=FAILED", []],
		])("filters by %j", async (query, expected) => {
			const { call, id } = await threeEvents();

			const { status, body } = await log(call, id, query);

			expect(status).toBe(200);
			expect(
				body.results.map((each: { resource_id: string }) => each.resource_id),
			).toEqual(expected);
			expect(body.meta).toEqual({ count: expected.length });
		});

		it("has pages", async () => {
			const { call, id } = await threeEvents();

			const { body } = await log(call, id, "?limit=1&offset=1");

			expect(
				body.results.map((each: { resource_id: string }) => each.resource_id),
			).toEqual(["given-up"]);
			expect(body.meta).toEqual({ count: 3 });
		});

		it.each(["DONE", "failed", "[", '["FAILED","DONE"]', "[1]", '"FAILED"'])(
			"answers 400 to the status %j",
			async (status) => {
				const { call } = await start();
				const { id } = await confirmedSubscription(call);

				const reply = await log(
					call,
					id,
					`?status=${encodeURIComponent(status)}`,
				);

				expect(reply.status).toBe(400);
				expect(reply.body.error.detail).toEqual({
					status: [expect.stringContaining(`"${status}" is not a status`)],
				});
			},
		);

		it.each(["limit=0", "limit=1001", "offset=-1"])(
			"answers 400 to %s",
			async (query) => {
				const { call } = await start();
				const { id } = await confirmedSubscription(call);

				expect((await log(call, id, `?${query}`)).status).toBe(400);
			},
		);

		it("shows a cancelled delivery as FAILED", async () => {
			const { engine, call } = await start({ options: { retry: "older" } });
			const receiver = await listen({ status: 500 });
			const { id } = await confirmedSubscription(call, { url: receiver.url });
			engine.send("prolific", "study.status.change");
			await engine.idle();
			await call("PATCH", `${subscriptionsPath}${id}/`, { is_enabled: false });
			await engine.advance(day);

			const { body } = await log(call, id);

			expect(body.results).toMatchObject([{ status: "FAILED" }]);
		});

		it("shows only the subscription's own", async () => {
			const { engine, call } = await start();
			const receiver = await listen();
			const { id } = await confirmedSubscription(call, { url: receiver.url });
			const other = {
				url: receiver.url,
				type: "study.progress.change",
				keepSecret: true,
			};
			const { id: idle } = await confirmedSubscription(call, other);
			engine.send("prolific", "study.status.change");
			await engine.idle();

			expect((await log(call, id)).body.meta.count).toBe(1);
			expect((await log(call, idle)).body).toEqual({
				results: [],
				meta: { count: 0 },
			});
		});
	});

	describe("a receiver from the start", () => {
		it("gets every event type, signed with a secret that the API shows", async () => {
			const receiver = await listen();
			const { engine, call } = await start({ receiver: receiver.url });

			for (const type of types) engine.send("prolific", type);
			await engine.idle();

			const [secret] = (await call("GET", secretsPath)).body.results;
			expect(receiver.requests).toHaveLength(4);
			for (const request of receiver.requests) {
				expect(request.headers["x-prolific-request-signature"]).toBe(
					signatureOf(request, secret.value),
				);
			}
			expect(secret.workspace_id).toMatch(/^[0-9a-f]{24}$/);
			expect(
				(
					await call(
						"GET",
						`${subscriptionsPath}?workspace_id=${secret.workspace_id}`,
					)
				).body.meta.count,
			).toBe(4);
			expect(
				(await call("GET", `${subscriptionsPath}?is_enabled=false`)).body.meta
					.count,
			).toBe(0);
		});

		it("keeps its secret and its subscriptions over a restart and a reset", async () => {
			const state = async (call: Caller) => [
				(await call("GET", secretsPath)).body,
				(await call("GET", subscriptionsPath)).body,
			];
			const { engine, call } = await start({ receiver: "http://127.0.0.1:1/" });
			const before = await state(call);
			await confirmedSubscription(call);
			const { workspace_id } = before[0].results[0];
			await call("POST", secretsPath, { workspace_id });

			await engine.reset("prolific");
			const restarted = await start({ receiver: "http://127.0.0.1:1/" });

			expect(await state(call)).toEqual(before);
			expect(await state(restarted.call)).toEqual(before);
		});
	});

	describe("determinism and isolation", () => {
		it("gives the same ids, tokens and secrets for the same seed, others for another", async () => {
			const runWith = async (seed: string) => {
				const { engine, call } = await start({ seed });
				const first = await confirmedSubscription(call);
				const second = await confirmedSubscription(call);
				const { event } = engine.send("prolific", "study.status.change");
				const { event: next } = engine.send("prolific", "study.status.change");
				return [
					first.id,
					first.token,
					first.secret,
					second.id,
					second.token,
					second.secret,
					event.id,
					next.id,
				];
			};

			const [one, again, other] = [
				await runWith("one"),
				await runWith("one"),
				await runWith("other"),
			];

			expect(again).toEqual(one);
			expect(new Set([...one, ...other])).toHaveLength(16);
		});

		it("gives a workspace the same secret whatever happens elsewhere", async () => {
			const quiet = await start();
			const busy = await start();
			await confirmedSubscription(busy.call, { workspace: "elsewhere" });
			busy.engine.send("prolific", "study.status.change");

			const { body: expected } = await quiet.call("POST", secretsPath, {
				workspace_id: workspace,
			});
			const { body } = await busy.call("POST", secretsPath, {
				workspace_id: workspace,
			});

			expect(body).toEqual(expected);
		});

		it("shares nothing between two engines", async () => {
			const one = await start();
			const two = await start();
			const { id } = await confirmedSubscription(one.call);

			expect((await two.call("GET", secretsPath)).body.results).toEqual([]);
			expect((await two.call("GET", `${subscriptionsPath}${id}/`)).status).toBe(
				404,
			);
			expect(
				two.engine.send("prolific", "study.status.change").deliveries,
			).toEqual([]);
		});

		it("starts over after a reset", async () => {
			const { engine, call } = await start({ options: { retry: "older" } });
			const receiver = await listen({ status: 500 });
			const first = await confirmedSubscription(call, { url: receiver.url });
			const { event } = engine.send("prolific", "study.status.change");
			await engine.idle();

			await engine.reset();
			const listed = (await call("GET", secretsPath)).body.results;
			const found = await call("GET", `${subscriptionsPath}${first.id}/`);
			await engine.advance(day);
			const second = await confirmedSubscription(call, { url: receiver.url });
			const { event: next } = engine.send("prolific", "study.status.change");
			await engine.idle();

			expect(listed).toEqual([]);
			expect(found.status).toBe(404);
			expect(receiver.requests).toHaveLength(2);
			expect(second).toEqual(first);
			expect(next.id).toBe(event.id);
			expect([...engine.journal.newest()]).toHaveLength(1);
		});
	});
});

describe.skipIf(withoutPython)("a receiver of prolific's in Python", () => {
	async function delivered(
		environment: Record<string, string>,
		options: Record<string, string> = {},
	) {
		const { engine, caller } = await anyFace.open("prolific", {
			options: { retry: "none", ...options },
		});
		const call = caller({ authorization: "Token k3Yt0nQ7" });
		const { body: secret } = await call("POST", secretsPath, {
			workspace_id: workspace,
		});
		const { url } = await startPythonReceiver("prolific", {
			PROLIFIC_SECRET: secret.value,
			...environment,
		});
		await confirmedSubscription(call, { url, keepSecret: true });
		const set = {
			metadata: {
				title: "Café culture… naïve? 🎉",
				note: 'a "quote": and, more\\',
				count: 3,
			},
		};
		const { deliveries } = engine.send("prolific", "study.status.change", {
			merge: set,
		});
		await engine.idle();
		return { url, delivery: deliveries[0] as Delivery };
	}

	it.each(["dumps", "raw"])(
		"accepts deliveries, and refuses them with one byte changed, when it hashes the body as %s",
		async (PROLIFIC_BODY) => {
			const { url, delivery } = await delivered({ PROLIFIC_BODY });
			const headers = { ...delivery.attempts[0]?.headers };
			const changed = Buffer.from(delivery.body);
			const place = changed.indexOf("ACTIVE");
			changed[place] = (changed[place] as number) ^ 2;
			const post = async (body: Uint8Array) =>
				(
					await fetch(url, {
						method: "POST",
						headers,
						body: new Uint8Array(body),
					})
				).status;

			expect(delivery.attempts[0]?.response?.status).toBe(200);
			expect(delivery.state).toBe("delivered");
			expect(await post(delivery.body)).toBe(200);
			expect(await post(changed)).toBe(401);
		},
	);

	it("refuses another timestamp and another secret", async () => {
		const { url, delivery } = await delivered({});
		const headers = {
			...delivery.attempts[0]?.headers,
			"X-Prolific-Request-Timestamp": "1718524800",
		};
		const { delivery: foreign } = await delivered({
			PROLIFIC_SECRET: "another",
		});

		expect(
			(
				await fetch(url, {
					method: "POST",
					headers,
					body: new Uint8Array(delivery.body),
				})
			).status,
		).toBe(401);
		expect(foreign.attempts[0]?.response?.status).toBe(401);
	});

	it("shows what json=compact breaks: a receiver that hashes what it dumped again", async () => {
		const { delivery: dumped } = await delivered(
			{ PROLIFIC_BODY: "dumps" },
			{ json: "compact" },
		);
		const { delivery: raw } = await delivered(
			{ PROLIFIC_BODY: "raw" },
			{ json: "compact" },
		);

		expect(dumped.attempts[0]?.response?.status).toBe(401);
		expect(raw.attempts[0]?.response?.status).toBe(200);
	});
});

describe("prolific's signature", () => {
	const signer = prolific.signer(options);

	it.each(signatures.vectors)(
		"agrees with the vector: $name",
		({ secret, timestamp, body, signature, valid }) => {
			const message = { body: Buffer.from(body), secrets: [secret] };
			const headers = {
				"x-prolific-request-signature": signature,
				"x-prolific-request-timestamp": timestamp,
			};

			expect(signer.verify({ ...message, headers }).ok).toBe(valid);
			const signed = signer.sign(
				messageOf({ ...message, at: Number(timestamp) * 1000 }),
			);
			expect(signed["X-Prolific-Request-Signature"] === signature).toBe(valid);
		},
	);

	it.each(["", "soon", "1718524800.5", "-1", "0x10"])(
		"does not take %j for a timestamp",
		(timestamp) => {
			const message = { body: Buffer.from("{}"), secrets: ["s"] };
			const headers = {
				"x-prolific-request-signature": signer.sign(
					messageOf({ ...message, at: 0 }),
				)["X-Prolific-Request-Signature"],
				"x-prolific-request-timestamp": timestamp,
			};

			expect(signer.verify({ ...message, headers })).toMatchObject({
				ok: false,
				check: "timestamp-header",
			});
		},
	);
});

describe("prolific's definition", () => {
	it("leaves a receiver ten seconds to answer, and does not wait with one event for another", () => {
		const { timeout, ordered } = prolific.delivery(options);

		expect(timeout).toBe(10_000);
		expect(ordered).toBe(false);
	});

	it("has words for the failures that its operations never cause", () => {
		expect(refuse({ kind: "forbidden", reason: "not yours" }).status).toBe(404);
		expect(refuse({ kind: "internal", reason: "a fault" }).status).toBe(500);
		expect(
			refuse({ kind: "not-found", resource: "thing", id: "x" }).body,
		).toEqual({
			error: {
				status: 404,
				error_code: 404,
				title: "Not found",
				detail: 'There is no thing "x".',
			},
		});
	});
});

describe("prolific's fidelity record", async () => {
	const claims = (await install("prolific")).fidelity?.fidelity ?? [];

	it("mentions every option, and every option it mentions exists", () => {
		const mentioned = new Set(claims.flatMap(({ option }) => option ?? []));

		expect([...mentioned].sort()).toEqual(Object.keys(prolific.options).sort());
	});

	it("gives a source for every claim, and no claim twice", () => {
		for (const { source, claim } of claims) {
			expect(URL.parse(source)?.protocol).toBe("https:");
			expect(claim).toMatch(/\.$/);
		}
		expect(new Set(claims.map(({ claim }) => claim))).toHaveLength(
			claims.length,
		);
	});
});

interface Wanted {
	readonly workspace?: string;
	readonly type?: string;
	readonly url?: string | undefined;
	/** Use the secret that the workspace has. */
	readonly keepSecret?: boolean;
}

async function createSubscription(call: Caller, wanted: Wanted = {}) {
	const workspace_id = wanted.workspace ?? workspace;
	const { body: secret } = wanted.keepSecret
		? { body: {} }
		: await call("POST", secretsPath, { workspace_id });
	const { status, body, headers } = await call("POST", subscriptionsPath, {
		event_type: wanted.type ?? "study.status.change",
		target_url: wanted.url ?? "https://example.com/hook",
		workspace_id,
	});
	if (status !== 201) throw new Error(JSON.stringify(body));
	const token =
		headers["X-Hook-Secret"] ?? (headers["x-hook-secret"] as string);
	return { id: body.id as string, token, secret: secret.value as string };
}

async function confirmedSubscription(call: Caller, wanted: Wanted = {}) {
	const created = await createSubscription(call, wanted);
	const { status, body } = await call(
		"POST",
		`${subscriptionsPath}${created.id}/`,
		{ secret: created.token },
	);
	if (status !== 200) throw new Error(JSON.stringify(body));
	return created;
}

async function listen(
	...answers: Parameters<Awaited<ReturnType<typeof startReceiver>>["answer"]>
) {
	const receiver = await startReceiver();
	onTestFinished(() => receiver.close());
	if (answers.length > 0) receiver.answer(...answers);
	return receiver;
}

/** The documented formula, written down a second time. */
function signatureOf(
	{ headers, body }: ReceivedRequest,
	secret: string,
): string {
	const timestamp = headers["x-prolific-request-timestamp"] as string;
	return createHmac("sha256", secret)
		.update(`${timestamp}${body.toString()}`)
		.digest("base64");
}

function waitsOf({ attempts }: Delivery): number[] {
	return attempts
		.slice(1)
		.map(({ at }, index) => at - (attempts[index]?.at ?? 0));
}
