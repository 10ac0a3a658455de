import { expect, onTestFinished, test, vi } from "vitest";
import { builtInIds } from "../src/catalog.ts";
import { fidelityMarks } from "../src/contract/fidelity.ts";
import type { Engine } from "../src/engine/engine.ts";
import { startServer } from "../src/server/server.ts";
import { acme } from "./support/acme.ts";
import { startReceiver } from "./support/receiver.ts";
import { serve } from "./support/server.ts";

async function subscribed() {
	const receiver = await startReceiver();
	onTestFinished(() => receiver.close());
	const running = await serve(acme(), { receiver: receiver.url });
	return { ...running, receiver };
}

test("health answers GET with the version, the seed and the providers", async () => {
	const { control } = await serve(acme(), { seed: "7" });

	const { status, body } = await control("GET", "/health");

	expect(status).toBe(200);
	expect(body).toMatchObject({
		status: "ok",
		seed: "7",
		providers: ["acme"],
	});
});

const [other = ""] = builtInIds;
const happening = { provider: "acme", type: "thing.made" };

test("an event that cannot be published after its reply leaves the server answering", async () => {
	const { engine } = await serve(acme());
	const failing: Engine = {
		...engine,
		handle: async (request) => ({
			...(await engine.handle(request)),
			publish: () => {
				throw new Error("no fixture\nat all");
			},
		}),
	};
	const warned = vi.spyOn(console, "warn").mockReturnValue();
	onTestFinished(() => warned.mockRestore());
	const server = await startServer({ engine: failing, port: 0 });
	onTestFinished(() => server.close());

	const answer = await fetch(`${server.url}/acme/things`);

	expect(answer.status).toBe(200);
	await vi.waitFor(() => expect(warned).toHaveBeenCalled());
	expect(warned.mock.calls).toEqual([
		["Failed to publish an event: no fixture\\nat all"],
	]);
});

test("health says the same however it is asked for", async () => {
	const { url } = await serve(acme());
	const ask = async (path: string) => {
		const answer = await fetch(`${url}/_localhook${path}`);
		const type = answer.headers.get("content-type");
		return { status: answer.status, type, body: await answer.json() };
	};

	const short = await ask("/health");
	const long = await ask("/health/");

	expect(short.status).toBe(200);
	expect(short).toEqual(long);
});

test("health answers HEAD with no body", async () => {
	const { control } = await serve(acme());

	const { status, body } = await control("HEAD", "/health");

	expect(status).toBe(200);
	expect(body).toBeUndefined();
});

test("a provider is listed with its hosts, operations and events", async () => {
	const servers = ["https://api.acme.test"];
	const { control, url } = await serve(acme({ servers }));

	const { body } = await control("GET", "/providers");

	expect(body.providers).toMatchObject([
		{ id: "acme", url: `${url}/acme`, hosts: ["api.acme.test"] },
	]);
	const [{ operations, events }] = body.providers;
	expect(operations).toContainEqual(
		expect.objectContaining({
			id: "make-thing",
			method: "POST",
			path: "/things",
		}),
	);
	expect(events.map((event: { type: string }) => event.type)).toEqual([
		"thing.made",
		"thing.lost",
	]);
});

test("those that come with localhook are listed with their options, fidelity and gaps", async () => {
	const marks = new Set<string>();
	const gaps: object[] = [];
	for (const id of builtInIds) {
		const { control, engine } = await serve(id);

		const { body } = await control("GET", "/providers");

		const [{ options, fidelity, notPlayed }] = body.providers;
		const { provider } = engine.session(id);
		expect(options.map(({ name }: { name: string }) => name)).toEqual(
			Object.keys(provider.options),
		);
		expect(fidelity.length).toBeGreaterThan(5);
		for (const { mark } of fidelity) marks.add(mark);
		gaps.push(...notPlayed);
	}

	expect(gaps).not.toEqual([]);
	for (const gap of gaps)
		expect(gap).toEqual({
			what: expect.any(String),
			why: expect.any(String),
			source: expect.stringContaining("https://"),
		});
	// A mark says also what a third party reports.
	expect(marks).toEqual(new Set(fidelityMarks));
});

test("an event reaches its endpoint with the values that were set over the fixture", async () => {
	const { control, engine, receiver } = await subscribed();

	const { status, body } = await control("POST", "/events", {
		provider: "acme",
		type: "thing.made",
		merge: { data: { name: "hammer" } },
	});
	await engine.idle();

	expect(status).toBe(202);
	expect(body.deliveries).toHaveLength(1);
	expect(receiver.requests).toHaveLength(1);
	expect(JSON.parse(receiver.requests[0]?.body.toString() ?? "")).toMatchObject(
		{ data: { name: "hammer", size: 3 } },
	);
});

