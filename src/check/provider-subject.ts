import { bytesOf, textOf } from "../bytes.ts";
import { installedOf } from "../catalog.ts";
import type { Endpoint } from "../contract/operation.ts";
import type { EventRecord } from "../contract/records.ts";
import { composePayload } from "../engine/composer.ts";
import { createEngine } from "../engine/engine.ts";
import { otherSecrets } from "../engine/explaining.ts";
import { rotate } from "../engine/secrets.ts";
import { isRecord } from "../engine/shape.ts";
import { readingOf } from "../openapi/validators.ts";
import { createRandom } from "../random.ts";
import {
	type Fact,
	type Payload,
	type Run,
	type Subject,
	trickyText,
	unknownType,
	type Variation,
} from "./subject.ts";

/**
 * A provider as what a receiver is checked by: an engine that sends nothing composes its events, and its document says
 * what may be in them.
 *
 * @throws LocalhookError `unknown-provider`, `unknown-event`
 */
export function providerSubject(
	id: string,
	url: string,
	run: Run,
	wanted?: string,
): Subject {
	const [installed] = installedOf([id]);
	if (installed === undefined) throw new Error(id);
	const { provider } = installed;
	const engine = createEngine({
		providers: [installed],
		seed: run.seed,
		target: url,
		targets: { inProcess: true },
	});
	const session = engine.session(id);
	const validators = session.ready();
	const { deliveries } = readingOf(installed);
	const { settings } = session;
	const { signer } = session;
	// What is drawn for ids differs from run to run: a receiver may remember those of the last one.
	const random = createRandom(run.nextId());
	const context = { ...session.context, random };
	const { options } = settings;
	const { handshake } = provider;
	const types = Object.keys(provider.events).filter(
		(type) => type !== handshake?.event,
	);
	let ownIds = true;
	let varied = 0;

	function recordOf(type: string, variation: Variation, eventId: string) {
		const { time = run.now(), change = (same) => same } = variation;
		const head = { id: eventId, provider: id, type, time };
		const payload = composePayload(
			installed?.fixture(type) ?? {},
			{},
			(given) => provider.eventFields(head, given, context),
		);
		return { ...head, payload: change(payload) };
	}
	function encoded(event: EventRecord) {
		const [endpoint = unregistered] = endpointsOf(event);
		const { body, headers } = provider.encode(event, endpoint, options);
		return {
			body: bytesOf(body),
			headers: { ...headers, ...endpoint.headers },
		};
	}
	function endpointsOf(event: EventRecord): readonly Endpoint[] {
		return provider.endpoints(event, session.context);
	}
	/** Whether the document allows what would be sent. */
	function fits(type: string, variation: Variation, eventId: string): boolean {
		const spec = deliveries.get(type);
		const event = recordOf(type, variation, eventId);
		const { body, headers } = encoded(event);
		const message = { ...event, url, method: "POST", headers, body };
		const signed = signer.sign({
			...message,
			secrets: [secret],
			at: event.time,
		});
		return (
			spec !== undefined &&
			validators.delivery(
				spec,
				{ ...headers, ...signed },
				JSON.parse(textOf(body)),
			).length === 0
		);
	}
	const shown = (event: EventRecord) => {
		const { body, headers } = encoded(event);
		return textOf(body) + JSON.stringify(headers);
	};
	const tells = (type: string, one: [number, string], two: [number, string]) =>
		shown(recordOf(type, { time: one[0] }, one[1])) !==
		shown(recordOf(type, { time: two[0] }, two[1]));
	const now = run.now();
	const carriesId = (type: string) => tells(type, [now, "a"], [now, "b"]);

	if (wanted !== undefined) session.compose(wanted, {});
	const main =
		wanted ??
		types.find(carriesId) ??
		types[0] ??
		Object.keys(provider.events)[0] ??
		"";
	const registered = endpointsOf(recordOf(main, {}, "a"));
	const secret = registered[0]?.secrets[0] ?? "";
	const unregistered: Endpoint = { id: "", url, secrets: [secret] };
	ownIds = fits(main, {}, run.nextId());
	const roll = provider.ownedSecrets?.roll !== undefined;
	const [next] = rotate(session, roll ? "roll" : "replace", undefined);
	const { timeout, success } = provider.delivery(options);

	function nextId(plainIds = false): string {
		return ownIds && !plainIds ? run.nextId() : provider.eventId(context);
	}
	function event(variation: Variation = {}) {
		const { type = main, rewrite } = variation;
		const eventId = nextId(variation.plainIds);
		const change = variation.alike
			? variation.change
			: (payload: Payload) =>
					withOtherIds(variation.change?.(payload) ?? payload, ++varied);
		const record = recordOf(type, { ...variation, change }, eventId);
		const { body, headers } = encoded(record);
		return {
			id: eventId,
			type,
			headers,
			body: rewrite === undefined ? body : bytesOf(rewrite(textOf(body))),
		};
	}

	return {
		name: id,
		title: provider.title,
		url,
		signer,
		secret,
		nextSecret: next?.value ?? signer.neverIssued,
		otherSecrets: () => otherSecrets(engine, session),
		rolls: roll,
		timeout,
		success,
		types,
		hasIds: carriesId(main),
		hasOwnIds: ownIds && carriesId(main),
		hasTimes: tells(main, [now, "a"], [now - 60_000, "a"]),
		facts: factsOf(installed.fidelity?.fidelity ?? []),
		...(handshake && { handshake }),
		changes: {
			text: textChanges(installed.fixture(main)).find((change) =>
				fits(main, { change }, nextId()),
			),
			nulls: nullChange(installed.fixture(main), (change) =>
				fits(main, { change }, nextId()),
			),
		},
		event,
		unknownEvent() {
			const change = (payload: Payload) =>
				replaced(payload, main, unknownType) as Payload;
			const record = recordOf(main, { change }, nextId());
			const { body, headers } = encoded({ ...record, type: unknownType });
			const names = textOf(body) + Object.values(headers).join();
			if (!names.includes(unknownType)) return undefined;
			return { id: record.id, type: unknownType, headers, body };
		},
	};
}

