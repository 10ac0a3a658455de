import { describe, expect, it, onTestFinished } from "vitest";
import { pageOf } from "../src/cli/io.ts";
import type { Delivery } from "../src/contract/records.ts";
import type { JournalEntry } from "../src/delivery/journal.ts";
import { entryLines } from "../src/engine/entry-lines.ts";
import {
	type JournalEntry as Shown,
	showEntry,
} from "../src/engine/entry-view.ts";
import { timelineLines } from "../src/hooks/evidence.ts";
import { runInProcess, startInProcess } from "./support/in-process.ts";
import { usual } from "./support/providers.ts";
import { startReceiver } from "./support/receiver.ts";

const at = Date.parse("2026-11-21T09:00:00.000Z");
const seq = 1;
const event = {
	id: "41baf505-0098-407c-a4c9-588bb1ed30bf",
	provider: "workshop",
	type: "thing.state.changed",
	payload: {},
	time: at,
};
const delivery: Delivery = {
	id: "dlv_2Mj9nKy4d0kHljlv0pww",
	event,
	endpoint: "e1",
	url: "http://me:secret@127.0.0.1:3000/webhooks/workshop",
	body: new Uint8Array(),
	headers: {},
	createdAt: at,
	updatedAt: at,
	attempts: [],
	state: "pending",
};
const sent = {
	number: 1,
	at,
	duration: 3.2,
	url: "http://127.0.0.1:3000/webhooks/workshop",
	headers: {},
	ok: false,
};
const call = {
	id: "c1",
	provider: "workshop",
	operation: "create-secret",
	method: "POST",
	path: "/api/v1/hooks/secrets/",
	status: 201,
	at,
	duration: 0.3,
};
function answered(status: number, body = "") {
	const bytes = new TextEncoder().encode(body);
	return { status, headers: {}, body: bytes, truncated: false };
}
function ended(state: Delivery["state"], reason?: string): JournalEntry {
	const told = reason === undefined ? { state } : { state, reason };
	return { seq, kind: "settled", delivery: { ...delivery, ...told }, at };
}

/** What each entry says after the time, and below it. */
const cases: [name: string, entry: JournalEntry, lines: string[]][] = [
	[
		"a call",
		{ seq, kind: "call", call },
		["workshop    call     201  POST /api/v1/hooks/secrets/  create-secret"],
	],
	[
		"a call with a long path, which a fault met",
		{
			seq,
			kind: "call",
			call: {
				...call,
				path: `/${"a".repeat(30)}/${"b".repeat(30)}`,
				status: 500,
				fault: "status",
			},
		},
		[
			"workshop    call     500  POST /aaaaaaaaaaaaa…bbbbbbbbbbbbbbbbbb  create-secret",
			"fault: status",
		],
	],
	[
		"an event",
		{ seq, kind: "event", event, matched: 1 },
		[
			"workshop    event         thing.state.changed, 1 delivery  41baf505-0…bb1ed30bf",
		],
	],
	[
		"an event that matched no endpoint",
		{ seq, kind: "event", event, matched: 0 },
		[
			"workshop    event         thing.state.changed matched no endpoint  41baf5…d30bf",
		],
	],
	["the begin of a delivery", { seq, kind: "delivery", delivery }, []],
	[
		"an attempt that was accepted",
		{
			seq,
			kind: "attempt",
			delivery,
			attempt: { ...sent, ok: true, response: answered(200, "ok") },
		},
		[
			"workshop    attempt  200  thing.state.changed #1 → :3000/w…rkshop  dlv_2Mj9nKy4",
		],
	],
	[
		"an attempt that was rejected, and when the next one is due",
		{
			seq,
			kind: "attempt",
			delivery,
			attempt: {
				...sent,
				response: answered(503, `not\n\u001b${"x".repeat(200)}`),
			},
			nextAt: at + 600_000,
		},
		[
			"workshop    attempt  503  thing.state.changed #1 → :3000/w…rkshop  dlv_2Mj9nKy4",
			`answered "not\\n\\u001b${"x".repeat(14)}…${"x".repeat(23)}…"`,
			"next attempt <+10m>",
		],
	],
	[
		"an attempt without an answer",
		{
			seq,
			kind: "attempt",
			delivery,
			attempt: {
				...sent,
				duration: 30_000,
				error: {
					code: "connection",
					message:
						"the receiver closed the connection without an answer. Does the receiver listen for https? Then write https:// in its URL",
				},
			},
		},
		[
			"workshop    attempt  err  thing.state.changed #1 → :3000/w…rkshop  dlv_2Mj9nKy4",
			"connection: the receiver closed the connection without an answer. Does the",
			"receiver listen for https? Then write https:// in its URL",
			"took 30s",
		],
	],
	[
		"an attempt that a fault met, on a new connection",
		{
			seq,
			kind: "attempt",
			delivery,
			attempt: {
				...sent,
				url: "https://app.example.com/hooks",
				ok: true,
				response: answered(200),
				fault: "duplicate",
				reconnected: true,
			},
		},
		[
			"workshop    attempt  200  thing.state.changed #1 → https:/…/hooks  dlv_2Mj9nKy4",
			"fault: duplicate; sent again on a new connection",
		],
	],
	[
		"an attempt of a delivery that was resent",
		{
			seq,
			kind: "attempt",
			delivery: { ...delivery, parent: "dlv_4fNq0aV7hT2kPz81mXcd" },
			attempt: { ...sent, ok: true, response: answered(200) },
		},
		[
			"workshop    attempt  200  thing.state.changed #1 → :3000/w…rkshop  dlv_2Mj9nKy4",
			"repeats dlv_4fNq0aV7",
		],
	],
	[
		"the fault of an attempt, which the attempt has said",
		{ seq, kind: "fault", delivery, at, fault: "status", attempt: 1 },
		[],
	],
	[
		"a fault of a whole delivery",
		{ seq, kind: "fault", delivery, at, fault: "drop" },
		["workshop    fault         thing.state.changed: drop  dlv_2Mj9nKy4"],
	],
	[
		"that an endpoint was disabled",
		{
			seq,
			kind: "disabled",
			delivery,
			at,
			reason: "was disabled after 3 failed deliveries in a row",
		},
		[
			"workshop    disabled       e1  dlv_2Mj9nKy4",
			"the endpoint was disabled after 3 failed deliveries in a row",
		],
	],
	["that it was delivered, which its attempt has said", ended("delivered"), []],
	[
		"that it was given up, and why",
		ended("failed", "the provider gives up after 6 attempts"),
		[
			"workshop    settled       thing.state.changed failed  dlv_2Mj9nKy4",
			"the provider gives up after 6 attempts",
		],
	],
	[
		"that it was cancelled",
		ended("cancelled", "the provider was reset"),
		[
			"workshop    settled       thing.state.changed cancelled  dlv_2Mj9nKy4",
			"the provider was reset",
		],
	],
];

