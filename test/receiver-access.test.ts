import express from "express";
import { describe, expect, it, onTestFinished } from "vitest";
import { coloursFor } from "../src/cli/io.ts";
import { banner } from "../src/cli/report.ts";
import { receiverSecrets } from "../src/cli/serve.ts";
import { verifyReceiver } from "../src/config/receivers.ts";
import { resolveSetup } from "../src/config/resolve.ts";
import {
	parseAllowedReceiver,
	parseRewrite,
} from "../src/delivery/allowed-receivers.ts";
import { deliveryTimeline, timelineOf } from "../src/hooks/evidence.ts";
import { setupLocalhook } from "../src/msw/setup.ts";
import { startLocalhook } from "../src/testing/start.ts";
import { emit } from "./support/dispatching.ts";
import { usual } from "./support/providers.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";
import { serve } from "./support/server.ts";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("A receiver's URL with a user and a password", () => {
	it.each([
		["me:s3same", basic("me:s3same")],
		["m%C3%A9:p%40ss%3Aw%2Ford%25", basic("mé:p@ss:w/ord%")],
		["token", basic("token:")],
		[":s3same", basic(":s3same")],
		["me:%zz%4", basic("me:%zz%4")],
		["me:%FF", `Basic ${Buffer.from("me:\xff", "latin1").toString("base64")}`],
		["mé:pä ss", basic("mé:pä ss")],
	])(
		"is delivered to with Basic authentication: %s",
		async (access, header) => {
			const { engine, hook } = await startAcme();
			const receiver = await openReceiver();
			hook("h1", receiver.url.replace("://", `://${access}@`));

			const [delivery] = await emit(engine, "anvil");
			engine.faults.set([{ fault: "cut-in-body" }]);
			const [cut] = await emit(engine, "anvil");

			expect(receiver.requests[0]?.headers.authorization).toBe(header);
			for (const attempt of [delivery?.attempts[0], cut?.attempts[0]])
				expect(attempt).toMatchObject({
					url: receiver.url,
					headers: { authorization: header },
				});
		},
	);

	it("keeps them when its deliveries are sent elsewhere, and when one is resent exactly", async () => {
		const receiver = await openReceiver();
		const { origin } = new URL(receiver.url);
		const from = "https://hooks.example.com";
		const { engine, hook } = await startAcme(
			{},
			{ receiverRules: { rewrite: [{ from, to: origin }] } },
		);
		hook("h1", "https://me:s3same@hooks.example.com/hooks");

		const [delivery] = await emit(engine, "anvil");
		engine.resend(delivery?.id ?? "", "exact");
		await engine.idle();

		const [first, again] = receiver.requests;
		expect(first?.headers.authorization).toBe(basic("me:s3same"));
		expect(again?.headers).toEqual(first?.headers);
	});

	it("gives way to what the provider itself sends", async () => {
		const { engine, hook } = await startAcme();
		const receiver = await openReceiver();
		hook("h1", receiver.url.replace("://", "://me:s3same@"), {
			headers: { Authorization: "Bearer registered" },
		});

		await emit(engine, "anvil");

		expect(receiver.requests[0]?.headers.authorization).toBe(
			"Bearer registered",
		);
	});

	it.each([
		["startLocalhook", startLocalhook],
		["setupLocalhook", setupLocalhook],
	])("is delivered to from %s, which shows neither", async (_, begin) => {
		const receiver = await openReceiver();
		const hooks = await begin({
			providers: [usual.id],
			receiver: receiver.url.replace("://", "://me:s3same@"),
		});
		onTestFinished(() => hooks.close());

		const { delivery } = await hooks.provider(usual.id).send(usual.event)
			.settled;

		expect(receiver.requests[0]?.headers.authorization).toBe(
			basic("me:s3same"),
		);
		expect(delivery.url).toBe(receiver.url.replace("://", "://(masked)@"));
		expect(JSON.stringify(hooks.provider(usual.id).endpoints())).not.toContain(
			"s3same",
		);
	});

	it.each([
		[
			"a Fetch handler",
			(seen: (header: unknown) => void) => (request: Request) => {
				seen(request.headers.get("authorization"));
				return new Response();
			},
		],
		[
			"an Express application",
			(seen: (header: unknown) => void) =>
				express().post("/hooks", (request, response) => {
					seen(request.headers.authorization);
					response.end();
				}),
		],
	])("is delivered to in this process: %s", async (_, receiverOf) => {
		const seen: unknown[] = [];
		const hooks = setupLocalhook({
			providers: [usual.id],
			receiver: receiverOf((header) => seen.push(header)) as never,
			path: () => "http://me:s3same@receiver.localhost/hooks",
		});
		onTestFinished(() => hooks.close());

		await hooks.provider(usual.id).send(usual.event).settled;

		expect(seen).toEqual([basic("me:s3same")]);
	});

	it("is shown without them, in whatever way", async () => {
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		const withPassword = receiver.url.replace("://", "://m3:s3same@");
		const { engine, control, follow } = await serve(usual.id, {
			receiver: withPassword,
		});
		const stream = await follow();
		await control("POST", "/events", {
			provider: usual.id,
			type: usual.event,
		});
		await control("POST", "/events", {
			provider: usual.id,
			type: usual.event,
			to: withPassword,
		});
		await engine.idle();
		const delivery = engine.delivery("latest");
		const plain = coloursFor({}, {});

		const shown: Record<string, unknown> = {
			banner: banner(
				plain,
				engine,
				"http://127.0.0.1:1",
				withPassword,
				undefined,
			),
			timeline: timelineOf(engine),
			"delivery timeline": deliveryTimeline(delivery),
			"event stream": await stream.take(6),
		};
		for (const path of [
			"/endpoints",
			"/deliveries",
			"/deliveries/latest",
			"/journal",
			"/export/har",
			"/export/curl",
			"/export/ndjson",
			"/wait?query=url:hooks%20state:failed&timeout=1ms",
		])
			shown[path] = (await control("GET", path)).body;
		const dryRun = { provider: usual.id, type: usual.event };
		for (const to of [undefined, withPassword])
			shown[`dry run ${to}`] = (
				await control("POST", "/events", { ...dryRun, to, dryRun: true })
			).body;
		const revealed = await control("GET", "/deliveries/latest?reveal=true");

		const [password, sent] = ["s3same", basic("m3:s3same").slice(6)];
		for (const [way, what] of Object.entries(shown)) {
			const text = typeof what === "string" ? what : JSON.stringify(what);
			expect(text, way).not.toContain(password);
			expect(text, way).not.toContain("m3:");
			expect(text, way).not.toContain(sent);
		}
		expect(revealed.body).toMatchObject({
			url: withPassword,
			attempts: [{ headers: { authorization: basic("m3:s3same") } }],
		});
	});

	it.each([
		["a receiver", () => verifyReceiver("ftp://me:s3same@a.test/")],
		["a receiver without a scheme", () => verifyReceiver("me:s3same@a.test/")],
		["an allowed receiver", () => parseAllowedReceiver("me:s3same@a.test")],
		[
			"a rewrite",
			() => parseRewrite("https://me:s3same@a.test=http://127.0.0.1"),
		],
		[
			"a rewrite's end",
			() => parseRewrite("https://a.test=http://me:s3same@127.0.0.1"),
		],
		[
			"a receiver",
			() => setupLocalhook({ receiver: "ftp://me:s3same@a.test/" }),
		],
	])("is refused without a word of them: %s", (_, refused) => {
		expect(refused).toThrow(
			expect.objectContaining({
				code: "invalid-receiver",
				message: expect.not.stringContaining("s3same"),
			}),
		);
	});

	it("is refused without a word of them where nothing can be sent", async () => {
		const { engine, hook } = await startAcme();
		hook("h1", "http://me:s3same@hooks.example.com/");
		hook("h2", "http://me:s3same@");
		const { deliveries } = engine.send("acme", "thing.made");
		await engine.idle();

		for (const { reason, attempts } of deliveries) {
			expect(reason).toBeDefined();
			expect(`${reason} ${attempts[0]?.url}`).not.toContain("s3same");
		}
	});

	it("has each form of them masked in GitHub Actions", () => {
		const secrets = receiverSecrets({
			receiver: "http://me:s3same%21@127.0.0.1/",
			receiverHeaders: { "x-gateway": "Bearer g4teway", "x-mode": "on" },
		});

		expect(secrets.sort()).toEqual(
			[
				"s3same%21",
				"s3same!",
				basic("me:s3same!").slice(6),
				"Bearer g4teway",
				"g4teway",
			].sort(),
		);
	});
});

