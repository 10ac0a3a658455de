import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { builtInIds } from "../src/catalog.ts";
import type { Engine } from "../src/engine/engine.ts";
import { authorized } from "../src/engine/secrets.ts";
import { checkedSnapshot, type Snapshot } from "../src/engine/snapshot.ts";
import { acme } from "./support/acme.ts";
import { emit, minute, names, ordered } from "./support/dispatching.ts";
import { pathTo } from "./support/documents.ts";
import { callerOf, defaultEventOf, startEngine } from "./support/engine.ts";
import { startReceiver } from "./support/receiver.ts";
import { serve } from "./support/server.ts";

const hour = 60 * minute;
const inOrder = acme(ordered(10 * minute, 20 * minute, hour, hour));
const receiver = "http://127.0.0.1:9/hooks";

/** An engine with a delivery that was received, one that waits, and one that waits behind it in line. */
async function busy(seed = "a") {
	const receiver = await startReceiver();
	onTestFinished(() => receiver.close());
	const { engine } = await startEngine(inOrder, {
		seed,
		receiver: receiver.url,
	});
	await emit(engine, "first");
	receiver.answer({ status: 500 });
	await emit(engine, "second", "third");
	await engine.advance(hour);
	receiver.answer({ status: 200 });
	return { engine, receiver };
}

/** As a file would hold it. */
const text = async (engine: Engine) => JSON.stringify(await engine.snapshot());

describe("a snapshot", () => {
	it("is the same text for the same state, and after it was restored elsewhere", async () => {
		const { engine, receiver } = await busy();
		const saved = await text(engine);
		const { engine: other } = await startEngine(inOrder, { seed: "b" });

		await other.load(JSON.parse(saved));

		const again = JSON.parse(await text(other));
		expect({ ...again, seed: "a" }).toEqual(JSON.parse(saved));
		expect(receiver.requests.length).toBeGreaterThan(3);
		await engine.close();
		await other.close();
	});

	it("lets deliveries go on where they were: schedule, order, bytes", async () => {
		const { engine, receiver } = await busy();
		const saved: Snapshot = JSON.parse(await text(engine));
		const planned = [...engine.journal.newest()].map(({ id, nextAt }) => [
			id,
			nextAt,
		]);
		await engine.close();
		const before = receiver.requests.length;
		const { engine: other } = await startEngine(inOrder);

		await other.load(saved);
		expect(other.clock.now()).toBe(saved.now);
		expect(
			[...other.journal.newest()].map(({ id, nextAt }) => [id, nextAt]),
		).toEqual(planned);
		await other.advance(8 * hour);

		expect(names(receiver.requests.slice(before))).toEqual(["second", "third"]);
		expect([...other.journal.newest()].map(({ state }) => state)).toEqual([
			"delivered",
			"delivered",
			"delivered",
		]);
		await other.close();
	});

	it("goes on drawing ids and secrets where they were left", async () => {
		const renewing = acme({ rotations: ["replace"] });
		const { engine } = await startEngine(renewing, { receiver });
		engine.send("acme", "thing.made");
		const saved: Snapshot = JSON.parse(await text(engine));
		const { engine: other } = await startEngine(renewing, { seed: "z" });
		await other.load(saved);
		const draws = async (of: Engine) => {
			const { headers } = await callerOf(of, "acme")("GET", "/things");
			const secrets = of.rotate("acme", "replace");
			const { event, deliveries } = of.send("acme", "thing.made");
			return [headers, secrets, event.id, deliveries.map(({ id }) => id)];
		};

		expect(await draws(other)).toEqual(await draws(engine));
		await engine.close();
		await other.close();
	});

	it("is refused where it does not fit, and nothing has changed", async () => {
		const { engine } = await startEngine(acme(), { receiver });
		const saved: Snapshot = JSON.parse(await text(engine));
		const { acme: own } = saved.providers;
		const strange = [
			{ shop: own },
			{ acme: { ...own, records: { toys: [] } } },
			{ acme: { ...own, records: { hooks: [{ id: 1 }] } } },
		].map((providers) => ({ ...saved, providers })) as unknown as Snapshot[];

		for (const each of strange)
			await expect(engine.load(each)).rejects.toMatchObject({
				code: "invalid-snapshot",
				message: expect.stringMatching(
					/^Failed to load the (snapshot|records)/,
				),
			});

		expect(JSON.parse(await text(engine))).toEqual(saved);
		await engine.close();
	});

	it("is saved and loaded over HTTP, and refused where it is none", async () => {
		const { control, engine } = await serve(acme(), { receiver });
		engine.send("acme", "thing.made");
		const { body: saved } = await control("GET", "/snapshot");
		await control("POST", "/reset", {});

		const loaded = await control("PUT", "/snapshot", saved);
		const refused = await control("PUT", "/snapshot", { localhook: 3 });

		expect(loaded).toMatchObject({
			status: 200,
			body: { loaded: ["acme"], deliveries: 1 },
		});
		expect((await control("GET", "/snapshot")).body).toEqual(saved);
		expect(refused).toMatchObject({
			status: 400,
			body: { code: "invalid-snapshot" },
		});
	});
});

