import { isDeepStrictEqual } from "node:util";
import { parseDuration } from "../duration.ts";
import type { Engine } from "../engine/engine.ts";
import { authorized } from "../engine/secrets.ts";
import { LocalhookError } from "../errors.ts";
import {
	asTexts,
	type Parts,
	type ReadScenario,
	textOf,
} from "./read-scenario.ts";
import {
	brief,
	type Stage,
	type StageOptions,
	stageOn,
	unforeseen,
	witness,
} from "./stage.ts";

/**
 * Plays a scenario on a running engine, until a step does not end as it should.
 *
 * @returns whether every step ended as it should, and the stage as it was then
 */
export async function perform(
	{ scenario, placeOf }: ReadScenario,
	engine: Engine,
	options: StageOptions,
): Promise<{ readonly ok: boolean; readonly stage: Stage }> {
	const stage = stageOn(engine, scenario.provider, options);
	try {
		for (const [chapter, { title, steps }] of scenario.chapters.entries()) {
			stage.tell({ kind: "chapter", number: chapter + 1, title });
			for (const [index, step] of steps.entries()) {
				const found = await take(step, stage).catch(foundBy);
				if (found === undefined) continue;
				const place = placeOf(chapter, index);
				stage.tell({ kind: "unexpected", ...found, ...(place && { place }) });
				return { ok: false, stage };
			}
		}
		return { ok: true, stage };
	} finally {
		stage.leave();
	}
}

/** A step that cannot be played, such as one that names an unknown endpoint, is one that ended otherwise too. */
function foundBy(error: unknown) {
	if (!(error instanceof LocalhookError)) throw error;
	const { code, message, details } = error;
	return code === "scenario-failed"
		? (details as { expected: string; found: string })
		: { expected: "to play the step", found: `an error: ${message}` };
}

async function take(step: Parts["Step"], stage: Stage): Promise<undefined> {
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
	given: Parts["Expected"] | undefined,
	otherwise: Parts["Expectation"],
): Parts["Expectation"] {
	return typeof given === "string" ? { outcome: given } : (given ?? otherwise);
}

const most = 200;

const none: Parts["Expectation"] = { attempts: 0 };

async function call(step: Parts["CallStep"], stage: Stage): Promise<void> {
	const { keep = {}, keepHeaders = {}, signsWith, shows = {} } = step;
	const { known, secrets } = stage;
	const [method = "", given = ""] = step.call.split(/ (.*)/);
	const path = fill(given, known);
	const { status, headers, body, cut } = await request(
		method,
		path,
		step,
		stage,
	);
	const isWanted =
		step.status === undefined
			? status >= 200 && status < 300
			: status === step.status;
	const told = { kind: "call", method, path, status } as const;
	if (!isWanted) {
		stage.tell(told);
		throw unforeseen(
			step.status === undefined ? "a success" : `the status ${step.status}`,
			cut
				? "a connection that was cut on purpose"
				: `${status} ${body.length > most ? `${body.slice(0, most)}…` : body}`,
		);
	}
	const reply = body === "" ? {} : JSON.parse(body);
	for (const [name, place] of Object.entries(keep))
		known.set(name, String(at(reply, place)));
	for (const [name, header] of Object.entries(keepHeaders))
		known.set(name, new Headers(headers).get(header) ?? "");
	const shown = Object.fromEntries(
		Object.keys(shows).map((place) => [place, at(reply, place)]),
	);
	if (signsWith !== undefined) secrets.unshift(fill(signsWith, known));
	stage.tell({
		...told,
		...(signsWith !== undefined && { secret: brief(secrets[0] ?? "") }),
		...(step.shows !== undefined && { shows: shown }),
	});
	for (const [place, value] of Object.entries(shows))
		if (!isDeepStrictEqual(shown[place], value))
			throw unforeseen(`${place} ${textOf(value)}`, `${textOf(shown[place])}`);
	await stage.engine.idle();
	witness(stage, expected(step.expect, none));
}