describe("a rejected attempt", () => {
	const html = { "content-type": "text/html" };
	const rejected = (
		response: Partial<ReturnType<typeof answered>>,
		more: Partial<Delivery> = {},
	) => {
		const attempt = { ...sent, response: { ...answered(401), ...response } };
		const entry = { seq, kind: "attempt", attempt } as const;
		return showEntry({ ...entry, delivery: { ...delivery, ...more } });
	};
	const bytes = (text: string) => new TextEncoder().encode(text);
	const notes = (entry: Shown) => entryLines(entry, pageOf({}, {})).slice(1);
	const why = "why: localhook explain dlv_2Mj9nKy4";

	it.each<[what: string, Shown, string]>([
		["a bare refusal", rejected({}), why],
		[
			"a route that does not exist",
			rejected({
				status: 404,
				headers: html,
				body: bytes("<pre>Cannot POST /hook</pre>"),
			}),
			`Express has no such route answered "<pre>Cannot POST /hook</pre>" ${why}`,
		],
		[
			"another method",
			rejected({ status: 405, headers: { allow: "GET" } }),
			`the route takes other methods, and providers send POST; allow: GET ${why}`,
		],
		[
			"a failure that shows its error",
			rejected({
				status: 500,
				body: bytes("TypeError: x is not a function\n    at y.js:1:2"),
			}),
			`it failed; it says "TypeError: x is not a function" answered "TypeError: x is not a function\\n    at y.js:1:2" ${why}`,
		],
		[
			"a redirect",
			rejected({ status: 302, headers: { location: "/login" } }),
			`a redirect to /login ${why}`,
		],
		["a status that may mean many things", rejected({ status: 503 }), why],
	])(
		"says what the answer says for itself, and how to ask: %s",
		(_, entry, text) => {
			const lines = notes(entry);

			expect(
				lines.join(" ").replaceAll(/\s+/g, " ").replaceAll("; ", " ").trim(),
			).toBe(text.replaceAll(/\s+/g, " ").replaceAll("; ", " "));
			for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
		},
	);

	it("is nothing to ask about where it was signed wrongly on purpose", () => {
		expect(notes(rejected({}, { sign: "garbage" }))).toEqual([]);
	});

	it("is escaped and bounded", () => {
		const location = `/\u001b]0;${"x".repeat(5000)}`;
		const lines = notes(rejected({ status: 302, headers: { location } }));

		expect(lines.join("").length).toBeLessThan(300);
		expect(lines.join("")).toContain("\\u001b");
	});
});

