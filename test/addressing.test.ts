import { describe, expect, it } from "vitest";
import type { Engine } from "../src/engine/engine.ts";
import type { Rotation } from "../src/engine/secrets.ts";
import { acmeSigner } from "./support/acme.ts";
import { minute, retrying } from "./support/dispatching.ts";
import type { ReceivedRequest, Receiver } from "./support/receiver.ts";
import { hooksOf, openReceiver, startAcme } from "./support/running-acme.ts";

const provider = "acme";
const type = "thing.made";

interface Registered {
	readonly id: string;
	/** Whose the secret is. */
	readonly owner: string;
	readonly secret: string;
	readonly receiver: Receiver;
}

/** Registers a receiver under a secret of its own, which no other endpoint has. */
async function register(
	engine: Engine,
	id: string,
	on = true,
): Promise<Registered> {
	const receiver = await openReceiver();
	const secret = `secret-of-${id}`;
	hooksOf(engine).put({
		id,
		url: receiver.url,
		secrets: [secret],
		headers: { "X-From": id },
		...(!on && { off: "is switched off" }),
	});
	return { id, owner: id, secret, receiver };
}

function signedBy({ headers, body }: ReceivedRequest, secret: string): boolean {
	return acmeSigner.verify({ headers, body, secrets: [secret] }).ok;
}

const options = (rotation: Rotation) => ({
	rotations: [rotation],
	...retrying(minute),
});

async function started(rotation: Rotation) {
	const { engine } = await startAcme(options(rotation));
	const one = await register(engine, "hook_one");
	const two = await register(engine, "hook_two");
	return { engine, one, two };
}

/** How many requests each receiver got. */
const counts = (...all: Registered[]) =>
	all.map(({ receiver }) => receiver.requests.length);

describe.each(["replace", "roll"] as const)(
	"an endpoint with a secret of its own, of which a %s makes a new one",
	(rotation) => {
		const startTwo = () => started(rotation);

		it("signs what is sent to a registered URL with the secrets of the endpoint there", async () => {
			const { engine, one, two } = await startTwo();
			const off = await register(engine, "hook_off", false);

			for (const { receiver } of [two, one, off])
				engine.send(provider, type, { to: receiver.url });
			await engine.idle();

			for (const { receiver, secret } of [one, two, off]) {
				const [request] = receiver.requests as [ReceivedRequest];
				expect(signedBy(request, secret)).toBe(true);
			}
			expect(two.receiver.requests[0]?.headers["x-from"]).toBe(two.id);
		});

		it("knows a registered URL in another spelling", async () => {
			const { engine, two } = await startTwo();
			const { url } = two.receiver;

			engine.send(provider, type, { to: `${url}#here` });
			engine.send(provider, type, { to: url.replace("http:", "HTTP:") });
			await engine.idle();

			expect(
				two.receiver.requests.map((each) => signedBy(each, two.secret)),
			).toEqual([true, true]);
		});

		it("shows the same signature in a preview", async () => {
			const { engine, two } = await startTwo();

			const [shown] = engine.preview(provider, type, { to: two.receiver.url });

			expect(shown?.recipe?.signatures[0]?.secret).toBe(two.secret);
		});

		it("signs a retry there, and a resend, with the secret of that moment", async () => {
			const { engine, two } = await startTwo();
			two.receiver.answer({ status: 500 }, {}, {});

			const { deliveries } = engine.send(provider, type, {
				to: two.receiver.url,
			});
			await engine.idle();
			const [rotated] = engine.rotate(provider, rotation, two.owner);
			const [delivery] = deliveries as [(typeof deliveries)[0]];
			await engine.attempt(delivery.id);
			engine.resend(delivery.id, "resign");
			await engine.idle();

			const [first, ...rest] = two.receiver.requests;
			expect(rest).toHaveLength(2);
			expect(signedBy(first as ReceivedRequest, two.secret)).toBe(true);
			for (const request of rest)
				expect(signedBy(request, rotated?.value as string)).toBe(true);
		});

		it("keeps in a snapshot whose secrets sign it", async () => {
			const { engine, two } = await startTwo();
			two.receiver.answer({ status: 500 }, {});
			engine.send(provider, type, { to: two.receiver.url });
			await engine.idle();
			const twin = await startAcme(options(rotation));

			await twin.engine.load(
				JSON.parse(JSON.stringify(await engine.snapshot())),
			);
			const [rotated] = twin.engine.rotate(provider, rotation, two.owner);
			await twin.engine.attempt("latest");

			const request = two.receiver.requests[1] as ReceivedRequest;
			expect(signedBy(request, rotated?.value as string)).toBe(true);
		});

		it("sends to one endpoint alone by its id", async () => {
			const { engine, one, two } = await startTwo();

			const { deliveries } = engine.send(provider, type, { endpoint: two.id });
			await engine.idle();

			expect(deliveries.map(({ endpoint }) => endpoint)).toEqual([two.id]);
			expect(counts(one, two)).toEqual([0, 1]);
		});

		it("sends to none when that endpoint is off", async () => {
			const { engine } = await startTwo();
			const off = await register(engine, "hook_off", false);

			const { deliveries } = engine.send(provider, type, { endpoint: off.id });

			expect(deliveries).toEqual([]);
		});

		it("names the endpoints there are when it does not know one", async () => {
			const { engine, one, two } = await startTwo();
			const endpoint = `${two.id}x`;

			expect(() => engine.send(provider, type, { endpoint })).toThrow(
				`Failed to find the endpoint "${endpoint}" of acme: there is no such endpoint. Did you mean "${two.id}"? There is ${one.id}, ${two.id}.`,
			);
			expect(() => engine.preview(provider, type, { endpoint })).toThrow(
				"no such endpoint",
			);
		});

		it("resends to another endpoint, signed with its secret", async () => {
			const { engine, one, two } = await startTwo();
			const { deliveries } = engine.send(provider, type, { endpoint: one.id });
			await engine.idle();
			const { id } = deliveries[0] as (typeof deliveries)[0];

			const again = engine.resend(id, "resign", two.id);
			await engine.idle();

			expect(again).toMatchObject({ parent: id, endpoint: two.id });
			const [request] = two.receiver.requests as [ReceivedRequest];
			expect(signedBy(request, two.secret)).toBe(true);
			expect(request.body).toEqual(one.receiver.requests[0]?.body);
			expect(() => engine.resend(id, "exact", "nonesuch")).toThrow(
				'Failed to find the endpoint "nonesuch"',
			);
		});
	},
);
