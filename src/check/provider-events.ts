import { bytesOf, textOf } from "../bytes.ts";
import { installedOf } from "../catalog.ts";
import type { Endpoint } from "../contract/operation.ts";
import { type Placed, put } from "../engine/changes.ts";
import { composePayload } from "../engine/composer.ts";
import { createEngine } from "../engine/engine.ts";
import { otherSecrets } from "../engine/explaining.ts";
import { rotate } from "../engine/secrets.ts";
import { isRecord } from "../engine/shape.ts";
import { readingOf } from "../openapi/validators.ts";
import { createRandom } from "../random.ts";
import {
	type EventVariation,
	type Fact,
	type Payload,
	type Run,
	type Source,
	shown,
	trickyText,
} from "./subject.ts";

/**
 * A provider's events: an engine that sends nothing composes them, and the document says what may be in them.
 *
 * @param wanted the type that is sent where it does not matter
 * @throws LocalhookError `unknown-provider`, `unknown-event`
 */
export function providerEvents(
	id: string,
	url: string,
	run: Run,
	wanted?: string,
): Source {
	const [installed] = installedOf([id]);
	if (installed === undefined) throw new Error(id);
	const { provider, fixture, fidelity } = installed;
	const receiverRules = { inProcess: true };
	const providers = [installed];
	const { seed } = run;
	const engine = createEngine({
		providers,
		seed,
		receiver: url,
		receiverRules,
	});
	const session = engine.session(id);
	const validators = session.ready();
	const { deliveries } = readingOf(installed);
	const { signer } = session;
	const { options } = session.settings;
	// What is drawn for ids differs from run to run: a receiver may remember those of the last one.
	const context = { ...session.context, random: createRandom(run.nextId()) };
	const { handshake } = provider;
	const all = Object.keys(provider.events);
	const types = all.filter((type) => type !== handshake?.event);
	let varied = 0;
	let isMarked = false;

	type Head = Parameters<Source["make"]>[0];
	const payloadOf = ({ id: eventId, type, time }: Head): Payload =>
		composePayload(fixture(type), {}, (given) =>
			provider.eventFields(
				{ id: eventId, provider: id, type, time },
				given,
				context,
			),
		);
	function make(
		head: Head,
		{ change = (same) => same, alike }: EventVariation,
	): ReturnType<Source["make"]> {
		const isKnown = all.includes(head.type);
		const type = isKnown ? head.type : main;
		const own = payloadOf({ ...head, type });
		const named = (payload: Payload) =>
			isKnown ? payload : replaced(payload, type, head.type);
		const changed = named(change(own));
		const payload = alike ? changed : withOtherIds(changed, ++varied, isMarked);
		const event = { ...head, provider: id, payload };
		const [endpoint = unregistered] = provider.endpoints(
			event,
			session.context,
		);
		const { body, headers } = provider.encode(event, endpoint, options);
		return {
			body: bytesOf(body),
			headers: { ...headers, ...endpoint.headers },
		};
	}
	const headOf = (type: string) => ({
		id: run.nextId(),
		type,
		time: run.now(),
	});
	function fits(change?: EventVariation["change"]): boolean {
		const spec = deliveries.get(main);
		const head = headOf(main);
		const { body, headers } = make(head, { change });
		const message = { ...head, url, method: "POST", headers, body };
		const dated = { ...message, secrets: [secret], at: head.time };
		const sent = { ...headers, ...signer.sign(dated) };
		return (
			spec !== undefined &&
			validators.delivery(spec, sent, JSON.parse(textOf(body))).length === 0
		);
	}
	const tells = (type: string, other: Partial<Head>) => {
		const head = headOf(type);
		const made = (each: Head) => shown(make(each, { alike: true }));
		return made(head) !== made({ ...head, ...other });
	};
	const carriesId = (type: string) => tells(type, { id: "another" });

	let unregistered: Endpoint = { id: "", url, secrets: [] };
	if (wanted !== undefined) session.compose(wanted, {});
	const main = wanted ?? types.find(carriesId) ?? types[0] ?? all[0] ?? "";
	const head = headOf(main);
	const first = { ...head, provider: id, payload: payloadOf(head) };
	const [registered] = provider.endpoints(first, session.context);
	const secret = registered?.secrets[0] ?? "";
	unregistered = { ...unregistered, secrets: [secret] };
	const rolls = provider.ownedSecrets?.roll !== undefined;
	const [next] = rotate(session, rolls ? "roll" : "replace", undefined);
	const { timeout, success } = provider.delivery(options);
	const hasIds = carriesId(main);
	isMarked = !hasIds;
	const places = placesIn(first.payload);
	const nulls = places
		.filter(({ value }) => value !== null)
		.map((place) => ({ ...place, value: null }))
		.filter((place) => fits((payload) => put(payload, [place])));
	return {
		name: id,
		title: provider.title,
		signer,
		secret,
		nextSecret: next?.value ?? signer.neverIssued,
		otherSecrets: () => otherSecrets(engine, session),
		rolls,
		timeout,
		success,
		types,
		main,
		facts: factsOf(fidelity?.fidelity ?? []),
		handshake,
		hasIds,
		withoutId: hasIds ? types.find((type) => !carriesId(type)) : undefined,
		hasOwnIds: hasIds && fits(),
		hasTimes: tells(main, { time: run.now() - 60_000 }),
		text: places.flatMap(withText).find(fits),
		nulls: nulls.length === 0 ? undefined : (payload) => put(payload, nulls),
		plainId: () => provider.eventId(context),
		make,
	};
}

/** The first entry about each thing is its rule. */
function factsOf(
	entries: readonly (Fact & { readonly about?: string })[],
): Readonly<Record<string, Fact>> {
	const about = entries.filter((entry) => entry.about !== undefined).reverse();
	return Object.fromEntries(about.map((entry) => [entry.about, entry]));
}

/** Every value that holds no others by name. */
function placesIn(payload: Payload, steps: Placed["steps"] = []): Placed[] {
	return Object.entries(payload).flatMap(([name, value]) => {
		const place = { steps: [...steps, name], value };
		const isEmpty = !isRecord(value) || Object.keys(value).length === 0;
		return isEmpty ? [place] : placesIn(value, place.steps);
	});
}

function replaced(payload: Payload, text: string, value: string): Payload {
	const same = placesIn(payload).filter((place) => place.value === text);
	return put(
		payload,
		same.map(({ steps }) => ({ steps, value })),
	);
}

/** Other resources of the same form: the last digits of each id are the number. @param isMarked it begins with `lhcheck` */
function withOtherIds(
	payload: Payload,
	number: number,
	isMarked: boolean,
): Payload {
	const marked = (id: string) =>
		isMarked ? id.replace(/(?<=^[a-z]+_)\w{7}(?=\w{8})/, "lhcheck") : id;
	const end = String(number).padStart(4, "0");
	const ids = placesIn(payload).flatMap(({ steps, value }) =>
		/^id$|_id$|Id$/.test(String(steps.at(-1))) &&
		typeof value === "string" &&
		value.length > end.length
			? [{ steps, value: marked(value).slice(0, -end.length) + end }]
			: [],
	);
	return put(payload, ids);
}

/** A person's own words, where some may stand. */
function withText({ steps, value }: Placed) {
	const isWords =
		typeof value === "string" &&
		/name$|title$|description$|reference$|note$/i.test(String(steps.at(-1)));
	if (!isWords && !isRecord(value)) return [];
	const text = isWords ? trickyText : { note: trickyText };
	return [(payload: Payload) => put(payload, [{ steps, value: text }])];
}
