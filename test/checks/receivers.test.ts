import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { planOf } from "../../src/check/check-receiver.ts";
import { table } from "../../src/generated/receiver-checks.ts";
import {
	checked,
	hastyClock,
	type Kind,
	kinds,
	remarksOf,
	type Said,
	type Seen,
	type Wrong,
} from "../support/checked.ts";
import { listening } from "../support/dispatching.ts";
import { runInProcess } from "../support/in-process.ts";

describe.each(Object.entries(kinds))("A right receiver of %s", (_, kind) => {
	it("passes without a remark", async () => {
		const report = await checked(kind);

		expect(remarksOf(report), report.text).toEqual([]);
		expect(report).toMatchObject({ ok: true, failures: 0, warnings: 0 });
		expect(report.deliveries).toBeLessThanOrEqual(150);
	});

	it("has nothing said of effects without a probe", async () => {
		const report = await checked(kind, {}, {}, { effects: undefined });

		const unknown = report.results.filter(
			({ outcome }) => outcome === "unknown",
		);
		expect(remarksOf(report)).toEqual(unknown.map(({ id }) => id));
		expect(unknown.map(({ id }) => id)).toEqual(
			expect.arrayContaining(["effect.some", "verify.first", "dup.exact"]),
		);
	});
});

describe("A right receiver of Prolific", () => {
	const { prolific } = kinds as { prolific: Kind };

	it.each([25, 33, 40])(
		"passes though it fails once, at delivery %i",
		async (at) => {
			let count = 0;
			const report = await checked(prolific, {
				answer: () => (++count === at ? said(503) : undefined),
			});

			expect(count).toBeGreaterThan(at);
			expect(remarksOf(report), report.text).toEqual([]);
		},
	);

	it("passes though it is slow once", async () => {
		const clock = hastyClock();
		let count = 0;
		const done = () => {
			if (++count === 20) clock.spend(9000);
			return said(204);
		};
		const report = await checked(prolific, { done }, {}, { clock });

		expect(remarksOf(report), report.text).toEqual([]);
	});

	it("passes with a queue that does failed work later", async () => {
		const report = await checked(prolific, { queues: true });

		expect(remarksOf(report), report.text).toEqual([]);
	});
});

describe("A right receiver that answers first", () => {
	it.each([80, 150, 400, 1000, 1900])(
		"and works %i ms later passes",
		async (late) => {
			const clock = hastyClock();
			const due: number[] = [];
			const done = () => {
				due.push(clock.stopwatch() + late);
				return said(202);
			};
			const read = async () =>
				due.filter((at) => at <= clock.stopwatch()).length;
			const context = { clock, effects: { read, isOptional: true } };
			const kind = kinds.prolific as Kind;
			const report = await checked(kind, { done }, {}, context);

			expect(remarksOf(report), report.text).toEqual([]);
			expect(clock.stopwatch()).toBeLessThan(3500 + 12 * late);
		},
	);

	it.each<[what: string, ids: readonly string[], wrong: Wrong]>([
		[
			"each event every time",
			["dup.exact", "dup.parallel"],
			{ id: () => undefined },
		],
		["two at once twice", ["dup.parallel"], { races: true }],
		["half of a body", ["http.abort"], { eager: true }],
		[
			"what it refuses",
			["verify.first"],
			{ before: ({ ok }, work) => void (!ok && work()) },
		],
		[
			"what has no signature",
			["sig.none", "sig.other-provider"],
			{ accepts: also(({ given }) => given === undefined) },
		],
	])("and does %s is told so, however late", async (_, ids, wrong) => {
		const { github } = kinds as { github: Kind };
		const clock = hastyClock();
		const due: number[] = [];
		const read = async () => due.filter((at) => at <= clock.stopwatch()).length;
		const report = await checked(
			github,
			{ ...wrong, works: () => due.push(clock.stopwatch() + 700) },
			{},
			{ clock, effects: { read } },
		);

		expect(remarksOf(report), report.text).toEqual(ids);
	});
});

