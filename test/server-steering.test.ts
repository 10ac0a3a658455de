import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { builtInIds } from "../src/catalog.ts";
import { createSystemClock } from "../src/delivery/clock.ts";
import { firstAttempts } from "../src/server/control/deliveries.ts";
import { acme } from "./support/acme.ts";
import { shell, withoutShell } from "./support/commands.ts";
import { minute, ordered, retrying } from "./support/dispatching.ts";
import { readersOf } from "./support/readers.ts";
import { hooksOf, openReceiver } from "./support/running-acme.ts";
import { serve } from "./support/server.ts";

const provider = "acme";
const type = "thing.made";
const event = { provider, type };
/** Tries twelve times more, each after an hour, and can replace a secret. */
const patient = acme({
	...retrying(...Array<number>(12).fill(60 * minute)),
	rotations: ["replace"],
});
const [other = ""] = builtInIds;
const outagePath = "/endpoints/acme/receiver/outage";

/** A server whose only endpoint is a receiver of the test's own. */
async function subscribed(installed = patient) {
	const receiver = await openReceiver();
	const running = await serve(installed, { receiver: receiver.url });
	const emit = async (request: object = {}) => {
		const { status, body } = await running.control("POST", "/events", {
			...event,
			...request,
		});
		await running.engine.idle();
		return { status, ...body };
	};
	return { ...running, receiver, emit };
}

const parsed = ({ body }: { body: Buffer }) => JSON.parse(body.toString());

describe("sending with wait", () => {
	it("answers once each first attempt was made, or cannot come at once", async () => {
		const receiver = await openReceiver();
		const { control, engine } = await serve(acme(ordered(minute)), {
			receiver: receiver.url,
		});
		const send = (wait: boolean, count = 1) =>
			control("POST", "/events", { ...event, count, wait });
		receiver.answer({}, {}, {}, { status: 500 }, {});

		const { body: inOrder } = await send(true, 3);
		const { body: failing } = await send(true);
		const { body: behind } = await send(true);
		const { body: hasty } = await send(false);

		const attempts = [inOrder, failing, behind, hasty].map(({ deliveries }) =>
			deliveries.map((each: { attempts: number }) => each.attempts),
		);
		expect(attempts).toEqual([[1, 1, 1], [1], [0], [0]]);
		await engine.idle();
	});

	it("does not wait for somebody who has gone", async () => {
		const { engine } = await subscribed();
		const { deliveries } = engine.send(provider, type, {});
		const gone = new AbortController();

		const waited = firstAttempts(engine, deliveries, gone.signal);
		gone.abort();

		await expect(waited).resolves.toBeUndefined();
	});
});

describe("the clock", () => {
	it("says what is due next, and goes there", async () => {
		const { control, receiver, emit } = await subscribed();
		receiver.answer({ status: 500 }, {});
		const { deliveries } = await emit();
		const { body: before } = await control("GET", "/clock");

		const { body: turned } = await control("POST", "/clock/next");

		expect(before).toMatchObject({ mode: "virtual", speed: 1, pending: 1 });
		expect(before.due).toMatchObject({
			delivery: deliveries[0].id,
			provider: event.provider,
			event: { type: event.type },
			attempt: 2,
		});
		expect(turned).toEqual({
			now: before.due.at,
			attempts: 1,
			pending: 0,
			ran: before.due,
		});
		expect(receiver.requests).toHaveLength(2);
	});

	it("has nothing to go to when nothing is due", async () => {
		const { control } = await serve(patient);

		const { body } = await control("POST", "/clock/next");

		expect(body).toMatchObject({ ran: null, attempts: 0, pending: 0 });
	});

	it("advances by a length of time", async () => {
		const { control, receiver, emit } = await subscribed();
		receiver.answer({ status: 500 });
		await emit();

		const { body } = await control("POST", "/clock/advance", { by: "3d" });

		expect(body).toEqual({
			now: "2026-11-23T10:15:30.000Z",
			attempts: 12,
			pending: 0,
		});
		expect(receiver.requests).toHaveLength(13);
	});

	it("drains up to a bound, which it says, and then to the end", async () => {
		const { control, receiver, emit } = await subscribed();
		receiver.answer({ status: 500 });
		await emit();

		const bounded = await control("POST", "/clock/drain", { attempts: 2 });
		const { body } = await control("POST", "/clock/drain");

		expect(bounded.body).toMatchObject({
			attempts: 2,
			pending: 1,
			stopped: true,
		});
		expect(body).toMatchObject({ attempts: 10, pending: 0, stopped: false });
	});

	it("cannot be turned when it is real", async () => {
		const { control } = await serve(patient, { clock: createSystemClock() });

		const answers = [
			await control("POST", "/clock/advance", { by: "3d" }),
			await control("POST", "/clock/next"),
			await control("POST", "/clock/drain"),
		];

		expect((await control("GET", "/clock")).body.mode).toBe("real");
		for (const { status, body } of answers) {
			expect(status).toBe(409);
			expect(body.code).toBe("clock-is-real");
			expect(body.detail).toContain("--clock virtual");
		}
	});
});

