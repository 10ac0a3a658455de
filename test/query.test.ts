import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Attempt, Delivery } from "../src/contract/records.ts";
import { LocalhookError } from "../src/errors.ts";
import { commandLine } from "../src/generated/command-line.ts";
import { fields } from "../src/query/fields.ts";
import { describeMiss, nearestMisses } from "../src/query/nearest-misses.ts";
import { matchesEvent, parseQuery } from "../src/query/parse.ts";
import { anyText, textOf } from "./support/arbitraries.ts";
import { attemptOf, deliveryOf, type Made } from "./support/deliveries.ts";

const now = Date.parse("2026-11-21T12:00:00Z");
const minute = 60_000;
const answered: Attempt = attemptOf(0);
const timedOut: Attempt = {
	...attemptOf(undefined),
	error: { code: "timeout", message: "No answer came within 30 s" },
};
const body = '{"status":"PAUSED","note":"in review, ½ done"}';
const delivery: Delivery = {
	...deliveryOf(0, "Sub1", "acme"),
	id: "dlv_Ab1",
	event: {
		id: "evt_Cd2",
		provider: "acme",
		type: "study.status.change",
		payload: {},
		time: now,
	},
	url: "http://127.0.0.1:3000/Hooks?a=1,2",
	body: Buffer.from(body),
	createdAt: now - 10 * minute,
	attempts: [timedOut, answered],
	state: "failed",
	reason: "the endpoint was switched off",
};

function matches(query: string, given: Partial<Delivery> = {}): boolean {
	return parseQuery(query).matches({ ...delivery, ...given }, now);
}

it("names the field whose name there is not", () => {
	expect(() => parseQuery("type:delivery", { type: ["a.b"] })).toThrow(
		'there is no type of this name at character 6 ("delivery"). There is a.b.',
	);
});

describe("a query, asked of an event", () => {
	it.each([
		["event:evt_Cd2", true],
		["event:study.*", true],
		["event:other", false],
		["type:study.status.change after:1m", true],
		["-type:study.*", false],
		["before:1m", false],
		["state:failed", false],
		["-state:delivered", false],
		["paused", false],
	])("%j says %s", (query, answer) => {
		expect(matchesEvent(parseQuery(query), delivery.event, now)).toBe(answer);
	});
});

function refusal(query: string): LocalhookError {
	try {
		parseQuery(query);
	} catch (error) {
		if (error instanceof LocalhookError) return error;
		throw error;
	}
	throw new Error(`${JSON.stringify(query)} was not refused`);
}

