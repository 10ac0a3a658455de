import { setupWorker } from "msw/browser";
import { builtInIds, installedOf } from "../../src/catalog.ts";
import { createVirtualClock } from "../../src/delivery/clock.ts";
import { createEngine } from "../../src/engine/engine.ts";
import { type MswOptions, setupLocalhook } from "../../src/msw/index.ts";
import { acme } from "./acme.ts";
import { messageOf } from "./message.ts";
import type { Vector } from "./vectors.ts";

// What runs in a page; `browser-page-bundle.ts` takes the built package in place of the source.

const json = { "content-type": "application/json" };
const things = "https://api.acme.example/things";

/** Sets the provider of the tests up, whose `make-thing` registers a receiver or makes something happen. */
async function play(options: MswOptions<never>) {
	const provider = acme({
		servers: ["https://api.acme.example"],
		policy: { retry: { delays: [60_000], jitter: "none" } },
		operations: {
			"make-thing": ({ body, state, random, emit }) => {
				const { name } = body;
				if (!name.startsWith("https:")) {
					emit("thing.made", { data: { name } });
					return { status: 201, body };
				}
				const secret = random.hex(8);
				state.hooks.put({ id: "hook", url: name, secrets: [secret] });
				return { status: 201, body: { name: secret } };
			},
		},
	});
	const hooks = setupLocalhook<never>({ providers: [provider], ...options });
	const worker = setupWorker(...hooks.handlers);
	await worker.start({ quiet: true, onUnhandledRequest: "bypass" });
	return {
		hooks,
		async make(name: string) {
			const body = JSON.stringify({ name });
			return fetch(things, { method: "POST", headers: json, body });
		},
		async end() {
			worker.stop();
			await hooks.close();
		},
	};
}

/** A secret and a subscription by one call, an event, and a delivery that the receiver takes at the second attempt. */
export async function integrate() {
	const seen: Seen[] = [];
	let secret = "";
	const { hooks, make, end } = await play({
		register: false,
		receiver: async (request) => {
			const text = await request.text();
			const time = request.headers.get("x-signed-at");
			const signature = request.headers.get("x-signature") ?? "";
			const verified = await isSigned(secret, `${time}.${text}`, signature);
			seen.push({ url: request.url, text, verified });
			return new Response(null, { status: seen.length === 1 ? 500 : 204 });
		},
	});

	const made = await make("https://example.com/hooks");
	secret = ((await made.json()) as { name: string }).name;
	const { delivery } = hooks
		.provider("acme")
		.send("thing.made", { data: { name: "anvil" } });
	await hooks.idle();
	const before = [delivery.state, hooks.clock.now().getTime()] as const;
	await hooks.clock.drain();
	const { state, attempts } = delivery;
	const waited = hooks.clock.now().getTime() - before[1];

	await end();
	return {
		status: made.status,
		states: [before[0], state],
		answers: attempts.map(({ response }) => response?.status),
		waited,
		seen,
	};
}

interface Seen {
	readonly url: string;
	readonly text: string;
	readonly verified: boolean;
}

/** What a client and a receiver see, in order, when a call makes an event happen. */
export async function order(receiver: string) {
	const { hooks, make, end } = await play({ clock: "real", receiver });
	const seen: string[] = [];
	hooks.journal.follow((entry) => {
		if (entry.kind === "event") seen.push(`event ${entry.event.type}`);
	});
	const started = performance.now();

	const response = await make("anvil");
	seen.push(`response ${response.status}`);
	await response.json();
	seen.push("body");
	await hooks.idle();

	const took = performance.now() - started;
	await end();
	return { seen, took };
}

/** What becomes of deliveries that go wrong on the network, one to each URL, and one that is cut on purpose. */
export async function failures(urls: readonly string[]) {
	const { hooks, end } = await play({});
	const send = (to: string) =>
		hooks.provider("acme").send("thing.made", {}, { to }).delivery;

	const deliveries = urls.map(send);
	await hooks.idle();
	hooks.faults.set([{ fault: "cut-in-body" }]);
	deliveries.push(...urls.slice(0, 1).map(send));
	await hooks.idle();

	await end();
	return deliveries.map(({ attempts }) => attempts[0]?.error);
}

/** The signatures of vectors that hold, and verdicts on all of them. */
export function signatures(vectors: readonly DatedVector[]) {
	const engine = createEngine({ providers: installedOf(builtInIds) });
	return vectors.map(({ provider: id, options, body, header, ...vector }) => {
		const { provider } = engine.session(id);
		const usual = Object.entries(provider.options as Options).map(
			([name, option]): [string, string] => [name, option.default],
		);
		const signer = provider.signer({
			...Object.fromEntries(usual),
			...options,
		});
		const { secret = "", secrets = [secret], at, signature } = vector;
		const bytes = new TextEncoder().encode(body);
		const signed = signer.sign(messageOf({ body: bytes, secrets, at }));
		const received: Record<string, string> = { ...signed, [header]: signature };
		const verdict = signer.verify({
			headers: Object.fromEntries(
				Object.entries(received).map(([name, value]) => [
					name.toLowerCase(),
					value,
				]),
			),
			body: bytes,
			secrets,
			now: at,
		});
		return { same: signed[header] === signature, accepted: verdict.ok };
	});
}

/** Whether APIs take requests by the signatures of vectors. */
export function requests(vectors: readonly DatedVector[]) {
	return vectors.map(({ provider: id, method = "", path = "", ...vector }) => {
		const { unsortedPath = path, credential = "", header, signature } = vector;
		const engine = createEngine({
			providers: installedOf([id]),
			credentials: { [id]: [credential] },
			clock: createVirtualClock(vector.at),
		});
		const { provider, context, ready } = engine.session(id);
		ready();
		const [pathname = "", query = ""] = unsortedPath.split("?");
		const body = new TextEncoder().encode(vector.body);
		const request = { method, path: pathname, query, headers: {}, body };
		const caller = provider.authenticate(
			{
				...request,
				headers: {
					...provider.authorize(request, credential, context),
					[header.toLowerCase()]: signature,
				},
			},
			context,
		);
		return !("kind" in caller);
	});
}

type DatedVector = Vector & { readonly at: number };
type Options = Readonly<Record<string, { readonly default: string }>>;

/** HMAC-SHA256 by the browser itself. */
async function isSigned(
	secret: string,
	content: string,
	signature: string,
): Promise<boolean> {
	const encoder = new TextEncoder();
	const key = await crypto.subtle.importKey(
		"raw",
		encoder.encode(secret),
		{ name: "HMAC", hash: "SHA-256" },
		false,
		["verify"],
	);
	const digits = signature.match(/../g) ?? [];
	const given = Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16));
	return crypto.subtle.verify("HMAC", key, given, encoder.encode(content));
}