describe("an entry of the journal", () => {
	it.each(cases)("on the terminal: %s", (_, entry, lines) => {
		const { ask, ...page } = pageOf({}, {});
		const shown = entryLines(showEntry(entry), page);

		expect(ask("dlv_1")).toBe("why: localhook explain dlv_1");
		expect(shown).toEqual(
			lines.map((line, index) =>
				`${index === 0 ? "2026-11-21 09:00:00" : " ".repeat(19)}  ${line}`.replace(
					"<+10m>",
					"2026-11-21 09:10:00",
				),
			),
		);
		expect(
			Math.max(0, ...shown.map(({ length }) => length)),
		).toBeLessThanOrEqual(100);
	});

	it.each(cases)(
		"is the same from another server, where an absent field is none: %s",
		(_, entry) => {
			const page = pageOf({}, {});
			const sent: Shown = JSON.parse(JSON.stringify(showEntry(entry)));

			expect(entryLines(sent, page)).toEqual(
				entryLines(showEntry(entry), page),
			);
		},
	);

	it.each(cases)(
		"in a failed test, by the time that has passed: %s",
		(_, entry, lines) => {
			const shown = timelineLines([entry], at - 120_000);

			expect(shown.slice(0, 1).map((line) => line.slice(0, 47))).toEqual(
				lines.slice(0, 1).map((line) => `  +2m       ${line}`.slice(0, 47)),
			);
			if (lines.includes("next attempt <+10m>"))
				expect(shown.at(-1)).toMatch(/next attempt \+12m$/);
			expect(
				Math.max(0, ...shown.map(({ length }) => length)),
			).toBeLessThanOrEqual(100);
		},
	);

	it.each([
		["a terminal of 80 columns", { isTTY: true, columns: 80 }, 80],
		["one that is narrower than any line", { isTTY: true, columns: 40 }, 80],
		["a wide one", { isTTY: true, columns: 300 }, 100],
		["a file", { columns: 80 }, 100],
	])("fits %s", (_, output, width) => {
		const page = pageOf(output, { NO_COLOR: "1" });

		const widths = cases.flatMap(([, entry]) =>
			entryLines(showEntry(entry), page).map(({ length }) => length),
		);

		expect(Math.max(...widths)).toBe(width);
	});
});

describe("start and log", () => {
	const { id, event } = usual;
	it("print the same lines: a fault, when the next attempt is due, and that a delivery was given up", async () => {
		const receiver = await startReceiver();
		onTestFinished(() => receiver.close());
		receiver.answer({ status: 503, body: "away" });
		const { url, printed } = await startInProcess([
			...[id, "--receiver", receiver.url],
			...["--clock", "virtual"],
		]);
		const env = { LOCALHOOK_URL: url };
		const plan = "[{ fault: timeout, times: 1 }]";
		await runInProcess(["faults", "load", "-"], { env, stdin: plan });
		await runInProcess(["send", id, event], { env });
		await runInProcess(["clock", "drain"], { env });
		await printed(/gives up/);

		const { stdout } = await runInProcess(["log"], { env });
		const json = await runInProcess(["log", "--json"], { env });
		const { input } = await printed(/gives up.*\n/);

		expect(input?.slice(input.indexOf("\n\n20") + 2)).toBe(stdout);
		const [[happened, first, second, third, ...rest]] = [
			stdout.trimEnd().split("\n"),
		];
		expect(happened).toMatch(new RegExp(` event .* ${event}, 1 delivery `));
		expect(first).toMatch(new RegExp(` attempt {2}err {2}${event} #1 `));
		expect(second).toMatch(/^ {21}timeout: no complete answer within \d+s$/);
		expect(third).toMatch(
			/^ {21}fault: timeout; next attempt \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
		);
		// The fault has no line of its own.
		expect(rest[0]).toMatch(new RegExp(` attempt {2}503 {2}${event} #2 `));
		expect(rest).toContainEqual(
			expect.stringMatching(/^ {21}why: localhook explain dlv_\w{8}$/),
		);
		const attempts = json.stdout
			.split("\n")
			.filter((line) => line.includes('"kind":"attempt"'))
			.map((line) => JSON.parse(line));
		expect(attempts.slice(0, -1).map(({ nextAt }) => nextAt)).toEqual(
			attempts.slice(1).map(({ at }) => at),
		);
		expect(attempts.at(-1)).not.toHaveProperty("nextAt");
		expect(rest.slice(-2)).toEqual([
			expect.stringMatching(
				new RegExp(` settled {7}${event} failed {2}dlv_\\w{8}$`),
			),
			expect.stringMatching(/^ {21}the provider gives up after \d+ attempts$/),
		]);
	});

	it("name a delivery by the start of its id, which the other commands take", async () => {
		const { url } = await startInProcess([id, "--receiver", "built-in"]);
		const env = { LOCALHOOK_URL: url };
		await runInProcess(["send", id, event], { env });
		await runInProcess(["wait", "state:delivered"], { env });
		const { stdout: log } = await runInProcess(["log"], { env });
		const [dlv = ""] = /dlv_\w+/.exec(log) ?? [];

		const shown = await runInProcess(["show", dlv], { env });
		const none = await runInProcess(["show", `${dlv.slice(0, 11)}!`], { env });

		expect(dlv).toHaveLength(12);
		expect(shown.stdout).toMatch(new RegExp(`^${dlv}\\w{12}  delivered\n`));
		expect(none.stderr).toContain("Failed to find the delivery");
	});
});