describe("a query", () => {
	it.each([
		["", true],
		["  \n", true],
		["provider:acme type:study.* status:failed attempts:>1", true],
		["provider:acme state:delivered", false],
		["-state:delivered", true],
		["-state:failed", false],
		["state:delivered,failed", true],
		["-state:delivered,failed", false],
		["state:failed state:delivered", false],
		['type:"study.status.change",other', true],
		['"in review" -draft', true],
		['"in review" -paused', false],
		["a:b", undefined],
		['"a:b"', false],
	])("%j, asked of a delivery, says %s", (query, answer) => {
		if (answer === undefined) expect(() => matches(query)).toThrow();
		else expect(matches(query)).toBe(answer);
	});

	it.each([
		["event:study.status.change", true],
		["event:study.progress.*", false],
		["id:dlv_Ab1", true],
		["id:dlv_ab1", false],
		["id:dlv_A", false],
		["id:dlv_A*", true],
		["event:evt_Cd2", true],
		["event:EVT_CD2", false],
		["endpoint:Sub1", true],
		["endpoint:sub1", false],
		["provider:ACME", true],
		["provider:pro", false],
		["type:STUDY.*", true],
		["type:study", false],
		["type:*.status.*", true],
		["url:/hooks", true],
		["url:http://127.0.0.1:3000/", true],
		['url:"A=1,2"', true],
		["url:/other", false],
		['reason:"Switched off"', true],
		["reason:the*off", true],
		["reason:deleted", false],
		["body:paused", true],
		['body:"½ DONE"', true],
		["body:review*done", true],
		["body:done*review", false],
	])("compares text: %s is %s", (query, answer) => {
		expect(matches(query)).toBe(answer);
	});

	it.each(["dlv_ab", "CD2", "Status.Change", "/hooks", "SWITCHED", "paused"])(
		"finds the word %s in an id, type, URL, reason or body",
		(word) => {
			expect(matches(word)).toBe(true);
			expect(matches(`-${word}`)).toBe(false);
		},
	);

	it.each(["acme", "Sub1", "failed"])(
		"does not look for the word %s elsewhere",
		(word) => {
			expect(matches(word)).toBe(false);
		},
	);

	it.each([
		["state:FAILED", true],
		["status:failed", true],
		["status:Pending", false],
		["status:500", true],
		["status:5xx", true],
		["status:5XX", true],
		["status:4xx", false],
		["status:>=400", true],
		["status:<500", false],
		["status:404,500", true],
		["status:delivered,500", true],
		["attempts:2", true],
		["attempts:=2", true],
		["attempts:>2", false],
		["attempts:>=2", true],
		["attempts:<2", false],
		["attempts:<=2", true],
		["attempts:1,2", true],
	])("compares states and numbers: %s is %s", (query, answer) => {
		expect(matches(query)).toBe(answer);
	});

	it("asks the last attempt for its HTTP status and its error", () => {
		const unanswered = { attempts: [answered, timedOut] };

		expect(matches("status:500", unanswered)).toBe(false);
		expect(matches("-status:500", unanswered)).toBe(true);
		expect(matches("error:timeout", unanswered)).toBe(true);
		expect(matches('error:"within 30 S"', unanswered)).toBe(true);
		expect(matches("error:timeout")).toBe(false);
		expect(matches("status:<600", { attempts: [] })).toBe(false);
	});

	it("finds nothing where a delivery has nothing", () => {
		expect(matches("parent:*")).toBe(false);
		expect(matches("parent:*", { parent: "dlv_0" })).toBe(true);
		expect(matches("parent:dlv_0", { parent: "dlv_0" })).toBe(true);
		expect(matches("error:*")).toBe(false);
	});

	it.each([
		["before:9m", true],
		["before:10m", false],
		["after:10m", true],
		["after:9m", false],
		["before:1h after:1d", false],
		["before:1m after:1h", true],
		["after:2026-11-21", true],
		["before:2026-11-21", false],
		["after:2026-11-21T11:50:00Z", true],
		["before:2026-11-21T11:50:00Z", false],
		["before:2026-11-21T11:50:00.001Z", true],
		["after:2026-11-21T12:50+01:00", true],
	])(
		"tells when a delivery was made, ten minutes ago: %s is %s",
		(query, answer) => {
			expect(matches(query)).toBe(answer);
		},
	);

	it("takes quoted stars, commas and escapes as they are", () => {
		const type = { event: { ...delivery.event, type: 'a*,"b\\' } };

		expect(matches('type:"a*,\\"b\\\\"', type)).toBe(true);
		expect(matches('type:"a*"*', type)).toBe(true);
		expect(matches('type:"*"', type)).toBe(false);
		expect(matches('type:a"*,"*', type)).toBe(true);
	});

	it("finds each part of a text, whatever the case of its letters", () => {
		const text = textOf("a", "Σ", "ς", "σ", "İ", "i", "ß", "ẞ", "\u0307");
		fc.assert(
			fc.property(text, text, text, (before, part, after) => {
				fc.pre(part !== "");
				const given = { body: Buffer.from(before + part + after) };

				expect(matches(`body:"${part}"`, given)).toBe(true);
			}),
		);
	});

	it("matches stars as following every way does", () => {
		const pattern = fc.stringMatching(/^[ab*]{1,6}$/);
		const text = fc.stringMatching(/^[ab]{0,6}$/);
		fc.assert(
			fc.property(pattern, text, (wanted, found) => {
				const given = {
					url: found,
					event: { ...delivery.event, type: found },
				};

				expect(matches(`type:${wanted}`, given)).toBe(fits(wanted, found));
				expect(matches(`url:${wanted}`, given)).toBe(
					fits(`*${wanted}*`, found),
				);
			}),
			{ numRuns: 1000, examples: [["a*a", "a"]] },
		);
	});

	it("turned round says the opposite", () => {
		const examples = commandLine.queries.map(({ example }) => example);
		const term = fc.constantFrom(
			...examples.slice(0, Object.keys(fields).length),
		);
		const state = fc.constantFrom(
			"pending",
			"delivered",
			"failed",
			"cancelled",
		);
		fc.assert(
			fc.property(term, state, (text, state) => {
				const given = { state } as const;

				expect(matches(`-${text}`, given)).toBe(!matches(text, given));
			}),
		);
	});
});