describe("an event", () => {
	it("has values put at their paths, typed as they were", async () => {
		const { receiver, emit } = await subscribed();

		await emit({
			set: { "data.name": "17", "data.size": "18" },
			unchecked: true,
		});

		expect(receiver.requests.map(parsed)).toMatchObject([
			{ data: { name: "17", size: 18 } },
		]);
	});

	it("carries bytes as they are", async () => {
		const { receiver, emit } = await subscribed();
		const bytes = Buffer.from([0, 255, 13, 10, 0x7b]);

		await emit({ body: bytes.toString("base64") });

		expect(receiver.requests[0]?.body).toEqual(bytes);
	});

	it("goes to a URL that nobody registered, signed as for one who did", async () => {
		const { receiver, emit } = await subscribed();
		const other = await openReceiver();

		const { deliveries } = await emit({ to: other.url });

		expect(deliveries).toMatchObject([{ url: other.url }]);
		expect(receiver.requests).toEqual([]);
		expect(other.requests[0]?.headers).toHaveProperty("x-signature");
	});

	it("happens as often as asked, each time anew", async () => {
		const { receiver, emit } = await subscribed();

		const { count, deliveries, event: first } = await emit({ count: 3 });

		const events = deliveries.map(
			(each: { event: { id: string } }) => each.event.id,
		);
		expect(count).toBe(3);
		expect(new Set(events).size).toBe(3);
		expect(events[0]).toBe(first.id);
		expect(receiver.requests).toHaveLength(3);
	});

	it("is signed wrongly on purpose, which its delivery says", async () => {
		const { receiver, emit } = await subscribed();

		const { deliveries } = await emit({ sign: "none" });

		expect(deliveries).toMatchObject([{ sign: "none" }]);
		expect(receiver.requests[0]?.headers).not.toHaveProperty("x-signature");
	});

	it("is shown and not sent in a dry run", async () => {
		const { control, receiver, emit } = await subscribed();

		const { status, requests } = await emit({ dryRun: true });

		expect(status).toBe(200);
		expect(requests).toMatchObject([{ url: receiver.url, method: "POST" }]);
		expect(receiver.requests).toEqual([]);
		expect((await control("GET", "/journal")).body.entries).toEqual([]);
	});

	it("is sent as a dry run has shown it, which leaves the state as it was", async () => {
		const { control, receiver, emit } = await subscribed();
		await emit();
		const before = (await control("GET", "/snapshot")).body;
		const merge = { data: { name: "hammer" } };

		const { requests } = await emit({ merge, dryRun: true });

		const after = (await control("GET", "/snapshot")).body;
		await emit({ merge });
		const [, sent] = receiver.requests;
		expect(after).toEqual(before);
		expect(sentBy(sent?.rawHeaders)).toEqual(
			Object.entries(requests[0].headers),
		);
		expect(sent?.body.toString("base64")).toBe(requests[0].bodyBase64);
	});

	it("reaches nobody in a dry run without an endpoint, which it says", async () => {
		const { control } = await serve(patient);

		const { body } = await control("POST", "/events", {
			...event,
			dryRun: true,
		});

		expect(body).toEqual({
			requests: [],
			note: expect.stringContaining(type),
		});
	});

	it.skipIf(withoutShell).each([
		["text", { merge: { data: { name: 'it\'s $HOME \\n `x` "q" Ω' } } }],
		[
			"bytes",
			{ body: Buffer.from("@\r\n\0\xff", "latin1").toString("base64") },
		],
	])(
		"is sent and signed by hand as a dry run prints it, with %s",
		async (_, request) => {
			const { receiver, emit } = await subscribed();
			const { requests } = await emit({ ...request, dryRun: true });
			const [{ curl, openssl, headers, bodyBase64 }] = requests;

			const signature = await shell(`${curl} && ${openssl}`);

			const [received] = receiver.requests;
			expect(received?.body.toString("base64")).toBe(bodyBase64);
			expect(sentBy(received?.rawHeaders)).toEqual(Object.entries(headers));
			expect(Object.values(headers)).toContain(signature.trim());
		},
	);
});

