import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Delivery } from "../src/contract/records.ts";
import type { Outage } from "../src/delivery/endpoint-health.ts";
import { resend } from "../src/engine/sending.ts";
import { acmeSigner } from "./support/acme.ts";
import { minute, second } from "./support/dispatching.ts";
import type { Receiver } from "./support/receiver.ts";
import {
	openReceiver,
	type RunningAcme,
	startAcme,
} from "./support/running-acme.ts";

const delays = [second, minute, 60 * minute];
const endpoints = ["h1", "h2"] as const;
type EndpointId = (typeof endpoints)[number];

/** What happened so far, as far as the invariants need it. */
interface World extends RunningAcme {
	readonly receiver: Receiver;
	readonly isOrdered: boolean;
	readonly deliveries: Delivery[];
	/** One entry for each attempt, as they ended. */
	readonly attempted: Delivery[];
	/** Attempted or sent again out of turn, by hand. */
	readonly byHand: Set<Delivery>;
	/** Every set of secrets, from a time on. */
	readonly secrets: Record<EndpointId, { from: number; valid: string[] }[]>;
}

async function createWorld(
	isOrdered: boolean,
	receiver: Receiver,
): Promise<World> {
	const running = await startAcme({
		policy: { ordered: isOrdered, retry: { delays, jitter: "full" } },
	});
	const world: World = {
		...running,
		receiver,
		isOrdered,
		deliveries: [],
		attempted: [],
		byHand: new Set(),
		secrets: { h1: [], h2: [] },
	};
	receiver.requests.length = 0;
	receiver.answer({});
	running.engine.journal.subscribe((entry) => {
		if (entry.kind === "delivery") world.deliveries.push(entry.delivery);
		if (entry.kind === "attempt") world.attempted.push(entry.delivery);
	});
	for (const endpoint of endpoints) sign(world, endpoint, ["first"]);
	return world;
}

function sign(world: World, endpoint: EndpointId, valid: string[]): void {
	const { clock, receiver, secrets, hook } = world;
	hook(endpoint, `${receiver.url}?${endpoint}`, { secrets: valid });
	secrets[endpoint].push({ from: clock.now(), valid });
}

type Step = (world: World) => unknown;

const endpoint = fc.constantFrom(...endpoints);
const place = fc.nat(1000);
const pick = <Item>(items: readonly Item[], at: number): Item | undefined =>
	items[at % Math.max(items.length, 1)];

/** Each with its words, so that a failure reads as a story. */
const steps: Record<string, fc.Arbitrary<[string, Step]>> = {
	emit: fc.boolean().map((waits) => [
		`emit${waits ? " and wait" : ""}`,
		async ({ engine }) => {
			engine.send("acme", "thing.made");
			if (waits) await engine.idle();
		},
	]),
	replace: fc
		.tuple(endpoint, fc.nat())
		.map(([id, secret]) => [
			`replace the secret of ${id}`,
			(world) => sign(world, id, [`r${secret}`]),
		]),
	roll: fc.tuple(endpoint, fc.nat()).map(([id, secret]) => [
		`roll the secret of ${id}`,
		(world) => {
			const before = world.secrets[id].at(-1)?.valid ?? [];
			sign(world, id, [`n${secret}`, ...before.slice(0, 1)]);
		},
	]),
	answer: fc
		.constantFrom(200, 404, 500)
		.map((status) => [
			`answer ${status}`,
			({ receiver }) => receiver.answer({ status }),
		]),
	advance: fc
		.constantFrom(1, second, minute, 60 * minute, 24 * 60 * minute)
		.map((by) => [`advance ${by}`, ({ engine }) => engine.advance(by)]),
	next: fc.constant(["next", ({ engine }: World) => engine.time.next()]),
	attempt: place.map((at) => [
		`attempt ${at} now`,
		async ({ session, deliveries, byHand }) => {
			const delivery = pick(deliveries, at);
			if (delivery?.state !== "pending") return;
			byHand.add(delivery);
			await session.dispatcher.attempt(delivery.id);
		},
	]),
	resend: fc
		.tuple(place, fc.constantFrom("exact", "resign"))
		.map(([at, mode]) => [
			`resend ${at}, ${mode}`,
			({ session, deliveries, byHand }) => {
				const delivery = pick(deliveries, at);
				if (delivery === undefined) return;
				try {
					byHand.add(resend(session, delivery, mode));
				} catch (error) {
					expect(error).toMatchObject({
						code: expect.stringMatching(/^(not-found|invalid-request)$/),
					});
				}
			},
		]),
	outage: fc
		.tuple(endpoint, fc.constantFrom<Outage>("none", "paused", "down"))
		.map(([id, outage]) => [
			`${id} ${outage}`,
			({ session }) => session.dispatcher.setOutage(id, outage),
		]),
	remove: endpoint.map((id) => [`delete ${id}`, ({ unhook }) => unhook(id)]),
	register: endpoint.map((id) => [
		`register ${id} again`,
		(world) => sign(world, id, world.secrets[id].at(-1)?.valid ?? []),
	]),
};

