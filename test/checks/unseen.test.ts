import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { check } from "../../src/check/check.ts";
import type { Report } from "../../src/check/result.ts";
import type { ProviderId } from "../../src/hooks/document-types.ts";
import {
	checked,
	type Kind,
	kinds,
	receiverOf,
	remarksOf,
	type Seen,
	secretOf,
	type Wrong,
} from "../support/checked.ts";

const { stripe, github } = kinds as { stripe: Kind; github: Kind };
/** A provider that signs a time, and sends that of the event too. */
const timed = Object.values(kinds).find(
	({ asked, at, eventTime }) => asked.provider && at && eventTime,
) as Kind;
const blind = { effects: undefined };
const told = ({ results }: Report) =>
	results.filter(({ outcome }) => /fail|warn/.test(outcome));
const idsOf = (report: Report) => told(report).map(({ id }) => id);
const ofBody = "with --file, in TypeScript with body";

/** By the time of the receiver, whatever the header says. */
const byOwnTime =
	(near = 300) =>
	({ given = "", secret, body }: Seen) => {
		const now = Math.floor(Date.now() / 1000);
		const right = createHmac("sha256", secret)
			.update(`${now}.`)
			.update(body)
			.digest("hex");
		const time = Number(/t=(\d+)/.exec(given)?.[1]);
		return given.includes(`v1=${right}`) && Math.abs(now - time) < near;
	};

describe("A receiver that refuses a body and not its signature", () => {
	const unlike = ({ ok, json }: Seen) =>
		ok && "object" in json() ? undefined : "no object";

	it.each<[what: string, kind: Kind, wrong: Wrong, cause: string]>([
		[
			"before it verifies",
			stripe,
			{
				accepts: (seen) => unlike(seen) === undefined,
				refuse: () => ({ status: 422, body: '{"error":"invalid"}' }),
			},
			"cause.schema",
		],
		[
			"once it has verified",
			stripe,
			{ answer: (seen) => ({ status: 400, body: unlike(seen) ?? "" }) },
			"cause.behind-signature",
		],
		[
			"by a wrong signature",
			github,
			{
				accepts: (seen) =>
					github.verify({ ...seen, secret: `${seen.secret}\n` }),
				answer: () => ({ status: 400, body: "no object" }),
			},
			"cause.secret-text",
		],
	])("%s is told to be sent another one", async (_, kind, wrong, cause) => {
		const report = await checked(kind, wrong);

		expect(idsOf(report), report.text).toEqual(["reach", cause]);
		expect(report.results[1]?.fix).toContain(ofBody);
	});

	it("where it may be that is told of it among others", async () => {
		const report = await checked(stripe, {
			accepts: () => false,
			refuse: () => ({ status: 400 }),
		});

		expect(report.results[1]).toMatchObject({
			id: "header.lookup",
			among: expect.arrayContaining(["cause.schema", "cause.secret-other"]),
			fix: expect.stringContaining(ofBody),
		});
	});

	it.each<[what: string, kind: Kind, body: string | undefined]>([
		["of a provider's own", timed, undefined],
		["that was given", stripe, '{"id":"evt_1","type":"a"}'],
	])("%s is told nothing of bodies of one's own", async (_, kind, body) => {
		const answer = () => ({ status: 400, body: "no object" });
		const report = await checked(kind, { answer }, { body });

		expect(idsOf(report)).toEqual(["reach", "cause.behind-signature"]);
		expect(report.text).not.toContain("--file");
	});
});