describe("a delivery", () => {
	it("is sent again as it was", async () => {
		const { control, engine, receiver, emit } = await subscribed();
		const { deliveries } = await emit();
		await engine.advance(60_000);

		const { status, body } = await control(
			"POST",
			"/deliveries/latest/resend",
			{ mode: "exact" },
		);
		await engine.idle();

		const [first, second] = receiver.requests;
		expect(status).toBe(202);
		expect(body).toMatchObject({
			parent: deliveries[0].id,
			resent: "exact",
			event: deliveries[0].event,
		});
		expect(second?.body).toEqual(first?.body);
		expect(second?.headers).toEqual(first?.headers);
	});

	it("is sent again with a signature of now", async () => {
		const { control, engine, receiver, emit } = await subscribed();
		const { deliveries } = await emit();
		const [{ id }] = deliveries;
		await engine.advance(60_000);

		const { body } = await control("POST", `/deliveries/${id}/resend`, {
			mode: "resign",
		});
		await engine.idle();

		const [first, second] = receiver.requests;
		const signedAt = "x-signed-at";
		expect(body).toMatchObject({ parent: id, resent: "resign" });
		expect(second?.body).toEqual(first?.body);
		expect(
			Number(second?.headers[signedAt]) - Number(first?.headers[signedAt]),
		).toBe(minute);
	});

	it("cannot be sent again exactly before it was sent", async () => {
		const { control, emit } = await subscribed();
		await control("PUT", outagePath, { outage: "paused" });
		await emit();

		const { status, body } = await control(
			"POST",
			"/deliveries/latest/resend",
			{ mode: "exact" },
		);

		expect(status).toBe(400);
		expect(body.detail).toContain("it has not been sent yet");
	});

	it("is attempted before its time, as long as it has not ended", async () => {
		const { control, receiver, emit } = await subscribed();
		receiver.answer({ status: 500 }, {});
		await emit();

		const waiting = await control("GET", "/deliveries/latest");
		const attempted = await control("POST", "/deliveries/latest/attempt");
		const again = await control("POST", "/deliveries/latest/attempt");

		expect(waiting.body.planned).toHaveLength(12);
		expect(attempted.body).toMatchObject({ state: "delivered", planned: [] });
		expect(attempted.body.attempts).toHaveLength(2);
		expect(again.status).toBe(409);
		expect(again.body.code).toBe("not-pending");
		expect(again.body.detail).toContain("it has ended as delivered");
	});
});

describe("waiting", () => {
	it("ends at once when enough deliveries match already", async () => {
		const { control, emit } = await subscribed();
		await emit({ count: 2 });

		const { status, body } = await control("POST", "/wait", {
			query: `type:${type} state:delivered`,
			count: 2,
		});

		expect(status).toBe(200);
		expect(body.deliveries).toHaveLength(2);
	});

	it("ends once they do", async () => {
		const { control, engine, receiver, emit } = await subscribed();
		receiver.answer({ status: 500 }, {});
		const waiting = control("POST", "/wait", { query: "state:delivered" });
		await emit();

		await engine.advance(3_600_000);

		expect((await waiting).body.deliveries).toMatchObject([
			{ state: "delivered", attempts: 2 },
		]);
	});

	it("fails with the nearest deliveries, and where they differ", async () => {
		const { control, emit } = await subscribed();
		const { deliveries } = await emit();
		const query = `type:${type} state:failed error:"no way"`;

		const {
			status,
			type: media,
			body,
		} = await control("POST", "/wait", {
			query,
			timeout: "1ms",
		});

		expect(status).toBe(504);
		expect(media).toContain("application/problem+json");
		expect(body).toMatchObject({ code: "wait-timed-out", found: 0 });
		expect(body.detail).toMatch(
			/^Failed to see 1 delivery of .*: there were 0 after/,
		);
		expect(body.nearest).toMatchObject([
			{
				delivery: { id: deliveries[0].id, state: "delivered" },
				differs: [
					{ field: "state", wanted: "failed", found: "delivered" },
					{ field: "error", wanted: '"no way"' },
				],
			},
		]);
	});

	it("fails without any when there are none", async () => {
		const { control } = await serve(patient);

		const { body } = await control("POST", "/wait", {
			query: "",
			timeout: "1ms",
		});

		expect(body).toMatchObject({ found: 0, nearest: [] });
	});

	it("ends when the caller goes away", async () => {
		const { url, engine } = await serve(patient);
		const listening = readersOf(engine.journal);
		const caller = new AbortController();
		const answer = fetch(`${url}/_localhook/wait`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: '{"query":"","timeout":"1d"}',
			signal: caller.signal,
		});
		await listening.changed();

		caller.abort();

		await expect(answer).rejects.toThrow();
		expect(await listening.changed()).toBe(0);
	});
});

