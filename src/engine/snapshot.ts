import type { Clock, VirtualClock } from "../delivery/clock.ts";
import type { Journal } from "../delivery/journal.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { checkSnapshot, type Snapshot } from "./check-snapshot.ts";
import type { SavedSession } from "./run.ts";
import { loadDelivery, saveDelivery } from "./saved-delivery.ts";
import type { Session } from "./session-contract.ts";

export type { Snapshot } from "./check-snapshot.ts";

interface Parts {
	readonly seed: string;
	readonly clock: Clock;
	readonly journal: Journal;
	readonly sessions: ReadonlyMap<string, Session>;
}

/** Waits for what is under way. */
export async function takeSnapshot(parts: Parts): Promise<Snapshot> {
	const { seed, clock, journal, sessions } = parts;
	const providers: Record<string, SavedSession> = {};
	for (const session of sessions.values()) {
		session.ready();
		await session.run.idle();
	}
	for (const [id, session] of sessions) providers[id] = session.run.save();
	const deliveries = [...journal.newest()]
		.reverse()
		.map((delivery) =>
			saveDelivery(
				delivery,
				sessions.get(delivery.event.provider)?.dispatcher.howOf(delivery.id),
			),
		);
	return structuredClone({
		localhook: 2,
		seed,
		now: clock.now(),
		providers,
		deliveries,
	});
}

/**
 * Checks everything first, then stands where the engine of a snapshot stood; a virtual clock shows its time. What falls due in the meantime on a
 * real clock is attempted at once.
 *
 * @throws LocalhookError `invalid-snapshot`, `unknown-provider`; nothing has changed then
 */
export async function restoreSnapshot(
	{ clock, sessions }: Parts,
	snapshot: unknown,
): Promise<void> {
	checkSnapshot(snapshot, (id) => sessions.get(id)?.provider);
	const saved = Object.entries(snapshot.providers);
	const stranger = saved.find(([id]) => !sessions.has(id))?.[0];
	if (stranger !== undefined)
		throw new LocalhookError(
			"invalid-snapshot",
			`Failed to load the snapshot: its provider ${quoted(stranger)} does not run here. Start it too; ${[...sessions.keys()].join(", ")} ${sessions.size === 1 ? "does" : "do"}.`,
		);
	const commits = saved.map(([id, state]) =>
		(sessions.get(id) as Session).prepare(state),
	);
	const deliveries = snapshot.deliveries.map(loadDelivery);
	for (const commit of commits) await commit();
	if ("restore" in clock) (clock as VirtualClock).restore(snapshot.now);
	for (const [delivery, how] of deliveries)
		sessions.get(delivery.event.provider)?.dispatcher.take(delivery, how);
}
