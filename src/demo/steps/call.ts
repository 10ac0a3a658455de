import { authorized } from "../../engine/credentials.ts";
import { brief } from "../brief.ts";
import { fill, fillJson } from "../fill.ts";
import type { Stage } from "../stage.ts";
import type { CallStep } from "../story.ts";
import { Unforeseen } from "../unforeseen.ts";
import { witness } from "../witness.ts";

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