test("an event that matches no endpoint says so", async () => {
	const { control } = await serve(acme());

	const { status, body } = await control("POST", "/events", {
		provider: "acme",
		type: "thing.made",
	});

	expect(status).toBe(202);
	expect(body.deliveries).toEqual([]);
	expect(body.note).toContain("thing.made");
});

test.each([
	[
		"an unknown provider",
		{ provider: "acmee", type: "x" },
		404,
		"unknown-provider",
		'Did you mean "acme"?',
	],
	[
		"an unknown event",
		{ provider: "acme", type: "thing.mde" },
		404,
		"unknown-event",
		'Did you mean "thing.made"?',
	],
	[
		"a missing type",
		{ provider: "acme" },
		400,
		"invalid-request",
		"body.type is required",
	],
	[
		"an unknown field",
		{ provider: "acme", type: "x", typ: 1 },
		400,
		"invalid-request",
		/body has no field "typ"\. Did you mean "type"/,
	],
	[
		"an unknown field that is like none",
		{ provider: "acme", type: "thing.made", zzzzzzzzz: 1 },
		400,
		"invalid-request",
		/body has no field "zzzzzzzzz"\. It takes provider, type,/,
	],
	[
		"two unknown fields, with what it takes said once",
		{
			provider: "acme",
			type: "thing.made",
			yyyyyyyyy: 1,
			zzzzzzzzz: 1,
		},
		400,
		"invalid-request",
		/has no field "yyyyyyyyy"; body has no field "zzzzzzzzz"\. It takes [^.]*\.$/,
	],
	[
		"a provider that was not started",
		{ provider: other, type: "x" },
		404,
		"unknown-provider",
		`Failed to find the provider "${other}": it comes with localhook, but it was not started. Only acme was. Start again with "localhook start acme ${other}"`,
	],
	["broken JSON", '{"provider":', 400, "malformed-request", "not JSON"],
	[
		"a number that JSON has no room for",
		'{"provider":"acme","type":"thing.made","merge":{"x":1e400}}',
		400,
		"malformed-request",
		"the number 1e400 would become null",
	],
	[
		"a number that would lose digits",
		'{"provider":"acme","type":"thing.made","merge":{"x":9007199254740993}}',
		400,
		"malformed-request",
		"the number 9007199254740993 would become 9007199254740992",
	],
	[
		"a forbidden name",
		'{"provider":"acme","type":"thing.made","merge":{"__proto__":{"x":1}}}',
		400,
		"invalid-request",
		"__proto__",
	],
])(
	"an event with %s is refused with a code and a reason",
	async (_, request, status, code, reason) => {
		const { control } = await serve(acme());

		const answer = await control("POST", "/events", request);

		expect(answer.status).toBe(status);
		expect(answer.type).toBe("application/problem+json");
		expect(answer.body.code).toBe(code);
		expect(answer.body.detail).toEqual(
			typeof reason === "string"
				? expect.stringContaining(reason)
				: expect.stringMatching(reason),
		);
	},
);

test.each([
	["provider", { provider: "x".repeat(640_000), type: "x" }],
	["type", { provider: "acme", type: "x".repeat(640_000) }],
	["endpoint", { ...happening, endpoint: "x".repeat(640_000) }],
	["to", { ...happening, to: "x".repeat(640_000) }],
	["sign", { ...happening, sign: "x".repeat(640_000) }],
])(
	"a %s of 640 kB is not repeated whole in the refusal",
	async (_, request) => {
		const { control } = await serve(acme());

		const { status, body } = await control("POST", "/events", request);

		expect(status).toBeGreaterThanOrEqual(400);
		expect(JSON.stringify(body).length).toBeLessThan(3000);
	},
);

test("a call that would lead to a flood of deliveries is refused, and nothing happens", async () => {
	const { control, engine } = await serve(acme());
	const faults = [{ fault: "burst", copies: 1000 }];
	await control("PUT", "/faults", { faults });

	const { status, body } = await control("POST", "/events", {
		...happening,
		count: 10_000,
	});

	expect([status, body.code]).toEqual([400, "invalid-request"]);
	expect(body.detail).toContain("may make 10010000 deliveries");
	expect(engine.journal.last).toBe(0);
});

test("an event that is not sent as JSON is refused", async () => {
	const { control } = await serve(acme());

	const { status, body } = await control("POST", "/events", "provider=acme", {
		"content-type": "application/x-www-form-urlencoded",
	});

	expect(status).toBe(415);
	expect(body.code).toBe("unsupported-media-type");
});

