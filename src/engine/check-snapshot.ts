import { parseBadSignature } from "../delivery/bad-signature.ts";
import { latestTime } from "../delivery/clock.ts";
import { outages } from "../delivery/dispatcher.ts";
import { LocalhookError } from "../errors.ts";
import { isOneLine } from "../printing.ts";
import type { Provider } from "../provider.ts";
import {
	anything,
	between,
	type Check,
	is,
	listOf,
	mapOf,
	oneOf,
	record,
	rule,
	tuple,
	wrong,
} from "./checks.ts";
import { unfitIn } from "./payload.ts";
import type { SavedSession } from "./run.ts";
import type { SavedDelivery } from "./saved-delivery.ts";
import { kinds, whole } from "./shape.ts";

/** Everything an engine knows, as JSON: the same state gives the same text. Holds secrets. */
export interface Snapshot {
	readonly localhook: 2;
	readonly seed: string;
	/** Epoch milliseconds. */
	readonly now: number;
	readonly providers: Readonly<Record<string, SavedSession>>;
	/** Oldest first. */
	readonly deliveries: readonly SavedDelivery[];
}

/** The year 0. */
const earliest = -62_167_219_200_000;
/** What is planned may lie beyond the time that a clock can be turned to, and a schedule goes on from there. */
const latestPlan = 8e15;

const text = is(kinds.text);
const flag = is(kinds.flag);
const name = rule(
	(value) => typeof value === "string" && value !== "" && isOneLine(value),
	"must be text on one line, without control characters",
);
const base64 = rule(
	(value) =>
		typeof value === "string" &&
		value.length % 4 === 0 &&
		/^[A-Za-z0-9+/]*={0,2}$/.test(value),
	"must be base64",
);
const now = between(
	earliest,
	latestTime,
	"must be a time before the year 10000",
);
const time = between(earliest, latestPlan, "must be a time in milliseconds");
const duration = between(0, latestPlan, "must be a length of time");
const header = rule(
	(value) => typeof value === "string" && !/[\r\n\0]/.test(value),
	"must be text without line breaks",
);
const payload: Check = (value, place) => {
	mapOf(anything)(value, place);
	const unfit = unfitIn(value, false);
	if (unfit !== undefined) throw wrong(place, `is unfit: ${unfit}`);
};
const sign: Check = (value, place) => {
	text(value, place);
	try {
		parseBadSignature(value as string);
	} catch {
		throw wrong(place, "must be a way to sign wrongly, such as stale:10m");
	}
};

const headers = mapOf(header, /^[\w!#$%&'*+.^`|~-]+$/);
const random: Check = (value, place) =>
	record({
		seed: text,
		words: tuple(word, word, word, word),
		streams: mapOf(random),
	})(value, place);
const session = record({
	random,
	records: mapOf(listOf(mapOf(anything))),
	previous: listOf(tuple(text, text)),
	dispatcher: record({
		random,
		failing: listOf(
			tuple(text, record({ failures: is(whole(0)) }, { failingSince: time })),
		),
		outages: listOf(tuple(text, oneOf(...outages))),
	}),
});
const response = record({
	status: is(whole(100, 999)),
	headers: mapOf((value, place) =>
		Array.isArray(value) ? listOf(text)(value, place) : text(value, place),
	),
	body: base64,
	truncated: flag,
});
const attempt = record(
	{ number: is(whole(1)), at: time, duration, url: name, headers, ok: flag },
	{
		response,
		error: record({
			code: oneOf("timeout", "connection", "refused-receiver"),
			message: text,
		}),
		fault: text,
		reconnected: oneOf(true),
	},
);
const endpoint = record(
	{ id: name, url: name, secrets: listOf(text) },
	{ headers },
);
const delivery = record(
	{
		id: name,
		event: record(
			{ id: name, provider: name, type: name, payload, time },
			{ call: name, workspace: name },
		),
		endpoint: name,
		url: name,
		body: base64,
		headers,
		createdAt: time,
		updatedAt: time,
		attempts: listOf(attempt),
		state: oneOf("pending", "delivered", "failed", "cancelled"),
	},
	{
		reason: text,
		nextAt: time,
		held: text,
		parent: name,
		resent: oneOf("exact", "resign"),
		sign,
		how: record(
			{},
			{ frozen: headers, pinned: endpoint, owner: name, once: flag },
		),
	},
);
const snapshot = record({
	localhook: oneOf(2),
	seed: text,
	now,
	providers: mapOf(session),
	deliveries: listOf(delivery),
});

/**
 * As strict as a request's check, and it stops at the first thing that is wrong: a snapshot may be as large as all that
 * is kept.
 *
 * @throws LocalhookError `invalid-snapshot`
 */
export function checkSnapshot(
	value: unknown,
	providerOf: (id: string) => Provider | undefined,
): asserts value is Snapshot {
	refuseForeign(value);
	snapshot(value, "");
	const { providers, deliveries } = value as Snapshot;
	const ids = new Set<string>();
	for (const [i, { id, event, attempts }] of deliveries.entries()) {
		const place = `deliveries[${i}]`;
		if (ids.has(id)) throw wrong(`${place}.id`, "must be of one delivery only");
		ids.add(id);
		if (!Object.hasOwn(providers, event.provider))
			throw wrong(`${place}.event.provider`, "must be among the providers");
		const events = providerOf(event.provider)?.events;
		if (events !== undefined && !Object.hasOwn(events, event.type))
			throw wrong(`${place}.event.type`, "must be an event of its provider");
		for (const [n, { number, response, error }] of attempts.entries()) {
			const at = `${place}.attempts[${n}]`;
			if (number !== n + 1) throw wrong(`${at}.number`, `must be ${n + 1}`);
			if ((response === undefined) === (error === undefined))
				throw wrong(at, "must have a response or an error");
		}
	}
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

function word(value: unknown, place: string): void {
	if (typeof value !== "number" || value !== (value | 0))
		throw wrong(place, "must be a whole number of 32 bits");
}
