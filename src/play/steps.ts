import { isDeepStrictEqual } from "node:util";
import type { Delivery } from "../contract/records.ts";
import { parseDuration } from "../duration.ts";
import type { EngineReply } from "../engine/engine.ts";
import { authorized } from "../engine/variables.ts";
import type {
	AdvanceStep,
	CallStep,
	Expectation,
	FaultsStep,
	OutageStep,
	Outcome,
	ResendStep,
	RetryStep,
	SecretStep,
	SendStep,
	Step,
} from "./scenario.ts";
import { brief, type Stage, Unforeseen } from "./stage.ts";
import { witness } from "./witness.ts";

/** @throws Unforeseen where the step does not end as it should; LocalhookError where it cannot be taken */
export async function take(step: Step, stage: Stage): Promise<undefined> {
	if ("call" in step) await call(step, stage);
	else if ("send" in step) await send(step, stage);
	else if ("outage" in step) await outage(step, stage);
	else if ("retry" in step) await retry(step, stage);
	else if ("advance" in step) await advance(step, stage);
	else if ("resend" in step) await resend(step, stage);
	else if ("secret" in step) rotate(step, stage);
	else setFaults(step, stage);
}

/** An outcome alone is that of one attempt. */
function expected(
	given: Outcome | Expectation | undefined,
	otherwise: Expectation,
): Expectation {
	if (given === undefined) return otherwise;
	return typeof given === "string" ? { outcome: given } : given;
}

const none: Expectation = { attempts: 0 };

/** Calls the provider's API, as an integration would. */
async function call(step: CallStep, stage: Stage): Promise<void> {
	const { keep = {}, keepHeaders = {}, signsWith, shows = {} } = step;
	const { known, secrets } = stage;
	const [method = "", given = ""] = step.call.split(/ (.*)/);
	const path = fill(given, known);
	const answered = await request(method, path, step, stage);
	const { status, headers, body, cut } = answered;
	const asked =
		step.status === undefined
			? status >= 200 && status < 300
			: status === step.status;
	const reply = asked ? read(body) : {};
	for (const [name, place] of Object.entries(keep))
		known.set(name, String(at(reply, place)));
	for (const [name, header] of Object.entries(keepHeaders))
		known.set(name, new Headers(headers).get(header) ?? "");
	const shown = Object.fromEntries(
		Object.keys(shows).map((place) => [place, at(reply, place)]),
	);
	if (asked && signsWith !== undefined) secrets.unshift(fill(signsWith, known));
	stage.tell({
		kind: "call",
		method,
		path,
		status,
		...(asked &&
			signsWith !== undefined && { secret: brief(secrets[0] ?? "") }),
		...(asked && step.shows !== undefined && { shows: shown }),
	});
	if (!asked)
		throw new Unforeseen(
			step.status === undefined ? "a success" : `the status ${step.status}`,
			cut ? "a connection that was cut on purpose" : `${status} ${body}`,
		);
	for (const [place, value] of Object.entries(shows)) {
		if (!isDeepStrictEqual(shown[place], value))
			throw new Unforeseen(
				`${place} ${textOf(value)}`,
				`${textOf(shown[place])}`,
			);
	}
	await stage.engine.idle();
	witness(stage, expected(step.expect, none));
}

function textOf(value: unknown): string {
	return typeof value === "string" ? value : JSON.stringify(value);
}

/** @param target the path and the query */
async function request(
	method: string,
	target: string,
	{ body: given }: CallStep,
	{ engine, session, known }: Stage,
): Promise<EngineReply> {
	const { pathname: path, search } = new URL(`http://localhost${target}`);
	const query = search.slice(1);
	const body = Buffer.from(given === undefined ? "" : fillJson(given, known));
	const unsigned = { method, path, query, body };
	const headers = {
		...(given !== undefined && { "content-type": "application/json" }),
		...authorized(session, unsigned),
	};
	const { id: provider } = session.provider;
	const asked = await engine.handle({ provider, ...unsigned, headers });
	asked.publish?.();
	return asked.reply;
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

/** Turns the clock. */
async function advance(step: AdvanceStep, stage: Stage): Promise<void> {
	const advanced = parseDuration(step.advance);
	await stage.engine.advance(advanced);
	stage.tell({ kind: "clock", advanced });
	witness(stage, expected(step.expect, none));
}

/** Switches every endpoint. */
async function outage(step: OutageStep, stage: Stage): Promise<void> {
	const { engine, session, tell } = stage;
	const { id: provider } = session.provider;
	for (const { id } of engine.endpoints(provider))
		engine.setOutage(provider, id, step.outage);
	await engine.idle();
	tell({ kind: "outage", outage: step.outage });
	witness(stage, expected(step.expect, none));
}

/** Sends the latest delivery again; an exact repetition is compared with it. */
async function resend(step: ResendStep, stage: Stage): Promise<void> {
	const { latest: parent, engine } = stage;
	if (parent === undefined) throw new Unforeseen("a delivery", "none");
	const again = engine.resend(parent.id, step.resend);
	await engine.idle();
	witness(stage, expected(step.expect, {}));
	if (step.resend !== "exact") return;
	const [before, after] = [parent, again].map(({ body, attempts }) => ({
		body: Buffer.from(body),
		headers: attempts.at(-1)?.headers ?? {},
	}));
	if (!isDeepStrictEqual(before, after))
		throw new Unforeseen("the same bytes and headers", "others");
	stage.tell({
		kind: "resent",
		parent: parent.id,
		bytes: again.body.length,
		headers: Object.keys(after?.headers ?? {}).length,
	});
}

/** Turns the clock to whatever is due next. */
async function retry(step: RetryStep, stage: Stage): Promise<void> {
	for (let done = 0; done < step.retry; done++) {
		const { ran } = await stage.engine.time.next();
		if (ran === undefined)
			throw new Unforeseen("an attempt that is due", "none");
		witness(stage, expected(step.expect, {}));
	}
}

function rotate({ secret: rotation }: SecretStep, stage: Stage): void {
	const { engine, session, secrets } = stage;
	const made = engine.rotate(session.provider.id, rotation);
	secrets.unshift(...made.map(({ value }) => value));
	stage.tell({ kind: "secret", rotation, secret: brief(secrets[0] ?? "") });
}

function setFaults({ faults }: FaultsStep, { engine, tell }: Stage): void {
	engine.faults.set(faults);
	tell({ kind: "faults", faults: faults.map(({ fault }) => fault) });
}

/** Makes an event happen, and waits for its first attempt. */
async function send(step: SendStep, stage: Stage): Promise<void> {
	const { engine, session } = stage;
	const { send: event, set = {}, expect, ...rest } = step;
	const { deliveries } = engine.send(session.provider.id, event, {
		...rest,
		set: Object.fromEntries(
			Object.entries(set).map(([path, value]) => [path, textOf(value)]),
		),
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
	const wanted = expected(expect, {});
	witness(stage, wanted);
	const planned = session.dispatcher.planned(delivery);
	if (wanted.outcome === "unreachable" && planned.length > 0)
		stage.tell({
			kind: "plan",
			after: planned.map((time) => time - delivery.createdAt),
		});
}

function waits({ id, event, state }: Delivery, stage: Stage): void {
	witness(stage, none);
	if (state !== "pending") throw new Unforeseen("a delivery that waits", state);
	stage.tell({
		kind: "waiting",
		event: { id: event.id, type: event.type },
		delivery: id,
	});
}