test("a delivery shows the exact bytes and headers that were sent and what came back", async () => {
	const { control, engine, receiver } = await subscribed();
	receiver.answer({
		status: 202,
		headers: { "x-mine": "1" },
		body: "accepted",
	});
	await control("POST", "/events", {
		provider: "acme",
		type: "thing.made",
	});
	await engine.idle();

	const { body } = await control("GET", "/deliveries/latest");

	const [request] = receiver.requests;
	expect(Buffer.from(body.bodyBase64, "base64")).toEqual(request?.body);
	expect(body.state).toBe("delivered");
	expect(body.attempts[0].headers["x-event"]).toBe(request?.headers["x-event"]);
	expect(body.attempts[0].response).toMatchObject({
		status: 202,
		body: "accepted",
	});
	expect(body.attempts[0].response.headers["x-mine"]).toBe("1");
});

test("deliveries are listed newest first, filtered, in pages", async () => {
	const { control, engine, receiver } = await subscribed();
	for (const type of ["thing.made", "thing.lost", "thing.made"])
		await control("POST", "/events", { ...happening, type, to: receiver.url });
	await engine.idle();

	const first = await control("GET", "/deliveries?limit=2");
	const rest = await control(
		"GET",
		`/deliveries?limit=2&before=${first.body.deliveries[1].id}`,
	);
	const filtered = await control(
		"GET",
		"/deliveries?type=thing.lost&state=delivered",
	);
	const [, second] = first.body.deliveries;
	const standing = await control("GET", `/deliveries?from=${second.id}`);
	const wanted = `type=thing.made&from=${second.id}`;
	const unwanted = await control("GET", `/deliveries?${wanted}`);

	expect(
		first.body.deliveries.map(
			(each: { event: { type: string } }) => each.event.type,
		),
	).toEqual(["thing.made", "thing.lost"]);
	expect(first.body.more).toBe(true);
	expect(rest.body).toMatchObject({
		more: false,
		deliveries: [{ event: { type: "thing.made" } }],
	});
	expect(filtered.body.deliveries).toHaveLength(1);
	expect(standing.body.deliveries).toEqual([second, ...rest.body.deliveries]);
	expect(unwanted.body.deliveries).toEqual(rest.body.deliveries);
});

test.each([
	"/deliveries?limit=0",
	"/deliveries?limit=many",
	"/deliveries?state=lost",
])("GET %s is refused with the reason", async (path) => {
	const { control } = await serve(acme());

	const { status, body } = await control("GET", path);

	expect(status).toBe(400);
	expect(body.code).toBe("invalid-request");
});

test("a delivery that is not there is not found", async () => {
	const { control } = await serve(acme());

	const { status, body } = await control("GET", "/deliveries/dlv_nothing");

	expect(status).toBe(404);
	expect(body.code).toBe("not-found");
	expect(body.detail).toContain("dlv_nothing");
});

test("a reset forgets records and deliveries and registers the receiver again", async () => {
	const { control, engine, receiver } = await subscribed();
	await control("POST", "/events", {
		provider: "acme",
		type: "thing.made",
	});
	await engine.idle();

	const { body } = await control("POST", "/reset");
	const after = await control("GET", "/deliveries");
	await control("POST", "/events", {
		provider: "acme",
		type: "thing.made",
	});
	await engine.idle();

	expect(body.reset).toEqual(["acme"]);
	expect(after.body.deliveries).toEqual([]);
	expect(receiver.requests).toHaveLength(2);
});

test("a reset of a provider that is not running names those that are", async () => {
	const { control } = await serve(acme());

	const { status, body } = await control("POST", "/reset", {
		provider: "stripe",
	});

	expect(status).toBe(404);
	expect(body.detail).toContain("acme");
});

test.each([
	["GET", "/reset"],
	["DELETE", "/events"],
	["PUT", "/health"],
])("%s %s changes nothing and is refused", async (method, path) => {
	const { control } = await serve(acme());

	const { status, body } = await control(method, path);

	expect(status).toBe(405);
	expect(body.code).toBe("method-not-allowed");
});

test("the built-in receiver accepts what verifies and refuses a changed byte", async () => {
	const { control, engine, url } = await serve(acme());
	const session = engine.session("acme");
	session.ready();
	session.provider.subscribe(
		`${url}/_localhook/receiver/acme`,
		session.context,
	);
	await control("POST", "/events", {
		provider: "acme",
		type: "thing.made",
	});
	await engine.idle();
	const { body: delivery } = await control("GET", "/deliveries/latest");
	const headers = delivery.attempts[0].headers;

	const tampered = await fetch(`${url}/_localhook/receiver/acme`, {
		method: "POST",
		headers,
		body: delivery.body.replace("anvil", "other"),
	});

	expect(delivery.attempts[0].response.body).toBe('{"verified":true}');
	expect(delivery.state).toBe("delivered");
	expect(tampered.status).toBe(401);
	expect(await tampered.json()).toMatchObject({
		verified: false,
		check: "signature",
	});
});