describe("a snapshot that somebody has changed", () => {
	/** Every place in a value, as the names that lead there. */
	function placesIn(value: unknown, path: string[] = []): string[][] {
		return typeof value !== "object" || value === null
			? [path]
			: [
					path,
					...Object.entries(value).flatMap(([key, member]) =>
						placesIn(member, [...path, key]),
					),
				];
	}
	function changed(
		snapshot: unknown,
		path: readonly string[],
		to: unknown,
	): unknown {
		const [key, ...rest] = path;
		if (key === undefined) return to;
		const copy = (
			Array.isArray(snapshot) ? [...snapshot] : { ...Object(snapshot) }
		) as Record<string, unknown>;
		const member = changed(copy[key], rest, to);
		if (member === undefined) delete copy[key];
		else copy[key] = member;
		return copy;
	}
	const routes = [
		"/health",
		"/clock",
		"/deliveries",
		"/deliveries/latest",
		"/endpoints",
		"/secrets?reveal=true",
		"/journal",
		"/journal?query=state:failed",
		"/export/har",
		"/export/curl",
		"/export/ndjson?reveal=true",
		"/faults",
		"/snapshot",
	];
	const values = [
		undefined,
		null,
		true,
		0,
		-1,
		1.5,
		1e300,
		8.64e15,
		1_763_700_000_000_000_000,
		"",
		"x",
		"a\nb",
		"\u001b[2J",
		"stale:10m",
		[],
		[[]],
		{},
		{ x: null },
	];

	it.each(builtInIds)(
		"of %s either loads, and then everything answers, or changes nothing",
		async (id) => {
			const { engine, control, url } = await serve(id, {
				receiver,
				// A state in which nothing has a secret is one, though its deliveries are not as documented.
				onMismatch() {},
			});
			const session = engine.session(id);
			const type = defaultEventOf(session.provider);
			const readable = session.operations
				.filter(({ method }) => method === "GET")
				.map((operation) => pathTo(session.document, operation));
			for (let i = 0; i < 2; i++) engine.send(id, type);
			await engine.idle();
			const saved = JSON.parse(await text(engine));
			const places = placesIn(saved);

			await fc.assert(
				fc.asyncProperty(
					fc.nat(),
					fc.constantFrom(...values),
					async (at, to) => {
						const place = places[at % places.length] as string[];
						const given = changed(saved, place, to) ?? null;
						const before = await text(engine);

						const { status, body } = await control(
							"PUT",
							"/snapshot",
							JSON.stringify(given),
							{ "content-type": "application/json" },
						);

						if (status !== 200) {
							expect([status, body.code]).toEqual([400, "invalid-snapshot"]);
							expect(await text(engine)).toBe(before);
							return;
						}
						const asked = [
							...routes.map((route) => [`/_localhook${route}`, {}] as const),
							...readable.map((path) => {
								const body = new Uint8Array();
								const request = { method: "GET", path, query: "", body };
								return [`/${id}${path}`, authorized(session, request)] as const;
							}),
						];
						for (const [path, headers] of asked) {
							const answer = await fetch(`${url}${path}`, { headers });
							await answer.text();
							expect([path, place, to, answer.status < 500]).toEqual([
								path,
								place,
								to,
								true,
							]);
						}
						engine.send(id, type);
						await engine.idle();
						expect((await control("PUT", "/snapshot", saved)).status).toBe(200);
					},
				),
				{ numRuns: 15 },
			);
		},
	);

	it.each(builtInIds)(
		"of %s is refused for a list of nothing in any place that can hold none",
		async (id) => {
			const { engine } = await startEngine(id, {
				receiver,
				onMismatch() {},
			});
			onTestFinished(() => engine.close());
			const { provider } = engine.session(id);
			engine.send(id, defaultEventOf(provider));
			await engine.idle();
			const saved = JSON.parse(await text(engine));
			// What a provider keeps and sends may be anything.
			const places = placesIn(saved).filter(
				(place) => !/\.(payload|records)\..*\./.test(`.${place.join(".")}.`),
			);

			const taken: string[][] = [];
			for (const place of places) {
				const given = changed(saved, place, [null]);
				const check = checkedSnapshot(given, () => provider);
				await check.then(
					() => taken.push(place),
					() => {},
				);
			}

			expect(places.length).toBeGreaterThan(30);
			expect(taken).toEqual([]);
		},
	);

	it.each([
		[
			"localhook",
			undefined,
			/it is not a snapshot saved by localhook\. .*"localhook snapshot save"/,
		],
		["localhook", 3, /not a snapshot that this version of localhook has saved/],
		[
			"now",
			1_763_700_000_000_000_000,
			/^Failed to load the snapshot: now must/,
		],
		["now", "later", /now must be a time/],
		["deliveries.0.event.type", "a\ntouch PWNED\n#", /event\.type must be/],
		["deliveries.0.event.type", "thing.found", /event\.type must be an event/],
		["deliveries.0.id", "a\u001b[2J", /deliveries\[0\]\.id must be text on/],
		["deliveries.0.url", "no url\nat all", /deliveries\[0\]\.url must be text/],
		["deliveries.0.attempts.0.url", "a\u001b[2J", /\.url must be text on one/],
		["deliveries.0.body", "%%%%", /deliveries\[0\]\.body must be base64/],
		["deliveries.0.attempts.0.number", 7, /attempts\[0\]\.number must be 1/],
		["deliveries.0.attempts.0.reconnected", "x", /reconnected must be true/],
		[
			"deliveries.0.headers",
			{ "a b": "x" },
			/headers\["a b"\] must be the name of a header/,
		],
		["deliveries.0.headers", { a: "x\r\ny: z" }, /without line breaks/],
		["providers.acme.dispatcher.failing", [["x", {}]], /failures is required/],
		["providers.acme.random.words", [1, 2, 3], /must be a list of 4/],
		[
			"providers.acme.random.words.0",
			{ toString: 1 },
			/words\[0\] must be a whole number of 32 bits/,
		],
	])("in %s to %j is refused for that", async (path, to, reason) => {
		const { engine } = await startEngine(acme(), { receiver });
		onTestFinished(() => engine.close());
		engine.send("acme", "thing.made");
		await engine.idle();
		const saved = await text(engine);

		const given = changed(JSON.parse(saved), path.split("."), to);

		await expect(engine.load(given as Snapshot)).rejects.toMatchObject({
			code: "invalid-snapshot",
			message: expect.stringMatching(reason),
		});
		expect(await text(engine)).toBe(saved);
	});

	it("in the id of one delivery to that of another is refused", async () => {
		const { engine } = await startEngine(acme(), { receiver });
		onTestFinished(() => engine.close());
		engine.send("acme", "thing.made");
		await engine.idle();
		const { deliveries, ...rest } = await engine.snapshot();

		await expect(
			engine.load({ ...rest, deliveries: [...deliveries, ...deliveries] }),
		).rejects.toThrow("deliveries[1].id must be of one delivery only");
	});
});