describe("Receiver headers", () => {
	const receiverHeaders = {
		"X-Gateway-Key": " g4teway ",
		"user-agent": "mine",
		"Content-Type": "text/plain",
		host: "gateway.test",
	};

	it("go with every delivery, below the provider's own", async () => {
		const { engine, hook } = await startAcme({}, { receiverHeaders });
		const receiver = await openReceiver();
		hook("h1", receiver.url);

		const [delivery] = await emit(engine, "anvil");
		engine.resend(delivery?.id ?? "", "exact");
		await engine.idle();

		const [first, again] = receiver.requests;
		expect(first?.headers).toMatchObject({
			"x-gateway-key": "g4teway",
			"user-agent": "mine",
			"content-type": "application/json",
			host: "gateway.test",
		});
		expect(first?.headers).toHaveProperty("x-signature");
		expect(again?.headers).toEqual(first?.headers);
	});

	it.each([
		["startLocalhook", startLocalhook],
		["setupLocalhook", setupLocalhook],
	])(
		"are an option of %s, for a receiver in this process too",
		async (_, begin) => {
			const seen: unknown[] = [];
			const hooks = await begin({
				providers: [usual.id],
				receiverHeaders,
				receiver: (request: Request) => {
					const { headers } = request;
					seen.push(headers.get("x-gateway-key"), headers.get("host"));
					return new Response();
				},
			});
			onTestFinished(() => hooks.close());

			await hooks.provider(usual.id).send(usual.event).settled;

			expect(seen).toEqual(["g4teway", "gateway.test"]);
		},
	);

	it("are shown as hidden unless they are revealed", async () => {
		const receiver = await openReceiver();
		const { control, engine } = await serve(usual.id, {
			receiver: receiver.url,
			receiverHeaders,
		});
		const event = { provider: usual.id, type: usual.event };
		await control("POST", "/events", event);
		await engine.idle();

		const shown = await Promise.all([
			control("GET", "/deliveries/latest"),
			control("POST", "/events", { ...event, dryRun: true }),
			control("GET", "/export/har"),
		]);
		const revealed = await control("GET", "/deliveries/latest?reveal=true");

		for (const { body } of shown) {
			const text = JSON.stringify(body);
			expect(text).toContain("x-gateway-key");
			expect(text).not.toContain("g4teway");
		}
		expect(JSON.stringify(revealed.body)).toContain("g4teway");
	});

	it.each([
		[
			"a line break in the value",
			{ "x-key": "s3cret\r\nx-other: 1" },
			"line break",
		],
		["a character beyond Latin-1", { "x-key": "s3cret€" }, "beyond Latin-1"],
		["no text", { "x-key": 1 as never }, "is not text"],
		["a space in the name", { "x key": "s3cret" }, "not a header name"],
		["no name", { "": "s3cret" }, "not a header name"],
		[
			"what says how it is sent",
			{ "Content-Length": "5" },
			"how a request is sent",
		],
		[
			"what says how it is sent, once more",
			{ "transfer-encoding": "s3cret" },
			"how a request is sent",
		],
		["a signature", { "x-signature": "s3cret" }, "signature of acme"],
		["a signature's time", { "X-Signed-At": "s3cret" }, "signature of acme"],
	])(
		"are refused, and the value is not shown: %s",
		async (_, receiverHeaders, reason) => {
			const refused = startAcme({}, { receiverHeaders });

			await expect(refused).rejects.toMatchObject({
				code: "invalid-option",
				message: expect.stringContaining(reason),
			});
			await expect(refused).rejects.not.toThrow("s3cret");
		},
	);

	it.each([
		[["x-key: s3cret"], "must be name=value"],
		[["=s3cret"], "must be name=value"],
		[["x key=s3cret"], "not a header name"],
		[["content-length=5"], "how a request is sent"],
	])("are read from the command line: %j is refused", async (texts, reason) => {
		const refused = resolveSetup({
			flags: { receiverHeaders: texts },
			environment: {},
			folder: "/",
		});

		await expect(refused).rejects.toThrow(reason);
		await expect(refused).rejects.not.toThrow("s3cret");
	});
});
