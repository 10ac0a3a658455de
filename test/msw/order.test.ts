import { setTimeout as later } from "node:timers/promises";
import axios from "axios";
import { expect, onTestFinished, test, vi } from "vitest";
import { clients } from "../support/clients.ts";
import { listeningAcme, orderOf } from "../support/msw-setup.ts";

const json = { "content-type": "application/json" };
const thing = (name: string) => ({
	method: "POST",
	headers: json,
	body: JSON.stringify({ name }),
});

test("an event happens after fetch has given the response, read or not", async () => {
	const { hooks, url } = listeningAcme();
	const order = orderOf(hooks);

	const response = await fetch(url, thing("anvil"));
	order.push(`response ${response.status}`);
	await hooks.idle();

	expect(order).toEqual(["response 201", "event anvil"]);
});

test("an event happens after a client has read its body as JSON", async () => {
	const { hooks, url } = listeningAcme();
	const order = orderOf(hooks);

	const response = await fetch(url, thing("anvil"));
	const { name } = (await response.json()) as { name: string };
	order.push(`reply ${name}`);
	await hooks.idle();

	expect(order).toEqual(["reply anvil", "event anvil"]);
});

test("a client that reads slowly still has its response first, and all of it", async () => {
	const { hooks, url } = listeningAcme();
	const order = orderOf(hooks);

	const response = await fetch(url, thing("anvil"));
	order.push("response");
	await hooks.idle();
	const text = await response.text();

	expect(text).toBe('{"name":"anvil"}');
	expect(order).toEqual(["response", "event anvil"]);
});

test("an event happens after axios has given the response", async () => {
	const { hooks, url } = listeningAcme();
	const order = orderOf(hooks);

	const { data } = await axios.post(url, { name: "anvil" });
	order.push(`reply ${data.name}`);
	await hooks.idle();

	expect(order).toEqual(["reply anvil", "event anvil"]);
});

test("an event happens after node:http has given the whole response", async () => {
	const { hooks, url } = listeningAcme();
	const order = orderOf(hooks);

	const { text } = await clients["node:http"](
		url,
		"POST",
		json,
		'{"name":"anvil"}',
	);
	order.push(`reply ${text}`);
	await hooks.idle();

	expect(order).toEqual(['reply {"name":"anvil"}', "event anvil"]);
});

test("a listener that reads each response slowly changes nothing", async () => {
	const { hooks, server, url } = listeningAcme();
	const order = orderOf(hooks);
	const heard: Promise<string>[] = [];
	server.events.on("response:mocked", ({ response }) => {
		heard.push(later(5).then(() => response.text()));
	});

	const response = await fetch(url, thing("anvil"));
	const { name } = (await response.json()) as { name: string };
	order.push(`reply ${name}`);
	await hooks.idle();

	expect(order).toEqual(["reply anvil", "event anvil"]);
	expect(await Promise.all(heard)).toEqual(['{"name":"anvil"}']);
});

test.each(Object.entries(clients))(
	"a hundred calls at once by %s each have their reply before their event",
	async (_, send) => {
		const { hooks, url } = listeningAcme();
		const order = orderOf(hooks);
		const names = Array.from({ length: 100 }, (_, index) => `thing-${index}`);

		await Promise.all(
			names.map(async (name) => {
				await send(url, "POST", json, JSON.stringify({ name }));
				order.push(`reply ${name}`);
			}),
		);
		await hooks.idle();

		expect(order).toHaveLength(200);
		expect(
			names.filter(
				(name) =>
					order.indexOf(`event ${name}`) < order.indexOf(`reply ${name}`),
			),
		).toEqual([]);
	},
);

test("the events of calls that follow one another keep the order of the calls", async () => {
	const { hooks, url } = listeningAcme();
	const order = orderOf(hooks);

	for (const name of ["first", "second", "third"])
		await fetch(url, thing(name));
	await hooks.idle();

	expect(order).toEqual(["event first", "event second", "event third"]);
});

test("what is owed when a reset comes never happens", async () => {
	const { hooks, url } = listeningAcme();
	const order = orderOf(hooks);

	await fetch(url, thing("before"));
	await hooks.reset();
	await fetch(url, thing("after"));
	await hooks.idle();

	expect(order).toEqual(["event after"]);
});

test("what a call caused that a reset overtook never happens", async () => {
	let begin = () => {};
	let goOn = () => {};
	const begun = new Promise<void>((resolve) => {
		begin = resolve;
	});
	const held = new Promise<void>((resolve) => {
		goOn = resolve;
	});
	const { hooks, url } = listeningAcme(
		{},
		{
			meanwhile() {
				begin();
				return held;
			},
		},
	);
	const order = orderOf(hooks);

	const call = fetch(url, thing("overtaken"));
	await begun;
	await hooks.reset();
	goOn();
	const { status } = await call;
	await hooks.idle();

	expect(status).toBe(201);
	expect(order).toEqual([]);
});

test("timers that a test has faked hold nothing up", async () => {
	const { hooks, url } = listeningAcme();
	const order = orderOf(hooks);
	vi.useFakeTimers();
	onTestFinished(() => void vi.useRealTimers());

	await fetch(url, thing("anvil"));
	await hooks.idle();

	expect(order).toEqual(["event anvil"]);
});
