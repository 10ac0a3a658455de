import { describe, expect, it, test } from "vitest";
import type { Endpoint } from "../src/contract/operation.ts";
import {
	acceptedWrongly,
	shouldBeRefused,
	waysToSignBadly,
} from "../src/delivery/bad-signature.ts";
import { entryLines } from "../src/engine/entry-lines.ts";
import { timelineOf } from "../src/hooks/evidence.ts";
import { matchers } from "../src/testing/matchers.ts";
import { startLocalhook } from "../src/testing/start.ts";
import {
	emit,
	minute,
	names,
	ordered,
	retrying,
	states,
} from "./support/dispatching.ts";
import { runInProcess } from "./support/in-process.ts";
import { usual } from "./support/providers.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";
import { serve } from "./support/server.ts";

expect.extend(matchers);

const garbage = { sign: "garbage", merge: { data: { name: "forged" } } };
const alarm =
	"ACCEPTED ALTHOUGH SIGNED WRONGLY (garbage): anybody can send it forged events";

describe("a delivery that is signed wrongly on purpose", () => {
	it("is attempted once, whatever the answer, and counts as no failure of the endpoint", async () => {
		const heard: string[] = [];
		const { engine, hook } = await startAcme({
			...retrying(minute, minute),
			attempted: ({ delivery }) => void heard.push(delivery.id),
		});
		const receiver = await openReceiver();
		receiver.answer({ status: 401 }, { status: 500 }, { status: 429 }, {});
		hook("h1", receiver.url);

		const made = [1, 2, 3].map(
			() => engine.send("acme", "thing.made", garbage).deliveries[0],
		);
		await engine.idle();
		await engine.advance(10 * minute);

		expect(receiver.requests).toHaveLength(3);
		expect(heard).toEqual([]);
		expect(made.map((each) => each?.reason).sort()).toEqual([
			"signed wrongly on purpose (garbage), and refused: the receiver is right",
			"signed wrongly on purpose (garbage), so it is attempted once",
			"signed wrongly on purpose (garbage), so it is attempted once",
		]);
	});

	it("stands in no line, so it neither waits for an earlier one nor holds up a later one", async () => {
		const { engine, hook } = await startAcme(ordered(minute, minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 }, { status: 401 }, {});
		hook("h1", receiver.url);

		const [first] = await emit(engine, "first");
		engine.send("acme", "thing.made", garbage);
		await engine.idle();
		const [last] = await emit(engine, "last");
		expect(names(receiver.requests)).toEqual(["first", "forged"]);
		await engine.advance(minute);

		expect(names(receiver.requests)).toEqual([
			"first",
			"forged",
			"first",
			"last",
		]);
		expect(states([first, last].filter((each) => each !== undefined))).toEqual([
			"delivered",
			"delivered",
		]);
	});

	it("is as wrong when it is sent again exactly, and right when it is signed anew", async () => {
		const { engine, hook } = await startAcme(retrying(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 401 }, { status: 401 }, {});
		hook("h1", receiver.url);
		const [delivery] = engine.send("acme", "thing.made", garbage).deliveries;
		await engine.idle();

		const exact = engine.resend(delivery?.id ?? "", "exact");
		await engine.idle();
		const anew = engine.resend(delivery?.id ?? "", "resign");
		await engine.idle();

		expect(exact).toMatchObject({ sign: "garbage", state: "failed" });
		expect(anew).toMatchObject({ state: "delivered" });
		expect(anew).not.toHaveProperty("sign");
	});

	it("is said to be wrongly accepted where it is", async () => {
		const { engine, hook } = await startAcme();
		const receiver = await openReceiver();
		receiver.answer({ status: 204 }, { status: 204 }, { status: 401 });
		hook("h1", receiver.url);

		const [right] = await emit(engine, "right");
		const [wrong] = engine.send("acme", "thing.made", garbage).deliveries;
		await engine.idle();
		const [refused] = engine.send("acme", "thing.made", garbage).deliveries;
		await engine.idle();

		expect(wrong?.attempts).toMatchObject([{ wronglyAccepted: true }]);
		for (const each of [right, refused])
			expect(each?.attempts[0]).not.toHaveProperty("wronglyAccepted");
		expect(timelineOf(engine).split(alarm)).toHaveLength(2);
	});
});