describe("A receiver that hashes its own time", () => {
	it.each<[what: string, near: number | undefined]>([
		["and looks at the one that was sent", undefined],
		["alone", Number.POSITIVE_INFINITY],
	])("%s is told so, and nothing that follows of it", async (_, near) => {
		const report = await checked(stripe, { accepts: byOwnTime(near) });

		const [cause] = told(report).slice(-1);
		expect(idsOf(report), report.text).toEqual([
			expect.stringMatching(/^(?:reach|ts\.old20s)$/),
			"cause.timestamp-own",
		]);
		expect(cause).toMatchObject({
			sure: "certain",
			got: "The receiver hashes its own time in place of the one that was sent.",
			fix: "Hash the text of the time in it as it came.",
		});
	});

	it("is told so where repetitions alone are checked", async () => {
		const report = await checked(
			stripe,
			{ accepts: byOwnTime() },
			{ only: ["dup.re-signed"] },
		);

		expect(idsOf(report), report.text).toContain("cause.timestamp-own");
	});

	it("is not who hashes the time of the event", async () => {
		const isSigned = /request-timestamp$/;
		const report = await checked(timed, {
			accepts: (seen) =>
				timed.verify({
					...seen,
					headers: (name) =>
						seen.headers(isSigned.test(name) ? "x-timestamp" : name),
				}),
		});

		expect(idsOf(report)).not.toContain("cause.timestamp-own");
		expect(idsOf(report)).toContain("ts.event-time");
	});

	it("is not who tolerates ten seconds", async () => {
		const report = await checked(stripe, {
			accepts: (seen) =>
				seen.ok && Math.abs(Date.now() - (stripe.at?.(seen) ?? 0)) < 10_000,
		});

		expect(idsOf(report)).toEqual(["ts.old20s"]);
	});
});

describe("A receiver without a probe", () => {
	it("that answers 204 to everything is told nothing of it as certain", async () => {
		const report = await checked(timed, { accepts: () => true }, {}, blind);

		expect(idsOf(report)).toContain("replace.old");
		for (const { outcome, got } of told(report))
			expect({ outcome, got }).toEqual({
				outcome: "warn",
				got: expect.stringContaining("is not seen without a probe"),
			});
	});

	it("that answers 200 to what it ignores has each warned of", async () => {
		const report = await checked(
			github,
			{ refuse: () => ({ status: 200, body: "ignored" }) },
			{},
			blind,
		);

		expect(report.ok).toBe(true);
		expect(report.warnings, report.text).toBeGreaterThan(8);
		expect(told(report)[0]?.got).toContain('accepted with 200 "ignored"');
	});
});

describe("A receiver whose 2xx says that it failed", () => {
	const done = (body: string) => () => ({ status: 200, body });

	it.each([
		'{"status":"error"}',
		'{ "id": 1, "status": "failed" }',
		'{"result":"error","data":{}}',
	])("as %s is told of", async (body) => {
		const report = await checked(timed, { done: done(body) });

		expect(idsOf(report)).toEqual(["resp.error-body"]);
	});

	it.each(['{"status":"ok"}', '{"event":{"status":"failed"}}'])(
		"is not one that answers %s",
		async (body) => {
			const report = await checked(timed, { done: done(body) });

			expect(remarksOf(report)).toEqual([]);
		},
	);
});

describe("A right receiver that is busy now and then", () => {
	it.each([
		[503, 7],
		[503, 8],
		[500, 9],
		[502, 6],
	])(
		"passes with %i at every %ith delivery, in each check",
		async (status, often) => {
			let count = 0;
			const report = await checked(
				timed,
				{ answer: () => (++count % often === 0 ? { status } : undefined) },
				{ skip: ["retry"] },
			);

			expect(remarksOf(report), report.text).toEqual([]);
		},
	);
});

describe("What was not looked at", () => {
	const { provider } = timed.asked as { provider: ProviderId };
	const asked = { provider, secret: secretOf(timed) };

	it("is named with the option of the command and of TypeScript", async () => {
		const { handle, effects } = receiverOf(timed, secretOf(timed));
		const { results } = await check(handle, {
			...asked,
			probe: effects.read,
			only: ["retry", "roll", "replace"],
		});

		expect(results.map(({ id, got }) => [id, got])).toEqual([
			[
				"retry.after-failure",
				"no attempt failed (--fail-command, in TypeScript fail)",
			],
			["roll.new", expect.stringContaining("in TypeScript nextSecret")],
			["replace.old", expect.stringContaining("-- <command>")],
		]);
	});

	it("is looked at with such an option", async () => {
		const own = receiverOf(timed, secretOf(timed));
		const { results } = await check(own.handle, {
			...asked,
			probe: own.effects.read,
			fail: own.ways.fail,
			only: ["retry"],
		});

		expect(results).toMatchObject([
			{ id: "retry.after-failure", outcome: "pass" },
		]);
	});
});
