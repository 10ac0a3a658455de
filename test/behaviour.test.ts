import { describe, expect, it } from "vitest";
import { builtInIds, install } from "../src/catalog.ts";
import { pathTo } from "./support/documents.ts";
import {
	type Answer,
	defaultEventOf,
	knownCallerOf,
} from "./support/engine.ts";
import { everyFace, type Face } from "./support/faces.ts";
import { openReceiver } from "./support/running-acme.ts";

const others = everyFace.filter(({ face }) => face !== "engine");

/** What a client can tell one way in from another by. */
const seen = ({ status, headers, body }: Answer) => ({
	status,
	type: headers["content-type"],
	body,
});

/** Each operation of a provider, called by nobody, in JSON that breaks off, with nothing, and by a method that it has not. */
async function replies({ open }: Face, id: string) {
	const { engine, caller } = await open(id);
	const { document, operations } = engine.session(id);
	const call = caller();
	const known = knownCallerOf(engine, id, call);
	const all: unknown[] = [];
	for (const operation of operations) {
		const { method } = operation;
		const path = pathTo(document, operation);
		const answers = [
			await call(method, path),
			await known(method, path),
			await known("PURGE", path),
			...(operation.body ? [await known(method, path, '{"a":')] : []),
		];
		all.push({ operation: operation.id, answers: answers.map(seen) });
	}
	return all;
}

/** What a receiver of everything gets of an event, before and after its secret is a new one. */
async function deliveries({ open }: Face, id: string) {
	const receiver = await openReceiver();
	const { engine } = await open(id, { receiver: receiver.url });
	const { provider } = engine.session(id);
	const type = defaultEventOf(provider);
	const { replace, roll } = provider.ownedSecrets ?? {};
	engine.send(id, type);
	await engine.idle();
	if (replace) engine.rotate(id, "replace");
	if (roll) engine.rotate(id, "roll");
	engine.send(id, type);
	engine.send(id, type, { sign: "wrong-secret" });
	await engine.idle();
	await engine.reset();
	engine.send(id, type);
	await engine.idle();
	const { signer, context } = engine.session(id);
	const secrets = provider.secrets(context);
	return receiver.requests.map(({ method, headers, body }) => ({
		method,
		body: body.toString(),
		headers: { ...headers, host: undefined },
		isSignedNow: signer.verify({ headers, body, secrets }).ok,
	}));
}

describe.each(builtInIds)("%s", (id) => {
	it.each(others)(
		"answers through $face what it answers in process",
		async (face) => {
			const [engine] = everyFace as [Face];

			const expected = await replies(engine, id);

			expect(await replies(face, id)).toEqual(expected);
			expect(JSON.stringify(expected)).toMatch(/"status":401.*"status":40[05]/);
		},
	);

	it.each(everyFace)(
		"delivers through $face the same bytes and signatures, and after a reset those of the start",
		async (face) => {
			const [engine] = everyFace as [Face];

			const { provider } = await install(id);
			const got = await deliveries(face, id);

			expect(got).toEqual(await deliveries(engine, id));
			// What was rolled signs beside the new one.
			expect(got.map(({ isSignedNow }) => isSignedNow)).toEqual([
				true,
				provider.ownedSecrets?.replace === undefined,
				false,
				true,
			]);
			expect(got[3]).toEqual(got[0]);
		},
	);
});