describe("endpoints", () => {
	it("are listed with what they get", async () => {
		const { control, engine, receiver } = await subscribed();
		const url = "http://127.0.0.1:9/";
		const made = { url, secrets: ["s3cret"], events: [type] };
		hooksOf(engine).put({ ...made, id: "made" });

		const { body } = await control("GET", "/endpoints?provider=acme");

		const common = { provider, enabled: true, outage: "none", pending: 0 };
		expect(body.endpoints).toEqual([
			{ ...common, id: "receiver", owner: "receiver", url: receiver.url },
			{ ...common, id: "made", owner: "made", url, events: [type] },
		]);
	});

	it("queue what comes while they are paused", async () => {
		const { control, engine, receiver, emit } = await subscribed();
		const paused = await control("PUT", outagePath, { outage: "paused" });
		await emit();
		const delivery = await control("GET", "/deliveries/latest");
		const meanwhile = receiver.requests.length;

		const resumed = await control("PUT", outagePath, { outage: "none" });
		await engine.idle();

		expect(paused.body).toMatchObject({ outage: "paused", pending: 0 });
		expect(delivery.body).toMatchObject({
			state: "pending",
			held: "the endpoint is paused",
		});
		expect(meanwhile).toBe(0);
		expect(resumed.body).toMatchObject({ outage: "none", pending: 1 });
		expect(receiver.requests).toHaveLength(1);
	});

	it("refuse every attempt while they are down", async () => {
		const { control, engine, receiver, emit } = await subscribed();
		await control("PUT", outagePath, { outage: "down" });
		await emit();
		const { body: delivery } = await control("GET", "/deliveries/latest");
		await control("PUT", outagePath, { outage: "none" });

		await engine.advance(3_600_000);

		expect(delivery).toMatchObject({ state: "pending" });
		expect(delivery.attempts).toMatchObject([
			{ fault: "down", error: { code: "connection" } },
		]);
		expect(receiver.requests).toHaveLength(1);
	});
});

describe("secrets", () => {
	it("are fingerprints unless they are revealed", async () => {
		const { control, engine } = await subscribed();

		const hidden = await control("GET", "/secrets");
		const providers = await control("GET", "/providers");
		const shown = await control("GET", "/secrets?provider=acme&reveal=true");
		const revealed = await control("GET", "/providers?reveal=true");

		const { provider: signing, context } = engine.session(provider);
		const [value = ""] = signing.secrets(context);
		const digest = createHash("sha256").update(value).digest("hex");
		const fingerprint = `sha256:${digest.slice(0, 12)}`;
		expect(hidden.body.secrets).toEqual([
			{ provider, owner: expect.any(String), isPrevious: false, fingerprint },
		]);
		expect(providers.body.providers[0].secrets).toEqual([fingerprint]);
		expect(shown.body.secrets).toMatchObject([{ fingerprint, value }]);
		expect(revealed.body.providers[0].secrets).toEqual([value]);
	});

	it("are replaced by others, which sign from then on", async () => {
		const { control } = await subscribed();
		const before = await control("GET", "/secrets");

		const { body } = await control("POST", "/secrets/acme", {
			action: "replace",
			owner: before.body.secrets[0].owner,
		});

		const after = await control("GET", "/secrets?reveal=true");
		expect(body.secrets).toHaveLength(1);
		expect(after.body.secrets).toEqual(body.secrets);
		expect(body.secrets[0].fingerprint).not.toBe(
			before.body.secrets[0].fingerprint,
		);
	});

	it("are rolled, and the previous one goes on for a while", async () => {
		const { control, engine, receiver } = await subscribed(
			acme({ rotations: ["roll"] }),
		);
		await control("GET", "/secrets");

		const rolled = await control("POST", "/secrets/acme", {
			action: "roll",
		});
		const overlap = await control("GET", "/secrets");
		engine.send(provider, type);
		await engine.idle();
		await control("POST", "/clock/advance", { by: "25h" });
		const later = await control("GET", "/secrets");

		const previous = (answer: {
			body: { secrets: { isPrevious: boolean }[] };
		}) => answer.body.secrets.map(({ isPrevious }) => isPrevious);
		expect(rolled.body.secrets).toHaveLength(1);
		expect(previous(overlap)).toEqual([false, true]);
		expect(previous(later)).toEqual([false]);
		expect(
			String(receiver.requests[0]?.headers["x-signature"]).match(/\w{64}/g),
		).toHaveLength(2);
	});
});