const commands = fc.commands(
	Object.values(steps).map((arbitrary) =>
		arbitrary.map(
			([words, run]): fc.AsyncCommand<object, World> => ({
				check: () => true,
				async run(_, world) {
					await run(world);
					checkAlways(world);
				},
				toString: () => words,
			}),
		),
	),
	{ maxCommands: 40 },
);

/** Also while attempts are under way. */
function checkAlways({ engine, session, deliveries }: World): void {
	const pending = deliveries.filter(({ state }) => state === "pending");
	expect(session.dispatcher.pending).toBe(pending.length);
	expect([...engine.journal.newest()].reverse()).toEqual(deliveries);
	for (const { attempts } of deliveries) {
		expect(attempts.length).toBeLessThanOrEqual(delays.length + 1);
		expect(attempts.map(({ number }) => number)).toEqual(
			attempts.map((_, i) => i + 1),
		);
	}
}

/** Nothing is lost: what has not ended says what it waits for. */
function checkAtRest(world: World): void {
	const { deliveries, isOrdered, clock } = world;
	for (const [i, delivery] of deliveries.entries()) {
		const { state, attempts, nextAt, held, reason } = delivery;
		if (state !== "pending") {
			expect([nextAt, held]).toEqual([undefined, undefined]);
			expect(attempts.at(-1)?.ok ?? false).toBe(state === "delivered");
			expect(reason === undefined).toBe(state === "delivered");
		} else if (nextAt !== undefined) {
			expect(nextAt).toBeGreaterThanOrEqual(clock.now());
			expect(held).toBeUndefined();
		} else if (held === undefined) {
			const before = deliveries
				.slice(0, i)
				.filter((each) => each.endpoint === delivery.endpoint);
			expect(isOrdered).toBe(true);
			expect(before.map((each) => each.state)).toContain("pending");
		}
	}
}

function checkOrder({ deliveries, attempted, byHand }: World): void {
	for (const id of endpoints) {
		const inTurn = deliveries.filter(
			(each) => each.endpoint === id && !byHand.has(each),
		);
		const order = attempted
			.filter((each) => inTurn.includes(each))
			.map((each) => inTurn.indexOf(each));
		expect(order).toEqual(order.toSorted((a, b) => a - b));
	}
}

function checkBytes({ receiver, secrets, deliveries }: World): void {
	const bodies = new Map(
		deliveries.map(({ event, body }) => [event.id, Buffer.from(body)]),
	);
	for (const { headers, body, url } of receiver.requests) {
		expect(body).toEqual(bodies.get(String(headers["x-event"])));
		const at = Number(headers["x-signed-at"]);
		const history = secrets[url.split("?")[1] as EndpointId];
		const last = history.findLastIndex(({ from }) => from < at);
		const valid = history
			.slice(Math.max(last, 0))
			.filter(({ from }) => from <= at)
			.flatMap((each) => each.valid);
		expect(
			acmeSigner.verify({ headers, body, secrets: valid, now: at }),
		).toEqual({ ok: true });
	}
}

describe.each([
	["in order", true],
	["in any order", false],
])("deliveries %s", (_, isOrdered) => {
	it("keep what is promised through any interleaving of what is done to them", async () => {
		const receiver = await openReceiver();

		await fc.assert(
			fc.asyncProperty(commands, async (story) => {
				const world = await createWorld(isOrdered, receiver);
				const { engine, session } = world;
				await fc.asyncModelRun(() => ({ model: {}, real: world }), story);
				await engine.idle();
				checkAtRest(world);

				for (const id of endpoints) session.dispatcher.setOutage(id, "none");
				const { stopped, pending } = await engine.time.drain(1000);

				expect([stopped, pending]).toEqual([false, 0]);
				checkAlways(world);
				checkAtRest(world);
				if (isOrdered) checkOrder(world);
				checkBytes(world);
				await engine.close();
			}),
			{ numRuns: 60 },
		);
	});
});
