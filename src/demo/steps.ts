import { isDeepStrictEqual } from "node:util";
import type { Delivery } from "../contract/records.ts";
import { parseDuration } from "../duration.ts";
import { resend as sendAgain } from "../engine/resend.ts";
import { authorized } from "../engine/variables.ts";
import type { Stage } from "./stage.ts";
import type {
	AdvanceStep,
	CallStep,
	OutageStep,
	RetryStep,
	SendStep,
} from "./story.ts";
import { brief, Unforeseen } from "./unforeseen.ts";
import { witness } from "./witness.ts";

/** Calls the provider's API over HTTP, as an integration would. */
export async function call(step: CallStep, stage: Stage): Promise<void> {
	const { method, keep = {}, keepHeaders = {}, secret, shows = {} } = step;
	const { known, secrets } = stage;
	const path = fill(step.path, known);
	const { status, headers, text } = await request(step, path, stage);
	const reply = status === step.status ? read(text) : {};
	for (const [name, place] of Object.entries(keep))
		known.set(name, String(at(reply, place)));
	for (const [name, header] of Object.entries(keepHeaders))
		known.set(name, headers.get(header) ?? "");
	const shown = Object.fromEntries(
		Object.keys(shows).map((place) => [place, at(reply, place)]),
	) as Record<string, string | boolean>;
	const asked = status === step.status;
	if (asked && secret !== undefined) secrets.unshift(fill(secret, known));
	stage.tell({
		type: "call",
		method,
		path,
		status,
		...(asked && secret !== undefined && { secret: brief(secrets[0] ?? "") }),
		...(asked && step.shows !== undefined && { shows: shown }),
	});
	if (!asked)
		throw new Unforeseen(`the status ${step.status}`, `${status} ${text}`);
	for (const [place, value] of Object.entries(shows)) {
		if (shown[place] !== value)
			throw new Unforeseen(`${place} ${value}`, `${shown[place]}`);
	}
	await stage.engine.idle();
	witness(stage, step.expect ?? { attempts: 0 });
}

async function request(
	{ method, body: given }: CallStep,
	path: string,
	{ session, url, known }: Stage,
) {
	const body = given === undefined ? "" : fillJson(given, known);
	const unsigned = { method, path, query: "", body: Buffer.from(body) };
	const credentials = authorized(session, unsigned);
	const response = await fetch(`${url}/${session.provider.id}${path}`, {
		method,
		headers:
			given === undefined
				? credentials
				: { ...credentials, "content-type": "application/json" },
		body: given === undefined ? null : body,
	});
	const { status, headers } = response;
	return { status, headers, text: await response.text() };
}

function read(text: string): unknown {
	return text === "" ? {} : JSON.parse(text);
}

/** `webhook.id` of a reply. */
function at(value: unknown, place: string): unknown {
	return place
		.split(".")
		.reduce(
			(found, name) => (found as Record<string, unknown> | undefined)?.[name],
			value,
		);
}

/** Puts what is known in the place of each `<name>`. */
function fill(text: string, known: ReadonlyMap<string, string>): string {
	return text.replaceAll(/<(\w+)>/g, (_, name: string) => {
		const value = known.get(name);
		if (value === undefined)
			throw new Unforeseen(`"${name}" to be known`, "nothing kept under it");
		return value;
	});
}

/** The same for each text in a value, which becomes JSON. */
function fillJson(value: object, known: ReadonlyMap<string, string>): string {
	return JSON.stringify(value, (_, each: unknown) =>
		typeof each === "string" ? fill(each, known) : each,
	);
}

/** Turns the clock over a time in which nothing is due. */
export async function advance(
	{ by }: AdvanceStep,
	stage: Stage,
): Promise<void> {
	const advanced = parseDuration(by);
	await stage.engine.advance(advanced);
	stage.tell({ type: "clock", advanced });
	witness(stage, { attempts: 0 });
}

/** Switches every endpoint. */
export async function outage(
	{ outage: wanted }: OutageStep,
	{ session, engine, tell }: Stage,
): Promise<void> {
	const { provider, context, dispatcher } = session;
	for (const { id } of provider.registered?.(context) ?? [])
		dispatcher.setOutage(id, wanted);
	await engine.idle();
	tell({ type: "outage", outage: wanted });
}

/** Sends the latest delivery again as it was, and compares the two. */
export async function resend(stage: Stage): Promise<void> {
	const { latest: parent, session, engine } = stage;
	if (parent === undefined) throw new Unforeseen("a delivery", "none");
	const again = sendAgain(session, parent, "exact");
	await engine.idle();
	witness(stage, {});
	const [before, after] = [parent, again].map(({ body, attempts }) => ({
		body: Buffer.from(body),
		headers: attempts.at(-1)?.headers ?? {},
	}));
	if (!isDeepStrictEqual(before, after))
		throw new Unforeseen("the same bytes and headers", "others");
	stage.tell({
		type: "resent",
		parent: parent.id,
		bytes: again.body.length,
		headers: Object.keys(after?.headers ?? {}).length,
	});
}

/** Turns the clock to whatever is due next. */
export async function retry(
	{ times, expect }: RetryStep,
	stage: Stage,
): Promise<void> {
	for (let done = 0; done < times; done++) {
		const { ran } = await stage.engine.time.next();
		if (ran === undefined)
			throw new Unforeseen("an attempt that is due", "none");
		witness(stage, expect);
	}
}

/** Makes an event happen, and waits for its first attempt. */
export async function send(
	{ event, sign, expect }: SendStep,
	stage: Stage,
): Promise<void> {
	const { engine, session, story } = stage;
	const { deliveries } = engine.send(story.provider, event, {
		...(sign !== undefined && { sign }),
	});
	await engine.idle();
	const [delivery] = deliveries;
	if (delivery === undefined)
		throw new Unforeseen(`a delivery of ${event}`, "no endpoint that gets it");
	stage.latest = delivery;
	if (expect === "waits") {
		waits(delivery, stage);
		return;
	}
	witness(stage, expect);
	const planned = session.dispatcher.planned(delivery);
	if (expect.outcome === "unreachable" && planned.length > 0)
		stage.tell({
			type: "plan",
			after: planned.map((time) => time - delivery.createdAt),
		});
}

function waits({ id, event, state }: Delivery, stage: Stage): void {
	witness(stage, { attempts: 0 });
	if (state !== "pending") throw new Unforeseen("a delivery that waits", state);
	stage.tell({ type: "waiting", event: event.type, delivery: id });
}