describe("faults", () => {
	it("happen as planned, and are counted", async () => {
		const { control, receiver, emit } = await subscribed();
		const faults = [{ fault: "drop", match: `type:${type}`, times: 1 }];

		const planned = await control("PUT", "/faults", { faults });
		await emit({ count: 2 });
		const { body } = await control("GET", "/faults");

		expect(planned.body.faults).toEqual([
			{ ...faults[0], drawn: 0, applied: 0 },
		]);
		expect(body.faults).toMatchObject([{ drawn: 1, applied: 1 }]);
		expect(receiver.requests).toHaveLength(1);
	});

	it("befall the provider's API", async () => {
		const { control, url } = await serve(patient);
		await control("PUT", "/faults", {
			faults: [{ fault: "status", status: 429, retryAfter: 7, times: 1 }],
		});

		const answer = await fetch(`${url}/acme/things`);

		expect(answer.status).toBe(429);
		expect(answer.headers.get("retry-after")).toBe("7");
	});

	it("stay as they were when a plan cannot be read", async () => {
		const { control } = await serve(patient);
		await control("PUT", "/faults", { faults: [{ fault: "drop" }] });

		const { status } = await control("PUT", "/faults", {
			faults: [{ fault: "timeout" }, { fault: "delay" }],
		});

		expect(status).toBe(400);
		expect((await control("GET", "/faults")).body.faults).toMatchObject([
			{ fault: "drop" },
		]);
	});

	it.each([
		[{}, "faults"],
		[{ faults: [{ fault: "drop", tims: 1 }] }, "faults[0].tims"],
	])(
		"that cannot be planned have problems with a place: %j",
		async (body, path) => {
			const { control } = await serve(patient);

			const { body: problem } = await control("PUT", "/faults", body);

			expect(problem.problems).toEqual([{ path, message: expect.any(String) }]);
		},
	);

	it("end with an empty plan", async () => {
		const { control, receiver, emit } = await subscribed();
		await control("PUT", "/faults", { faults: [{ fault: "drop" }] });

		const { body } = await control("PUT", "/faults", { faults: [] });
		await emit();

		expect(body.faults).toEqual([]);
		expect(receiver.requests).toHaveLength(1);
	});
});