/** The first entry about each thing is its rule. */
function factsOf(
	entries: readonly (Fact & { readonly about?: string })[],
): Readonly<Record<string, Fact>> {
	const about = entries.filter((entry) => entry.about !== undefined).reverse();
	return Object.fromEntries(about.map((entry) => [entry.about, entry]));
}

function replaced(value: unknown, text: string, by: string): unknown {
	if (value === text) return by;
	if (Array.isArray(value))
		return value.map((each) => replaced(each, text, by));
	if (!isRecord(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, each]) => [
			name,
			replaced(each, text, by),
		]),
	);
}

/** Other resources of the same form: the last digits of each id are the number. */
function withOtherIds(payload: Payload, number: number): Payload {
	return Object.fromEntries(
		Object.entries(payload).map(([name, value]) => {
			if (isRecord(value)) return [name, withOtherIds(value, number)];
			const isId = typeof value === "string" && /^id$|_id$|Id$/.test(name);
			const end = String(number).padStart(4, "0");
			return [
				name,
				isId && value.length > end.length
					? value.slice(0, -end.length) + end
					: value,
			];
		}),
	);
}

/** Where a person's own words may stand, the likeliest first. */
function textChanges(
	payload: Payload,
	within: (
		change: (inner: Payload) => Payload,
	) => (payload: Payload) => Payload = (change) => change,
): ((payload: Payload) => Payload)[] {
	return Object.entries(payload).flatMap(([name, value]) => {
		if (isRecord(value)) {
			const inside = (change: (inner: Payload) => Payload) =>
				within((outer) => ({
					...outer,
					[name]: change((outer[name] ?? {}) as Payload),
				}));
			return Object.keys(value).length === 0
				? [inside(() => ({ note: trickyText }))]
				: textChanges(value, inside);
		}
		const isWords =
			typeof value === "string" &&
			/name$|title$|description$|reference$|note$/i.test(name);
		return isWords
			? [within((outer) => ({ ...outer, [name]: trickyText }))]
			: [];
	});
}

type Change = (payload: Payload) => Payload;

/** Null wherever the document allows it, one field after the other. */
function nullChange(
	payload: Payload,
	fits: (change: Change) => boolean,
): Change | undefined {
	const allowed = nullsIn(payload).filter(fits);
	if (allowed.length === 0) return undefined;
	return (outer) => allowed.reduce((same, change) => change(same), outer);
}

function nullsIn(payload: Payload): Change[] {
	return Object.entries(payload).flatMap(([name, value]) => {
		if (value === null) return [];
		const alone: Change = (outer) => ({ ...outer, [name]: null });
		if (!isRecord(value)) return [alone];
		return nullsIn(value).map(
			(change): Change =>
				(outer) =>
					isRecord(outer[name])
						? { ...outer, [name]: change(outer[name]) }
						: outer,
		);
	});
}
