import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { checkReceiver, planOf } from "../../src/check/check-receiver.ts";
import {
	checked,
	hastyClock,
	type Kind,
	kinds,
	remarksOf,
	type Seen,
	secretOf,
} from "../support/checked.ts";
import { listening } from "../support/dispatching.ts";

const near = (kind: Kind, seen: Seen) =>
	kind.at === undefined || Math.abs(Date.now() - kind.at(seen)) < 300_000;
const hmac = (secret: string, ...parts: (string | Uint8Array)[]) => {
	const digest = createHmac("sha256", secret);
	for (const part of parts) digest.update(part);
	return digest.digest();
};
const rewritten = (seen: Seen) => Buffer.from(JSON.stringify(seen.json()));

describe("A receiver that refuses what is right", () => {
	it.each(["stripe", "github"])(
		"and hashes JSON written anew, of %s, is told so, and nothing else of it is wrong",
		async (name) => {
			const kind = kinds[name] as Kind;
			const report = await checked(kind, {
				accepts: (seen) =>
					near(kind, seen) && kind.verify({ ...seen, body: rewritten(seen) }),
			});

			const [reach, cause] = report.results;
			expect(reach).toMatchObject({ id: "reach", outcome: "fail" });
			expect(cause, report.text).toMatchObject({
				id: "cause.body-reserialised",
				sure: "certain",
			});
			expect(remarksOf(report).slice(2), report.text).toEqual([]);
			expect(report.deliveries).toBeLessThanOrEqual(150);
			expect(report.text).toContain(
				"made with deliveries signed as it expects",
			);
		},
	);

	it("and puts the body first is told so, with what else is wrong", async () => {
		const kind = kinds.stripe as Kind;
		const report = await checked(kind, {
			accepts: ({ given = "", secret, body }) => {
				const [time = "", ...signatures] = given.split(",");
				const digest = hmac(secret, body, ".", time.slice(2)).toString("hex");
				return signatures.includes(`v1=${digest}`);
			},
			id: () => undefined,
		});

		expect(report.results[1], report.text).toMatchObject({
			id: "cause.content-order",
			sure: "certain",
		});
		expect(remarksOf(report)).toEqual([
			...["reach", "cause.content-order", "ts.stale"],
			...["dup.exact", "dup.re-signed", "dup.parallel"],
		]);
	});

	it.each([0, 500, 950])(
		"and tolerates a fraction of a second is told so, and not that it locks out, begun %i ms into a second",
		async (phase) => {
			const kind = kinds.stripe as Kind;
			const clock = hastyClock(Math.floor(Date.now() / 1000) * 1000 + phase);
			const { after } = clock;
			// A timer of Node may be over a millisecond too early.
			clock.after = (milliseconds, task) => after(milliseconds - 1, task);
			const report = await checked(
				kind,
				{
					accepts(seen) {
						clock.spend(5);
						return (
							seen.ok && Math.abs(clock.now() - (kind.at?.(seen) ?? 0)) < 300
						);
					},
				},
				{},
				{ clock },
			);

			expect(report.results[1], report.text).toMatchObject({
				id: "cause.timestamp-tolerance",
				sure: "certain",
			});
			expect(report, report.text).toMatchObject({ failures: 2, warnings: 0 });
			expect(remarksOf(report).slice(2, 5), report.text).toEqual([
				...["ts.stale", "ts.future", "ts.old20s"],
			]);
			expect(report.ended).toBe("150 requests were sent");
		},
	);

	it("and has another secret than that is told so, and no secret is said to be wrong", async () => {
		const kind = kinds.github as Kind;
		const secrets = (own: readonly string[]) => own.map((each) => `${each}\n`);
		const report = await checked(
			kind,
			{ secrets },
			{ skip: ["replace", "roll"] },
		);

		expect(report.results[1], report.text).toMatchObject({
			id: "cause.secret-text",
			sure: "certain",
		});
		expect(remarksOf(report).slice(2), report.text).toEqual([]);
	});

	it.each([
		["header.lookup", "the same without a signature", false],
		["header.lookup", "otherwise without a signature", true],
	])(
		"whatever way it is signed is told once, as %s, if it answers %s",
		async (id, _, tells) => {
			const kind = kinds.github as Kind;
			const report = await checked(kind, {
				accepts: () => false,
				refuse: (seen) => ({
					status: tells && seen.given === undefined ? 400 : 401,
				}),
			});

			const failed = report.results.filter(({ outcome }) => outcome === "fail");
			expect(failed.map((each) => each.id)).toEqual(["reach", id]);
			expect(report.text).toMatch(
				tells
					? /these:\n {4}- {7}Its secret [^-]*\n {4}- {7}Its own digest/
					: /these:\n {4}- {7}Its secret [^-]*\n {4}- {7}It answers [\s\S]*?\n {4}- {7}Its own digest/,
			);
			expect(failed[1]?.among).toEqual([
				"cause.secret-other",
				...(tells ? [] : ["cause.header-name"]),
				"cause.digest-algorithm",
			]);
			expect(report.results[1], report.text).toMatchObject({
				sure: "likely",
				got: expect.stringMatching(/It may be .*: Its secret is another one/),
			});
			expect(report.results.at(-1)).toMatchObject({
				outcome: "unknown",
				got: "no right delivery gets through",
			});
			expect(report.deliveries).toBeLessThanOrEqual(150);
		},
	);

	it("and then locks out is told after how many requests, all of them counted", async () => {
		let count = 0;
		const report = await checked(kinds.github as Kind, {
			accepts: () => false,
			refuse: () => ({ status: ++count > 20 ? 403 : 401 }),
		});

		expect(report.results[1], report.text).toMatchObject({
			id: "cause.lock-out",
			got: expect.stringContaining(`after ${report.deliveries} requests`),
		});
	});

	it.each<[how: string, answer: (count: number) => [number, string, object?]]>([
		["with 401", () => [401, ""]],
		["with 500", () => [500, "TypeError: no"]],
		["with a page that is new each time", (n) => [403, "abc".repeat(n)]],
		["with one status after the other", (n) => [400 + (n % 100), ""]],
		["and asks for patience", () => [429, "", { "retry-after": "0" }]],
	])("%s gets at most 150 requests, of every provider", async (_, answer) => {
		for (const kind of Object.values(kinds)) {
			let count = 0;
			const url = await listening(
				createServer((request, response) => {
					request.resume();
					const [status, page, headers] = answer(++count);
					response.writeHead(status, { ...headers }).end(page);
				}),
			);
			const plan = planOf(url, { ...kind.asked, secret: secretOf(kind) });
			const report = await checkReceiver(url, plan, { clock: hastyClock() });

			expect(count, report.text).toBeLessThanOrEqual(150);
			expect(report.deliveries).toBe(count);
			expect(report.results[0]).toMatchObject({ id: "reach", outcome: "fail" });
		}
	});

	it.each<[cause: string, most: number, answer: [number, string, object?]]>([
		["route", 2, [404, "Cannot POST /webhooks"]],
		["route", 8, [404, "Not found"]],
		["method", 2, [405, "", { allow: "GET" }]],
		["redirect", 2, [302, "", { location: "/login" }]],
		["size", 2, [413, ""]],
		["media-type", 2, [415, ""]],
		["csrf", 2, [403, "CSRF token missing"]],
		["csrf", 35, [403, "Forbidden"]],
		["gateway", 8, [502, "Bad gateway"]],
		["crash", 15, [500, "TypeError: x is not a function\n    at a.js:1:1"]],
	])(
		"and says %s for itself is told that alone, after %i requests at most",
		async (cause, most, answer) => {
			const url = await listening(
				createServer((request, response) => {
					request.resume();
					const [status, page, headers] = answer;
					response.writeHead(status, { ...headers }).end(page);
				}),
			);
			const plan = planOf(url, { scheme: "stripe" });
			const report = await checkReceiver(url, plan, { clock: hastyClock() });

			const told = report.results.filter(({ outcome }) => outcome === "fail");
			expect(told.map(({ id }) => id)).toEqual(["reach", `cause.${cause}`]);
			expect(report.deliveries).toBeLessThanOrEqual(most);
			expect(report.text).toContain("no right delivery gets through");
		},
	);
});