it("bad input is refused with a code, a reason and what to do", async () => {
	const { control } = await subscribed();
	const lost = { provider, type: "thing.lost" };
	const bad: [string, string, unknown, string, ...string[]][] = [
		[
			"POST",
			"/clock/advance",
			undefined,
			"invalid-request",
			"advance the clock",
			"a body is required",
		],
		[
			"POST",
			"/clock/advance",
			{ by: "soon" },
			"invalid-duration",
			'"soon"',
			"Give one such as",
		],
		[
			"POST",
			"/clock/advance",
			{ by: 3 },
			"invalid-request",
			"body.by must be string",
		],
		[
			"POST",
			"/clock/drain",
			{ attempts: 0 },
			"invalid-request",
			"body.attempts must be >= 1",
		],
		[
			"GET",
			"/deliveries?query=provider:acmee",
			undefined,
			"invalid-query",
			'Did you mean "acme"?',
		],
		[
			"GET",
			"/journal?query=type:thing.mad",
			undefined,
			"invalid-query",
			'Did you mean "thing.made"?',
		],
		[
			"POST",
			"/wait",
			{ query: "-provider:nobody,acme" },
			"invalid-query",
			"There is acme.",
		],
		[
			"POST",
			"/events",
			{ ...event, assign: { "data.name": "x" } },
			"invalid-request",
			'body has no field "assign". It is called "set" now.',
		],
		[
			"POST",
			"/events",
			{ ...event, set: { data: { name: "x" } } },
			"invalid-request",
			"set.data must be string",
		],
		["GET", "/state", undefined, "not-found", 'It is called "/snapshot" now.'],
		[
			"GET",
			"/export/har?secrets=true",
			undefined,
			"invalid-request",
			'It is called "reveal" now.',
		],
		[
			"POST",
			"/events",
			{ ...lost, set: { "data.nmae": "x" } },
			"invalid-request",
			'"data.nmae"',
			'Did you mean "name"?',
		],
		[
			"POST",
			"/events",
			{ ...lost, merge: { data: { nmae: "x" } } },
			"invalid-request",
			'Failed to set "data.nmae"',
			'Did you mean "name"?',
			"unchecked: true",
		],
		[
			"POST",
			"/events",
			{ ...lost, set: { "data.colour": "gren" }, dryRun: true },
			"invalid-request",
			'Did you mean "green"?',
		],
		[
			"POST",
			"/events",
			{ ...event, body: "not base64!" },
			"invalid-request",
			"not base64",
		],
		[
			"POST",
			"/events",
			{ ...event, body: "AA==", merge: {} },
			"invalid-request",
			'"body" is sent as it is',
		],
		[
			"POST",
			"/events",
			{ ...event, to: "ftp://a" },
			"invalid-receiver",
			'"ftp://a"',
			"Give one such as http",
		],
		[
			"POST",
			"/events",
			{ ...event, count: 10_001 },
			"invalid-request",
			"body.count must be <= 10000",
		],
		[
			"POST",
			"/events",
			{ ...event, sign: "badly" },
			"invalid-request",
			'"badly"',
			"Choose one of none",
		],
		[
			"POST",
			"/events",
			{ ...event, sign: "stale" },
			"invalid-request",
			"stale:10m",
		],
		[
			"POST",
			"/events",
			{ ...event, sign: "stale:x" },
			"invalid-duration",
			'"x"',
		],
		[
			"POST",
			"/events",
			{ ...event, sign: "previous-secret" },
			"invalid-request",
			"no previous secret",
		],
		["POST", "/events", { ...event, typo: 1 }, "invalid-request", '"typo"'],
		[
			"POST",
			"/events?dryRun=true",
			event,
			"invalid-request",
			'"dryRun"',
			"It takes none",
		],
		[
			"GET",
			"/deliveries?query=stat:failed",
			undefined,
			"invalid-query",
			'"stat:failed"',
			'Did you mean "state"',
		],
		[
			"GET",
			"/deliveries?provider=acmee",
			undefined,
			"unknown-provider",
			'Did you mean "acme"?',
		],
		[
			"GET",
			"/deliveries?limt=3",
			undefined,
			"invalid-request",
			"list deliveries",
			'"limt"',
			'Did you mean "limit"?',
		],
		["GET", "/deliveries?before=dlv_x", undefined, "not-found", '"dlv_x"'],
		["GET", "/deliveries?from=dlv_x", undefined, "not-found", '"dlv_x"'],
		[
			"GET",
			"/deliveries?__proto__=1",
			undefined,
			"invalid-request",
			"__proto__",
		],
		["GET", "/deliveries/%ff", undefined, "malformed-request", "%ff"],
		[
			"POST",
			"/deliveries/dlv_x/resend",
			{ mode: "exact" },
			"not-found",
			'"dlv_x"',
		],
		[
			"POST",
			"/deliveries/latest/resend",
			{ mode: "same" },
			"invalid-request",
			'"exact", "resign"',
		],
		["POST", "/deliveries/latest/attempt", undefined, "not-found", '"latest"'],
		["POST", "/wait", { query: "status:" }, "invalid-query", "at character 1"],
		["POST", "/wait", { query: "x".repeat(5000) }, "invalid-request", "4096"],
		[
			"POST",
			"/wait",
			{ query: "", timeout: "60d" },
			"invalid-duration",
			'"60d"',
			"Give at most 1d",
		],
		["POST", "/wait", { query: "", count: 0 }, "invalid-request", "body.count"],
		[
			"GET",
			"/endpoints?provider=shop",
			undefined,
			"unknown-provider",
			'"shop"',
		],
		[
			"PUT",
			"/endpoints/acme/none/outage",
			{ outage: "down" },
			"not-found",
			'"none"',
			"There is ",
		],
		[
			"PUT",
			"/endpoints/shop/none/outage",
			{ outage: "down" },
			"unknown-provider",
			'"shop"',
		],
		[
			"PUT",
			"/endpoints/acme/none/outage",
			{ outage: "off" },
			"invalid-request",
			'"paused"',
		],
		["GET", "/secrets?provider=shop", undefined, "unknown-provider", '"shop"'],
		[
			"GET",
			"/secrets?reveal=please",
			undefined,
			"invalid-request",
			"query.reveal must be boolean",
		],
		[
			"POST",
			"/secrets/acme",
			{ action: "roll" },
			"invalid-request",
			"It can replace them",
		],
		[
			"POST",
			"/secrets/acme",
			{ action: "replace", owner: "me" },
			"not-found",
			'"me"',
			"These have: ",
		],
		["POST", "/secrets/shop", { action: "roll" }, "unknown-provider", '"shop"'],
		[
			"POST",
			"/secrets/acme",
			{ action: "drop" },
			"invalid-request",
			'"replace", "roll"',
		],
		[
			"PUT",
			"/faults",
			{ faults: [{ fault: "dropp" }] },
			"invalid-request",
			'"drop"',
		],
		[
			"PUT",
			"/faults",
			{ faults: [{ fault: "delay" }] },
			"invalid-request",
			'it needs "by"',
		],
		[
			"PUT",
			"/faults",
			{ faults: [{ fault: "delay", by: "1x" }] },
			"invalid-request",
			'"1x"',
		],
		[
			"PUT",
			"/faults",
			{ faults: [{ fault: "drop", match: '"' }] },
			"invalid-request",
			"has no end",
		],
		[
			"PUT",
			"/faults",
			{ faults: [{ fault: "drop", tims: 1 }] },
			"invalid-request",
			'faults[0].tims: a fault takes no "tims". Did you mean "times"',
		],
		[
			"GET",
			"/journal?after=-1",
			undefined,
			"invalid-request",
			"query.after must be >= 0",
		],
		[
			"GET",
			"/journal?query=-",
			undefined,
			"invalid-query",
			"nothing to look for",
		],
		[
			"GET",
			"/export/xml",
			undefined,
			"invalid-request",
			'"har", "curl", "ndjson"',
		],
		[
			"GET",
			"/export/har?query=%22",
			undefined,
			"invalid-query",
			"at character",
		],
		["POST", "/reset", { provider: "shop" }, "unknown-provider", '"shop"'],
		[
			"POST",
			"/reset",
			{ provider: other },
			"unknown-provider",
			`"localhook start acme ${other}"`,
		],
		[
			"PUT",
			"/faults",
			{ faults: [{ fault: "drop", provider: other }] },
			"invalid-request",
			`faults[0].provider: there is no running provider "${other}". Choose one of acme`,
		],
		[
			"POST",
			"/clock/advance",
			{ bye: "1s" },
			"invalid-request",
			'body.by is required; body has no field "bye". Did you mean "by"?',
		],
		["POST", "/reset", "{", "malformed-request", "not JSON"],
		[
			"DELETE",
			"/faults",
			undefined,
			"method-not-allowed",
			"it takes GET or PUT",
		],
		[
			"GET",
			"/clok",
			undefined,
			"not-found",
			'"/_localhook/clok"',
			'Did you mean "/clock"?',
		],
	];

	for (const [method, path, body, code, ...reasons] of bad) {
		const answer = await control(method, path, body);
		const where = `${method} ${path} ${JSON.stringify(body)}`;
		expect(answer.type, where).toContain("application/problem+json");
		expect(answer.body.code, where).toBe(code);
		expect(answer.body.detail, where).toMatch(
			/^(?:Failed to|Invalid) .*[.?]$/s,
		);
		for (const reason of reasons)
			expect(answer.body.detail, where).toContain(reason);
	}
	expect((await control("GET", "/health")).status).toBe(200);
});

/** What a client sent beside what HTTP itself needs. */
function sentBy(raw: readonly string[] = []): string[][] {
	const pairs = raw.flatMap((name, i) =>
		i % 2 === 0 ? [[name, raw[i + 1] as string]] : [],
	);
	return pairs.filter(
		([name = ""]) => !/^(host|connection|content-length)$/i.test(name),
	);
}