describe("The events of a check", () => {
	it("can be told apart, also where they have no ids", async () => {
		const bodies: string[] = [];
		const url = await listening(
			createServer(async (request, response) => {
				const chunks: Buffer[] = [];
				for await (const chunk of request) chunks.push(chunk);
				if (request.method === "POST")
					bodies.push(String(Buffer.concat(chunks)));
				response.writeHead(204).end();
			}),
		);
		const { stdout } = await runInProcess([
			...["check", url, "--provider", "solvimon", "--only", "event.each"],
		]);

		expect(stdout).toContain("those in them hold `_lhcheck`");
		expect(bodies.length).toBeGreaterThan(20);
		expect(bodies.filter((body) => !/"[a-z]+_lhcheck/.test(body))).toEqual([]);
	});
});

interface Case {
	readonly id: keyof typeof table;
	readonly of: readonly (keyof typeof kinds)[];
	readonly wrong: Wrong;
	/** What goes wrong along with it. */
	readonly with?: readonly string[];
	/** Default: a failure. */
	readonly outcome?: "warn";
}

const all = Object.keys(kinds);
const timed = ["prolific", "solvimon", "stripe"];
const bare = ["spritz", "openformat", "github"];
const seesAge = ({ at }: Kind, seen: Seen, most: number, least = most) => {
	const age = Date.now() - (at?.(seen) ?? Date.now());
	return age <= most && -age <= least;
};
/** Whatever is right, and what else. */
const also =
	(other: (seen: Seen, kind: Kind) => boolean) => (seen: Seen, kind: Kind) =>
		(seen.ok && seesAge(kind, seen, 300_000)) || other(seen, kind);
const withSecret = (secret: string) =>
	also((seen, kind) => kind.verify({ ...seen, secret }));
const withDigest = (name: string) =>
	also(
		({ body, secret, given }, kind) =>
			given === kind.bare?.(createHmac(name, secret).update(body).digest()),
	);
const rightValue = ({ body, secret }: Seen, kind: Kind) =>
	kind.bare?.(createHmac("sha256", secret).update(body).digest()) ?? "";
const said = (status: number, body = "") => ({ status, body });
const twice = ["dup.exact", "dup.parallel"];

const cases: readonly Case[] = [
	{ id: "effect.some", of: all, wrong: { idle: true } },
	{
		id: "header.case",
		of: ["prolific", "stripe"],
		wrong: { exactNames: true },
	},
	{
		id: "verify.first",
		of: ["prolific", "github"],
		wrong: { before: ({ ok }, work) => void (!ok && work()) },
	},
	{
		id: "sig.none",
		of: all,
		wrong: { accepts: also(({ given }) => given === undefined) },
		with: ["sig.other-provider"],
	},
	{
		id: "sig.wrong-secret",
		of: all,
		wrong: { accepts: withSecret("localhook-never-issued-this-secret") },
	},
	{
		id: "sig.tampered",
		of: all,
		wrong: {
			// One letter of the body may differ by a bit.
			accepts: also((seen, kind) =>
				seen.body.some((letter, at) => {
					const body = Buffer.from(seen.body);
					body[at] = letter ^ 1;
					return kind.verify({ ...seen, body });
				}),
			),
		},
	},
	{
		id: "sig.garbage",
		of: all,
		wrong: { accepts: also(({ given }) => given === "garbage") },
	},
	{
		id: "sig.truncated",
		of: bare,
		wrong: {
			accepts: also((seen, kind) => {
				const { given = "" } = seen;
				return given !== "" && rightValue(seen, kind).startsWith(given);
			}),
		},
	},
	{
		id: "sig.empty",
		of: all,
		wrong: { accepts: also(({ given }) => given === "") },
	},
	{
		id: "sig.other-provider",
		of: ["prolific", "spritz", "solvimon", "openformat", "stripe"],
		wrong: {
			accepts: also(
				({ headers }) => headers("x-hub-signature-256") !== undefined,
			),
		},
	},
	{ id: "sig.empty-key", of: all, wrong: { accepts: withSecret("") } },
	{
		id: "sig.undefined-key",
		of: all,
		wrong: { accepts: withSecret("undefined") },
	},
	{ id: "sig.sha1", of: bare, wrong: { accepts: withDigest("sha1") } },
	{ id: "sig.md5", of: bare, wrong: { accepts: withDigest("md5") } },
	{
		id: "sig.status",
		of: all,
		wrong: {
			refuse: ({ given = "" }) =>
				given.length < 10 ? said(500, "TypeError") : said(401),
		},
		outcome: "warn",
	},
	{
		id: "sig.leak",
		of: bare,
		wrong: {
			refuse: (seen) =>
				said(
					401,
					`expected ${createHmac("sha256", seen.secret).update(seen.body).digest("hex")}`,
				),
		},
	},
	{
		id: "ts.stale",
		of: timed,
		wrong: {
			accepts: (seen, kind) =>
				seen.ok && seesAge(kind, seen, Number.POSITIVE_INFINITY, 300_000),
		},
	},
	{
		id: "ts.future",
		of: ["prolific", "solvimon"],
		wrong: {
			accepts: (seen, kind) =>
				seen.ok && seesAge(kind, seen, 300_000, Number.POSITIVE_INFINITY),
		},
	},
	{
		id: "ts.old20s",
		of: timed,
		wrong: { accepts: (seen, kind) => seen.ok && seesAge(kind, seen, 10_000) },
	},
	{
		id: "ts.event-time",
		of: ["prolific", "solvimon", "spritz"],
		wrong: {
			answer: (seen, { eventTime }) =>
				Date.now() - (eventTime?.(seen) ?? 0) > 300_000 ? said(400) : undefined,
		},
	},
	{
		id: "roll.both-orders",
		of: ["solvimon", "stripe"],
		wrong: {
			accepts: (seen, kind) => {
				const headers = (name: string) =>
					name === kind.header.toLowerCase()
						? seen.given
								?.split(",")
								.slice(0, name === "stripe-signature" ? 2 : 1)
								.join(",")
						: seen.headers(name);
				return (
					kind.verify({ ...seen, headers }) && seesAge(kind, seen, 300_000)
				);
			},
		},
	},
	{
		// The first delivery of Solvimon's shows it already.
		id: "body.traps",
		of: ["spritz", "openformat"],
		wrong: {
			accepts: (seen, kind) => {
				const body = Buffer.from(JSON.stringify(seen.json()));
				return kind.verify({ ...seen, body }) && seesAge(kind, seen, 300_000);
			},
		},
		with: ["body.size", "event.each"],
	},
	{
		// Python writes none of these letters itself.
		id: "body.traps",
		of: ["prolific"],
		outcome: "warn",
		wrong: {
			accepts: (seen, kind) => {
				const body = Buffer.from(
					String(seen.body).replaceAll(/[\u0080-\uffff]/g, ""),
				);
				return kind.verify({ ...seen, body }) && seesAge(kind, seen, 300_000);
			},
		},
	},
	{
		id: "body.size",
		of: ["solvimon"],
		wrong: {
			answer: ({ body }) => (body.length > 500 ? said(413) : undefined),
		},
		with: ["event.each"],
	},
	{
		id: "body.size",
		of: ["prolific", "github"],
		wrong: { joins: ([first = Buffer.of()]) => first },
		with: ["cause.body-cut"],
	},
	{
		id: "body.size",
		of: ["spritz", "stripe"],
		wrong: { joins: (pieces) => Buffer.from(pieces.join("")) },
		with: ["cause.body-charset"],
	},
	{
		id: "event.each",
		of: ["prolific", "solvimon", "spritz"],
		wrong: {
			answer: (seen, kind) =>
				/study\.progress|INVOICE\.DELETE|ALERT_RULE\.CREATED|offramp\.completed/.test(
					String(kind.type(seen)),
				)
					? said(422, "no such type")
					: undefined,
		},
	},
	{
		id: "event.unknown",
		of: all,
		wrong: {
			answer: (seen, kind) =>
				kind.type(seen) === "lhcheck.unknown" ? said(400) : undefined,
		},
	},
	{
		id: "event.extra-fields",
		of: ["prolific", "spritz", "solvimon"],
		wrong: {
			answer: ({ json }) => ("lhcheck_extra" in json() ? said(422) : undefined),
		},
	},
	{
		id: "event.nulls",
		of: ["openformat"],
		wrong: {
			answer: ({ json }) => {
				const { gasPrice, to } = json().payload as Record<string, unknown>;
				return gasPrice === null || to === null ? said(500) : undefined;
			},
		},
	},
	{
		id: "dup.exact",
		of: ["prolific", "openformat", "github"],
		wrong: { id: () => undefined },
		with: [...twice, "dup.re-signed"],
	},
	{
		id: "dup.re-signed",
		of: ["prolific", "stripe"],
		// The id is not signed, so two events alike may have the same signature.
		wrong: { id: ({ given }) => given },
		with: ["dup.other-ids"],
	},
	{ id: "dup.parallel", of: all, wrong: { races: true } },
	{
		id: "dup.other-ids",
		of: ["prolific", "openformat"],
		wrong: { id: (seen, kind) => String(kind.type(seen)) },
	},
	{
		// Its older events have no id.
		id: "dup.other-ids",
		of: ["spritz"],
		wrong: { id: ({ json }) => String(json().eventId) },
	},
	{
		id: "retry.after-failure",
		of: all,
		wrong: { forgetful: true },
	},
	{
		id: "retry.after-failure",
		of: ["prolific", "stripe"],
		wrong: { swallows: true },
	},
	{
		id: "resp.redirect",
		of: all,
		wrong: {
			refuse: () => ({ status: 302, headers: { location: "/login" } }),
		},
		with: ["sig.status"],
		outcome: "warn",
	},
	{
		id: "resp.error-body",
		of: all,
		wrong: { done: () => said(200, '{"ok":false,"error":"database is down"}') },
		outcome: "warn",
	},
	{ id: "http.abort", of: ["prolific"], wrong: { eager: true } },
	{
		id: "http.get",
		of: all,
		wrong: { get: () => said(200, "hello") },
		outcome: "warn",
	},
	{
		id: "challenge",
		of: ["openformat"],
		wrong: { challenge: () => said(200, "{}") },
	},
	{
		id: "replace.old",
		of: ["prolific", "openformat"],
		wrong: { secrets: (own) => own },
	},
	{
		id: "roll.old-after-24h",
		of: ["solvimon", "stripe"],
		wrong: { secrets: (own) => own },
	},
	{
		id: "roll.new",
		of: ["prolific", "solvimon"],
		wrong: { secrets: (own) => own.slice(-1) },
		with: ["replace.old", "roll.old-after-24h"],
	},
];

/** Each of all is tried with two, and two others the next time. */
const each = cases.flatMap(({ of, ...rest }, i) =>
	(of === all ? [0, 3].map((by) => all[(i + by) % all.length]) : of).map(
		(name = "") => ({ name, ...rest }),
	),
);

describe("A wrong receiver", () => {
	it.each(each)("of $name fails $id", async ({ id, name, wrong, ...rest }) => {
		const kind = kinds[name] as Kind;
		const report = await checked(kind, wrong);

		const found = report.results.find((result) => result.id === id);
		expect(found?.outcome, report.text).toMatch(
			rest.outcome === "warn" ? /warn/ : /fail|warn/,
		);
		const others = remarksOf(report).filter(
			(remark) =>
				remark !== id &&
				!rest.with?.includes(remark) &&
				report.results.find((result) => result.id === remark)?.outcome !==
					"unknown",
		);
		expect(others, report.text).toEqual([]);
	});

	it.each<[id: keyof typeof table, what: string, wrong: () => Wrong]>([
		[
			"sig.wrong-secret",
			"accepts another secret",
			() => {
				let left = 1;
				const isForm = (given = "") => /^.{43}=$/.test(given);
				return {
					accepts: ({ ok, given }) => ok || (isForm(given) && left-- > 0),
				};
			},
		],
		[
			"dup.exact",
			"works for an event twice",
			() => {
				const ids = new Set<string>();
				let left = 1;
				return {
					id(seen, kind) {
						const id = kind.id(seen);
						if (ids.has(id) && left-- > 0) return `${id} again`;
						ids.add(id);
						return id;
					},
				};
			},
		],
	])("fails %s though it %s only once", async (id, _, wrong) => {
		const kind = kinds.prolific as Kind;
		const report = await checked(kind, wrong(), { only: [id] });

		const found = report.results.find((result) => result.id === id);
		expect(found?.outcome, report.text).toBe("fail");
	});

	it.each([
		[409, "fail", "500, then 409: it is lost"],
		[503, "unknown", "it goes on failing: 500, then 503"],
	])(
		"that answers %i to the retry of what failed is told: %s",
		async (status, outcome, got) => {
			const again = () => said(status);
			const report = await checked(
				kinds.prolific as Kind,
				{ forgetful: true, again },
				{ only: ["retry"] },
			);

			expect(report.results).toMatchObject([
				{ id: "retry.after-failure", outcome, got },
			]);
		},
	);

	it("whose work cannot be made to fail has that said of it", async () => {
		const fail = () => Promise.reject(new Error('"false" ended with 1'));
		const report = await checked(
			kinds.prolific as Kind,
			{},
			{ only: ["retry"] },
			{ ways: { fail } },
		);

		expect(report.results).toMatchObject([
			{
				id: "retry.after-failure",
				outcome: "unknown",
				got: 'its work was not made to fail: "false" ended with 1',
			},
		]);
	});

	it("of Stripe that takes what is signed ahead does as Stripe's own library, and passes", async () => {
		const kind = kinds.stripe as Kind;
		const report = await checked(
			kind,
			{
				accepts: (seen) =>
					seen.ok && seesAge(kind, seen, 300_000, Number.POSITIVE_INFINITY),
			},
			{ only: ["ts"] },
		);

		expect(remarksOf(report), report.text).toEqual([]);
		expect(report.text).toContain("as Stripe's own library does");
	});

	it("that verifies nothing is not told that it takes an old secret too", async () => {
		const kind = kinds.prolific as Kind;
		const report = await checked(kind, { accepts: () => true });

		const found = report.results.find(({ id }) => id === "replace.old");
		expect(found).toMatchObject({
			outcome: "unknown",
			got: expect.stringContaining("cause.not-verified explains it"),
		});
	});

	it("that refuses fields that there are not yet is not told that bodies are too long", async () => {
		const kind = kinds.spritz as Kind;
		const report = await checked(kind, {
			answer: ({ json }) => ("lhcheck" in json() ? said(422) : undefined),
		});

		const found = report.results.find(({ id }) => id === "body.size");
		expect(found?.outcome, report.text).toBe("unknown");
	});

	it("that is slow is told of", async () => {
		const clock = hastyClock();
		const slow = {
			done: () => {
				clock.spend(6000);
				return said(204);
			},
		};
		const kind = kinds.prolific as Kind;
		const report = await checked(
			kind,
			slow,
			{ only: ["resp", "event.each"] },
			{ clock },
		);

		expect(remarksOf(report)).toEqual(["resp.time"]);
	});

	it.each<[how: string, most: number, said: Said]>([
		["with 403", 5, said(403, "banned")],
		["with 403, after all checks of signatures", 20, said(403, "banned")],
		["with 429", 5, said(429, "banned")],
		[
			"for longer than a check lasts",
			5,
			{ ...said(429, "banned"), headers: { "retry-after": "900" } },
		],
	])(
		"that locks out %s fails, and ends the check with a sentence",
		async (_, most, banned) => {
			const kind = kinds.prolific as Kind;
			let refusals = 0;
			const report = await checked(kind, {
				refuse: () => (++refusals > most ? banned : said(401)),
				answer: () => (refusals > most ? banned : undefined),
			});

			const failed = report.results.filter(({ outcome }) => outcome === "fail");
			const got = expect.stringMatching(
				`it locks out: ${banned.status} "banned" to a right delivery, after \\d+ that it refused`,
			);
			expect(failed, report.text).toMatchObject([{ id: "sig.lock-out", got }]);
			expect(report).toMatchObject({ ok: false, reason: "locked-out" });
			expect(report.text).toContain("it locks out at");
			const ids = report.results.map(({ id }) => id);
			expect(new Set(ids).size).toBe(ids.length);
		},
	);

	it("is covered for each check", () => {
		const covered = new Set<string>(cases.map(({ id }) => id));
		const elsewhere = ["reach", "resp.time", "sig.lock-out", "http.keep-alive"];

		expect(
			Object.keys(table).filter(
				(id) => !covered.has(id) && !elsewhere.includes(id),
			),
		).toEqual([]);
	});
});

describe("A receiver that refuses what is right", () => {
	it.each([
		[503, 7],
		[500, 7],
		[503, 5],
	])(
		"and fails with %i now and then, every %ith time, is told its mistake",
		async (status, often) => {
			const clock = hastyClock();
			let count = 0;
			const report = await checked(
				kinds.prolific as Kind,
				{
					accepts({ headers, secret, body, given }) {
						const time = headers("x-prolific-request-timestamp") ?? "";
						const digest = createHmac("sha256", secret)
							.update(`${time}|`)
							.update(body)
							.digest("base64");
						return ++count % often !== 0 && given === digest;
					},
					refuse: () => ({ status: count % often === 0 ? status : 401 }),
				},
				{ only: ["reach", "sig.none"] },
				{ clock },
			);

			expect(report.results[1], report.text).toMatchObject({
				id: "cause.content-separator",
				sure: "certain",
			});
			expect(remarksOf(report)).toEqual(["reach", "cause.content-separator"]);
			expect(clock.stopwatch()).toBeLessThan(30_000);
		},
	);

	it("and is busy at the first delivery alone passes", async () => {
		let count = 0;
		const report = await checked(
			kinds.spritz as Kind,
			{
				accepts: ({ ok }) => ++count > 1 && ok,
				refuse: () => ({ status: count > 1 ? 401 : 503 }),
			},
			{ only: ["reach", "sig.none"] },
		);

		expect(remarksOf(report), report.text).toEqual([]);
	});

	it("and has the secret that is made of the seed, where another one is given, is told so", async () => {
		const own = planOf("http://127.0.0.1:1", { provider: "prolific" }).subject;
		const report = await checked(
			kinds.prolific as Kind,
			{ secrets: () => [own.secret] },
			{ only: ["reach"], secret: "one-of-my-own-0123456789" },
		);

		expect(report.results[1], report.text).toMatchObject({
			id: "cause.secret-other",
			sure: "certain",
			got: "The receiver uses the secret that localhook makes of the seed, not the one given.",
		});
	});

	it("and writes JSON anew with its letters is not said to decode it in another charset", async () => {
		const kind = kinds.prolific as Kind;
		const withLetters = (body: Uint8Array) =>
			Buffer.from(body)
				.toString()
				.replaceAll(/(?<!\\)\\u([\da-f]{4})/g, (_, code) =>
					String.fromCharCode(Number.parseInt(code, 16)),
				)
				.replaceAll(/\n\s*/g, "");
		const report = await checked(
			kind,
			{
				accepts: (seen) =>
					kind.verify({ ...seen, body: Buffer.from(withLetters(seen.body)) }),
			},
			{ only: ["body.size", "http.get"] },
		);

		expect(remarksOf(report), report.text).toEqual([
			"body.size",
			"cause.body-reserialised",
		]);
		expect(report.text).not.toContain("signed as it expects");
	});
});