describe("a bad query", () => {
	it.each([
		[
			"provider:acme stat:failed",
			15,
			/^Failed to read the query: there is no such field at character 15 \("stat:failed"\)\. The fields are id, event, .+, body\. Did you mean "state"/,
		],
		["constructor:x", 1, /there is no such field/],
		["__proto__:x", 1, /there is no such field/],
		[
			"state:faild",
			7,
			/no such state .+ Give one of pending, delivered, failed, cancelled\. Did you mean "failed"\?$/,
		],
		["state:failed,fa*", 14, /no such state/],
		["status:faild", 8, /such as 500, 5xx or >=400, or one of pending/],
		["status:6xx", 8, /no such HTTP status/],
		[
			"attempts:many",
			10,
			/a number is missing .+ Give one such as 3, >1 or <=5\.$/,
		],
		["attempts:-1", 10, /a number is missing/],
		["attempts:>", 10, /a number is missing/],
		["before:10", 8, /a time is missing .+ such as 10m or 3d/],
		["after:2026-11-21T10:00:00", 7, /a time is missing/],
		["after:2026-02-31", 7, /a time is missing/],
		["after:2026-13-01", 7, /a time is missing/],
		["before:1m,soon", 11, /a time is missing/],
		["  state:", 3, /nothing to look for/],
		["state:failed,", 1, /nothing to look for/],
		["x -", 3, /nothing to look for/],
		['x ""', 3, /nothing to look for/],
		['x "open', 3, /a quoted text has no end .+ End it with "/],
		['type:"open\\"', 6, /a quoted text has no end/],
		['x it"s', 5, /a quoted text has no end/],
	])("%j is refused at character %i", (query, position, message) => {
		const error = refusal(query);

		expect(error.code).toBe("invalid-query");
		expect(error.details).toEqual({ position });
		expect(error.message).toMatch(message);
		expect(error.message).toContain(`at character ${position} (`);
	});

	it.each([
		["too long", "a".repeat(4097), 4097, "longer than 4096 characters"],
	])("%s is refused, with the limit", (_, query, position, message) => {
		const error = refusal(query);

		expect(error.details).toEqual({ position });
		expect(error.message).toContain(message);
		expect(error.message.length).toBeLessThan(250);
	});

	it("is refused at a place inside it, and any other is read", () => {
		const likely = textOf(
			...Object.keys(fields).map((name) => `${name}:`),
			...[
				" ",
				"-",
				'"',
				"\\",
				"*",
				",",
				">",
				"5xx",
				"10m",
				"failed",
				"x",
				"\n",
			],
		);
		fc.assert(
			fc.property(fc.oneof(likely, anyText()), (text) => {
				let position: unknown = 1;
				try {
					const query = parseQuery(text);
					query.matches(delivery, now);
					nearestMisses(query, [delivery], now).map(describeMiss);
				} catch (error) {
					if (!(error instanceof LocalhookError)) throw error;
					expect(error.code).toBe("invalid-query");
					position = error.details.position;
				}

				expect(position).toBeGreaterThanOrEqual(1);
				expect(position).toBeLessThanOrEqual(Math.max(1, text.length));
			}),
			{ numRuns: 500 },
		);
	});
});

describe("the body", () => {
	it.each([
		["state:failed provider:acme", 0],
		["body:x state:pending", 0],
		["dlv_ab", 0],
		["paused body:review nowhere body:x", 1],
	])("is decoded by %j so many times: %i", (query, times) => {
		let decoded = 0;
		const watched = Object.defineProperty({ ...delivery }, "body", {
			get() {
				decoded++;
				return delivery.body;
			},
		});

		parseQuery(query).matches(watched, now);

		expect(decoded).toBe(times);
	});

	const run = "a".repeat(38);
	const long = "a".repeat(124);
	it.each([
		["texts that differ at their end", `-${run}b `],
		["texts that differ at their start", `-b${run} `],
		["texts that differ in the middle", `-${long}b${long} `],
		["stars", `-${"a*".repeat(2040)}b`],
		["lists", `-body:${"b,".repeat(99)}b`],
	])("of 1 MiB is searched for many %s", (_, term) => {
		const times = Math.min(
			Math.floor(100 / term.split(",").length),
			Math.floor(4096 / term.length),
		);
		const large = { body: Buffer.alloc(1024 * 1024, "a") };

		expect(matches(term.repeat(times), large)).toBe(true);
	});
});

describe("the nearest misses", () => {
	const made = (given: Partial<Made>) => ({ ...delivery, ...given });

	it("are those with the most terms that hold, the newest first, with what differed", () => {
		const far = made({
			id: "far",
			state: "pending",
			createdAt: now,
			attempts: [],
		});
		const old = made({ id: "old", state: "delivered", createdAt: 1 });
		const fresh = made({ id: "fresh", state: "cancelled", createdAt: 2 });
		const match = made({ id: "match" });
		const query = parseQuery("type:study.* state:failed attempts:>1");

		const misses = nearestMisses(query, [far, old, match, fresh], now);

		expect(misses).toEqual([
			{
				delivery: fresh,
				differs: [{ field: "state", wanted: "failed", found: "cancelled" }],
			},
			{
				delivery: old,
				differs: [{ field: "state", wanted: "failed", found: "delivered" }],
			},
			{
				delivery: far,
				differs: [
					{ field: "state", wanted: "failed", found: "pending" },
					{ field: "attempts", wanted: ">1", found: "0" },
				],
			},
		]);
	});

	it("are three, or as many as are asked for", () => {
		const some = Array.from({ length: 5 }, (_, i) => made({ createdAt: i }));
		const query = parseQuery("state:pending");

		expect(nearestMisses(query, some, now)).toHaveLength(3);
		expect(nearestMisses(query, some, now, 1)).toHaveLength(1);
		expect(nearestMisses(query, [], now)).toEqual([]);
	});

	it.each([
		["state:delivered", "state: wanted delivered, found failed"],
		["-state:failed", "state: wanted not failed, found failed"],
		["status:404", "status: wanted 404, found 500, failed"],
		["parent:*", "parent: wanted *, found nothing"],
		["error:timeout", "error: wanted timeout, found nothing"],
		["after:1m", "after: wanted 1m, found 2026-11-21T11:50:00.000Z"],
		['"no such"', 'text: wanted "no such", found nothing'],
		["-paused", "text: wanted not paused, found paused"],
		["body:x", `body: wanted x, found ${body}`],
		[
			"id:1 event:2 endpoint:3 url:4",
			"id: wanted 1, found dlv_Ab1; event: wanted 2, found evt_Cd2: study.status.change; endpoint: wanted 3, found Sub1",
		],
	])("of %s read well", (query, line) => {
		const misses = nearestMisses(parseQuery(query), [delivery], now);

		expect(misses.map(describeMiss)).toEqual([
			`delivery dlv_Ab1 differs in ${line}`,
		]);
	});

	it("find nothing in an empty body", () => {
		const empty = made({ body: new Uint8Array() });

		const [miss] = nearestMisses(parseQuery("body:x"), [empty], now);

		expect(miss?.differs).toEqual([{ field: "body", wanted: "x" }]);
	});

	it("show a long body by its start and its end, in one line", () => {
		const long = made({ body: Buffer.from(`a\n\tb${"c".repeat(1000)}`) });

		const [miss] = nearestMisses(parseQuery("body:x"), [long], now);

		expect(miss?.differs[0]?.found).toBe(
			`a b${"c".repeat(47)}…${"c".repeat(49)}`,
		);
	});
});

describe("the help of the query language", () => {
	it.each(commandLine.queries)(
		"gives $example as an example that is read",
		({ example, summary }) => {
			expect(parseQuery(example).terms).not.toEqual([]);
			expect(summary).not.toBe("");
		},
	);

	it("names each field once, with an example of its own", () => {
		const names = Object.keys(fields);

		expect(names.length).toBeGreaterThan(10);
		expect(
			names.filter(
				(name, at) => !commandLine.queries[at]?.example.startsWith(`${name}:`),
			),
		).toEqual([]);
	});
});

/** Whether the pattern is the whole text, found by following every way through it at once. */
function fits(pattern: string, text: string): boolean {
	let places = new Set([0]);
	for (const character of pattern) {
		const next = new Set<number>();
		for (const place of places) {
			if (character !== "*") {
				if (text[place] === character) next.add(place + 1);
			} else for (let i = place; i <= text.length; i++) next.add(i);
		}
		places = next;
	}
	return places.has(text.length);
}
