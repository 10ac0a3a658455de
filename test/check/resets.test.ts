import { expect, onTestFinished, test } from "vitest";
import { engineOf } from "../../src/hooks/create-hooks.ts";
import { listening } from "../support/msw-setup.ts";
import { usual } from "../support/providers.ts";

test("ten thousand resets leave no timers, handles or handlers behind", async () => {
	const { hooks, server } = listening({
		providers: [usual.id],
		receiver: () => new Response(),
	});
	hooks.provider(usual.id).send(usual.event);
	await hooks.idle();
	await hooks.reset();
	const before = left();
	const handlers = server.listHandlers().length;
	let told = 0;
	onTestFinished(hooks.journal.follow(() => void told++));

	for (let reset = 0; reset < 10_000; reset++) await hooks.reset();
	const after = left();
	hooks.provider(usual.id).send(usual.event);
	await hooks.idle();

	expectNoMore(after, before);
	expect(server.listHandlers()).toHaveLength(handlers);
	expect(hooks.deliveries()).toHaveLength(1);
	expect(engineOf(hooks).clock.nextDue()).toBeUndefined();
	// An event, a delivery, an attempt and its end: a listener too many would be told more.
	expect(told).toBe(4);
});

test("a scope that is closed leaves nothing behind", async () => {
	const { hooks, server } = listening({ providers: [usual.id] });
	await (await hooks.scope()).close();
	const before = left();
	const handlers = server.listHandlers().length;

	for (let opened = 0; opened < 100; opened++) {
		const scope = await hooks.scope();
		scope.provider(usual.id).send(usual.event);
		await scope.close();
	}

	expectNoMore(left(), before);
	expect(server.listHandlers()).toHaveLength(handlers);
});

/** The process is shared with other tests, so a few may come and go; of a leak there would be one for each time. */
function expectNoMore(after: Counts, before: Counts): void {
	for (const [kind, count] of Object.entries(after))
		expect(count, kind).toBeLessThan((before[kind] ?? 0) + 20);
}

type Counts = Readonly<Record<string, number>>;

/** What would keep this process alive, and who is told of its end, by kind. */
function left(): Record<string, number> {
	const kinds = process.getActiveResourcesInfo();
	const counts: Record<string, number> = {};
	for (const kind of kinds) {
		if (/^(Timeout|Immediate|TCP|TLS)/.test(kind))
			counts[kind] = (counts[kind] ?? 0) + 1;
	}
	for (const event of process.eventNames())
		counts[String(event)] = process.listenerCount(event);
	return counts;
}