describe("what a receiver has to refuse", () => {
	const endpoint: Endpoint = { id: "h1", url: "", secrets: ["new"] };
	it.each<[string, readonly string[], string | undefined, boolean]>([
		["garbage", endpoint.secrets, undefined, true],
		["none", endpoint.secrets, undefined, true],
		["none", [], undefined, false],
		["stale:10m", endpoint.secrets, undefined, true],
		["stale:5m", endpoint.secrets, undefined, false],
		["future:1h", endpoint.secrets, undefined, true],
		["future:20s", endpoint.secrets, undefined, false],
		["previous-secret", endpoint.secrets, "old", true],
		["previous-secret", ["new", "old"], "old", false],
	])("%s with the secrets %j after %s: %s", (sign, secrets, previous, is) => {
		expect(shouldBeRefused(sign, secrets, previous)).toBe(is);
	});

	it.each(waysToSignBadly)("is dangerous to accept: %s", (way) => {
		expect(acceptedWrongly(`${way}:7m`)).toMatch(
			new RegExp(`^ACCEPTED ALTHOUGH SIGNED WRONGLY \\(${way}:7m\\): [^<>]+$`),
		);
	});
});

/** A provider with one receiver, and the command line for it. */
async function commanded() {
	const receiver = await openReceiver();
	const { url } = await serve(usual.id, { receiver: receiver.url });
	const cli = (...words: string[]) =>
		runInProcess(words, { env: { LOCALHOOK_URL: url } });
	const send = ["send", usual.id, usual.event, "--sign"];
	return { receiver, cli, send };
}

test("send --sign fails where the receiver accepts it, and every view of the delivery says so", async () => {
	const { receiver, cli, send } = await commanded();
	receiver.answer({ status: 204 });

	const accepted = await cli(...send, "garbage");
	const asJson = await cli(...send, "garbage", "--json");
	const views = [
		accepted,
		await cli("show", "latest"),
		await cli("log", "sign:garbage"),
		await cli("wait", "sign:*"),
		await cli("export", "har", "--output", "-"),
		await cli("export", "curl", "--output", "-"),
	];
	const log = await cli("log", "--json");
	const ndjson = await cli("export", "ndjson", "--output", "-");

	expect(accepted.code).toBe(1);
	expect(asJson.code).toBe(1);
	for (const { stdout } of views) expect(stdout).toContain(alarm);
	for (const { stdout } of [asJson, log, ndjson])
		expect(stdout).toContain('"wronglyAccepted":true');
});

test.each([
	[401, "Refused with 401: the receiver is right"],
	[500, "Not accepted, but 500 is no refusal"],
])(
	"send --sign succeeds where the answer is %i, and says %s",
	async (status, said) => {
		const { receiver, cli, send } = await commanded();
		receiver.answer({ status });

		const { code, stdout, stderr } = await cli(...send, "truncated");

		expect(code).toBe(0);
		expect(stderr).toContain(said);
		expect(stderr).not.toContain("clock next");
		expect(stdout).not.toContain("ACCEPTED");
	},
);

test("the log says it in bold red, within 100 columns", async () => {
	const { receiver, cli, send } = await commanded();
	receiver.answer({ status: 204 });
	await cli(...send, "stale:10m");

	const { stdout } = await cli("log");
	const [entry] = (await cli("log", "--json")).stdout
		.split("\n")
		.filter((line) => line.includes('"kind":"attempt"'))
		.map((line) => JSON.parse(line));
	const mark = (name: string) => (text: string) => `<${name} ${text}>`;
	const painted = entryLines(entry, {
		time: () => "now",
		width: 100,
		colours: {
			dim: mark("dim"),
			bold: mark("bold"),
			red: mark("red"),
			yellow: mark("yellow"),
			green: mark("green"),
		},
	});

	expect(stdout.replaceAll(/\s+/g, " ")).toContain(
		"(stale:10m): whoever recorded a delivery can send it again 10m later",
	);
	for (const line of stdout.split("\n"))
		expect(line.length).toBeLessThanOrEqual(100);
	expect(painted[0]).toContain(`<red 204>  <bold <red ${usual.event} #1>>`);
	expect(painted[1]).toMatch(/<bold <red ACCEPTED ALTHOUGH SIGNED WRONGLY /);
});

test("a query refuses a way to sign that does not exist", async () => {
	const { cli } = await commanded();

	const { code, stderr } = await cli("log", "sign:garbag");

	expect(code).toBe(2);
	expect(stderr).toContain('Did you mean "garbage"?');
});

test("a matcher that fails says that a wrong signature was accepted, and asks nothing about a refused one", async () => {
	const receiver = await openReceiver();
	receiver.answer({ status: 204 }, { status: 401 });
	const hooks = await startLocalhook({
		providers: [usual.id],
		receiver: receiver.url,
	});
	const send = () =>
		hooks.provider(usual.id).send(usual.event, {}, { sign: "garbage" });
	try {
		await expect(expect(send()).not.toBeDelivered()).rejects.toThrow(alarm);
		await expect(expect(send()).toBeDelivered()).rejects.toThrow(
			"and refused: the receiver is right",
		);
		expect(receiver.requests).toHaveLength(2);
	} finally {
		await hooks.close();
	}
});
