import type { ValidateFunction } from "ajv";
import { base64Of, bytesOfBase64 } from "../bytes.ts";
import type { Delivery } from "../contract/records.ts";
import { parseBadSignature } from "../delivery/bad-signature.ts";
import type { Clock, VirtualClock } from "../delivery/clock.ts";
import type { How } from "../delivery/in-flight.ts";
import type { Journal } from "../delivery/journal.ts";
import { LocalhookError, quoted } from "../errors.ts";
import type { components } from "../generated/snapshot.ts";
import { firstProblem } from "../openapi/validators.ts";
import { pathText, problemsOf } from "../problem.ts";
import type { Provider } from "../provider.ts";
import { unfitIn } from "./body.ts";
import type { Session } from "./session.ts";

/** Everything an engine knows, as JSON: the same state gives the same text. Holds secrets. */
export type Snapshot = components["schemas"]["Snapshot"];

/** A delivery in JSON: bytes in base64, and how it is made where it has not ended. */
type SavedDelivery = Snapshot["deliveries"][number];

interface Parts {
	readonly seed: string;
	readonly clock: Clock;
	readonly journal: Journal;
	readonly sessions: ReadonlyMap<string, Session>;
}

export async function takeSnapshot(parts: Parts): Promise<Snapshot> {
	const { seed, clock, journal, sessions } = parts;
	for (const session of sessions.values()) {
		session.ready();
		await session.run.idle();
	}
	const providers = Object.fromEntries(
		[...sessions].map(([id, session]) => [id, session.run.save()]),
	);
	const deliveries = [...journal.newest()]
		.reverse()
		.map((delivery) =>
			saveDelivery(
				delivery,
				sessions.get(delivery.event.provider)?.dispatcher.howOf(delivery.id),
			),
		);
	const now = clock.now();
	return structuredClone({ localhook: 2, seed, now, providers, deliveries });
}

/**
 * Checks everything first, then stands where the engine of a snapshot stood; a virtual clock shows its time. What falls
 * due in the meantime on a real clock is attempted at once.
 *
 * @throws LocalhookError `invalid-snapshot`; nothing has changed then
 */
export async function restoreSnapshot(
	{ clock, sessions }: Parts,
	snapshot: unknown,
): Promise<void> {
	const providerOf = (id: string) => sessions.get(id)?.provider;
	const checked = await checkedSnapshot(snapshot, providerOf);
	const saved = Object.entries(checked.providers);
	const stranger = saved.find(([id]) => !sessions.has(id))?.[0];
	if (stranger !== undefined)
		throw new LocalhookError(
			"invalid-snapshot",
			`Failed to load the snapshot: its provider ${quoted(stranger)} does not run here. Start it too; ${[...sessions.keys()].join(", ")} ${sessions.size === 1 ? "does" : "do"}.`,
		);
	const commits = saved.map(([id, state]) =>
		(sessions.get(id) as Session).prepare(state),
	);
	const deliveries = checked.deliveries.map(loadDelivery);
	for (const commit of commits) await commit();
	if ("restore" in clock) (clock as VirtualClock).restore(checked.now);
	for (const [delivery, how] of deliveries)
		sessions.get(delivery.event.provider)?.dispatcher.take(delivery, how);
}

/**
 * Checks a snapshot against its schema in `openapi/localhook.yaml`, and what no schema can say of it.
 *
 * @throws LocalhookError `invalid-snapshot` for the first thing that is wrong
 */
export async function checkedSnapshot(
	value: unknown,
	providerOf: (id: string) => Provider | undefined,
): Promise<Snapshot> {
	refuseForeign(value);
	const { checks } = await import("../generated/checks-localhook.ts");
	const check = checks["#/components/schemas/Snapshot"] as ValidateFunction;
	const problem = firstProblem(check, value, true);
	if (problem !== undefined) {
		const { path, message } = problem;
		throw wrong(path.length === 0 ? "it" : pathText(path), message);
	}
	const snapshot = value as Snapshot;
	const { providers, deliveries } = snapshot;
	const ids = new Set<string>();
	for (const [i, each] of deliveries.entries()) {
		const { id, event, body, sign, attempts } = each;
		const place = `deliveries[${i}]`;
		if (ids.has(id)) throw wrong(`${place}.id`, "must be of one delivery only");
		ids.add(id);
		if (!Object.hasOwn(providers, event.provider))
			throw wrong(`${place}.event.provider`, "must be among the providers");
		const events = providerOf(event.provider)?.events;
		if (events !== undefined && !Object.hasOwn(events, event.type))
			throw wrong(`${place}.event.type`, "must be an event of its provider");
		const unfit = unfitIn(event.payload, false);
		if (unfit !== undefined)
			throw wrong(`${place}.event.payload`, `is unfit: ${unfit}`);
		if (body.length % 4 !== 0) throw wrong(`${place}.body`, "must be base64");
		if (problemsOf([], () => parseBadSignature(sign ?? "none")).length > 0)
			throw wrong(`${place}.sign`, "must be a way such as stale:10m");
		for (const [n, { number, response, error }] of attempts.entries()) {
			const at = `${place}.attempts[${n}]`;
			if (number !== n + 1) throw wrong(`${at}.number`, `must be ${n + 1}`);
			if ((response === undefined) === (error === undefined))
				throw wrong(at, "must have a response or an error");
			if (response && response.body.length % 4 !== 0)
				throw wrong(`${at}.response.body`, "must be base64");
		}
	}
	return snapshot;
}

/** What was never saved as a state, or by a version with another form of it, is not told about its parts. */
function refuseForeign(value: unknown): void {
	const { localhook } = Object(value) as { readonly localhook?: unknown };
	if (localhook === 2) return;
	throw new LocalhookError(
		"invalid-snapshot",
		`Failed to load the snapshot: it is not a snapshot ${localhook === undefined ? "saved by localhook" : "that this version of localhook has saved"}. Nothing has changed. ` +
			'Save one with "localhook snapshot save" without --json, with GET /_localhook/snapshot, or with snapshot() in TypeScript.',
	);
}

function wrong(place: string, says: string): LocalhookError {
	return new LocalhookError(
		"invalid-snapshot",
		`Failed to load the snapshot: ${place} ${says}. Nothing has changed. Load a snapshot that was saved here.`,
	);
}

function saveDelivery(
	{ body, attempts, ...rest }: Delivery,
	how: How | undefined,
): SavedDelivery {
	const { parent, body: _, signing, ...kept } = how ?? {};
	return {
		...rest,
		body: base64Of(body),
		attempts: attempts.map(({ response, ...attempt }) => ({
			...attempt,
			...(response && {
				response: { ...response, body: base64Of(response.body) },
			}),
		})),
		...(Object.keys(kept).length > 0 && { how: kept }),
	};
}

function loadDelivery(saved: SavedDelivery): [Delivery, How] {
	const { body, attempts, how, ...rest } = saved;
	const delivery = {
		...rest,
		body: bytesOfBase64(body),
		attempts: attempts.map(({ response, ...attempt }) => ({
			...attempt,
			...(response && {
				response: { ...response, body: bytesOfBase64(response.body) },
			}),
		})),
	} as Delivery;
	const signing =
		rest.sign === undefined ? undefined : parseBadSignature(rest.sign);
	return [delivery, { ...how, ...(signing && { signing }) }];
}