/** @param target the path and the query */
async function request(
	method: string,
	target: string,
	{ body: given }: Parts["CallStep"],
	{ engine, session, known }: Stage,
) {
	const { pathname: path, search } = new URL(`http://localhost${target}`);
	const query = search.slice(1);
	// Each text in it may name what is known.
	const json = JSON.stringify(given, (_, each: unknown) =>
		typeof each === "string" ? fill(each, known) : each,
	);
	const unsigned = { method, path, query, body: Buffer.from(json ?? "") };
	const headers = {
		...(given !== undefined && { "content-type": "application/json" }),
		...authorized(session, unsigned),
	};
	const { id: provider } = session.provider;
	const asked = await engine.handle({ provider, ...unsigned, headers });
	asked.publish?.();
	return asked.reply;
}

function at(value: unknown, place: string): unknown {
	return place
		.split(".")
		.reduce(
			(found, name) => (found as Record<string, unknown> | undefined)?.[name],
			value,
		);
}

function fill(text: string, known: ReadonlyMap<string, string>): string {
	return text.replaceAll(/<(\w+)>/g, (_, name: string) => {
		const value = known.get(name);
		if (value === undefined)
			throw unforeseen(`"${name}" to be known`, "nothing kept under it");
		return value;
	});
}

async function advance(
	step: Parts["AdvanceStep"],
	stage: Stage,
): Promise<void> {
	const advanced = parseDuration(step.advance);
	await stage.engine.advance(advanced);
	stage.tell({ kind: "clock", advanced });
	witness(stage, expected(step.expect, none));
}

async function outage(step: Parts["OutageStep"], stage: Stage): Promise<void> {
	const { engine, session, tell } = stage;
	const { id: provider } = session.provider;
	for (const { id } of engine.endpoints(provider))
		engine.setOutage(provider, id, step.outage);
	await engine.idle();
	tell({ kind: "outage", outage: step.outage });
	witness(stage, expected(step.expect, none));
}

async function resend(step: Parts["ResendStep"], stage: Stage): Promise<void> {
	const { latest: parent, engine } = stage;
	if (parent === undefined) throw unforeseen("a delivery", "none");
	const again = engine.resend(parent.id, step.resend);
	await engine.idle();
	witness(stage, expected(step.expect, {}));
	if (step.resend !== "exact") return;
	const [before, after] = [parent, again].map(({ body, attempts }) => ({
		body: Buffer.from(body),
		headers: attempts.at(-1)?.headers ?? {},
	}));
	if (!isDeepStrictEqual(before, after))
		throw unforeseen("the same bytes and headers", "others");
	stage.tell({
		kind: "resent",
		parent: parent.id,
		bytes: again.body.length,
		headers: Object.keys(after?.headers ?? {}).length,
	});
}

async function retry(step: Parts["RetryStep"], stage: Stage): Promise<void> {
	for (let done = 0; done < step.retry; done++) {
		const { ran } = await stage.engine.time.next();
		if (ran === undefined) throw unforeseen("an attempt that is due", "none");
		witness(stage, expected(step.expect, {}));
	}
}

function rotate({ secret: rotation }: Parts["SecretStep"], stage: Stage): void {
	const { engine, session, secrets } = stage;
	const made = engine.rotate(session.provider.id, rotation);
	secrets.unshift(...made.map(({ value }) => value));
	stage.tell({ kind: "secret", rotation, secret: brief(secrets[0] ?? "") });
}

function setFaults({ faults }: Parts["FaultsStep"], stage: Stage): void {
	stage.engine.faults.set(faults);
	stage.tell({ kind: "faults", faults: faults.map(({ fault }) => fault) });
}

async function send(step: Parts["SendStep"], stage: Stage): Promise<void> {
	const { engine, session } = stage;
	const { send: event, set, expect, ...rest } = step;
	const { deliveries } = engine.send(session.provider.id, event, {
		...rest,
		set: asTexts(set),
	});
	await engine.idle();
	const [delivery] = deliveries;
	if (delivery === undefined)
		throw unforeseen(
			`a delivery of ${event}`,
			session.provider.registered?.(session.context).length === 0
				? 'no endpoint: none is registered. Write "register: true" above the steps, or register one by a call'
				: "no endpoint that gets it",
		);
	stage.latest = delivery;
	if (expect === "waits") {
		const { id, event, state } = delivery;
		witness(stage, none);
		if (state !== "pending") throw unforeseen("a delivery that waits", state);
		const { type } = event;
		const waiting = { event: { id: event.id, type }, delivery: id };
		return stage.tell({ kind: "waiting", ...waiting });
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
