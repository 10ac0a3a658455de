import { setupWorker } from "msw/browser";
import { builtInIds, installedOf } from "../../src/catalog.ts";
import { createVirtualClock } from "../../src/delivery/clock.ts";
import { createEngine } from "../../src/engine/engine.ts";
import { setupLocalhook } from "../../src/msw/index.ts";
import { messageOf } from "./message.ts";
import type { Vector } from "./vectors.ts";

// What runs in a page; `browser-page-bundle.ts` takes the built package in place of the source.

const json = { "content-type": "application/json" };
const workspace_id = "63722982f9cc073ecc730f6b";

/** A secret, a subscription, an event, and a delivery that the receiver takes at the second attempt. */
export async function integrate() {
	const seen: Seen[] = [];
	let secret = "";
	const hooks = setupLocalhook({
		providers: ["prolific"],
		register: false,
		receiver: async (request) => {
			const body = new Uint8Array(await request.arrayBuffer());
			const timestamp = request.headers.get("x-prolific-request-timestamp");
			const verified = await isSigned(
				secret,
				[timestamp ?? "", body],
				request.headers.get("x-prolific-request-signature") ?? "",
			);
			const text = new TextDecoder().decode(body);
			seen.push({ url: request.url, text, verified });
			return new Response(null, { status: seen.length === 1 ? 500 : 204 });
		},
	});
	const worker = await listening(hooks.handlers);
	const { url, credential, subscriptions } = hooks.prolific;
	const post = (path: string, body: object) =>
		fetch(`${url}${path}`, {
			method: "POST",
			headers: { ...json, authorization: `Token ${credential}` },
			body: JSON.stringify(body),
		});

	const made = await post("/api/v1/hooks/secrets/", { workspace_id });
	secret = ((await made.json()) as { value: string }).value;
	const created = await post("/api/v1/hooks/subscriptions/", {
		workspace_id,
		event_type: "study.status.change",
		target_url: "https://example.com/hooks",
	});
	const { id } = (await created.json()) as { id: string };
	const token = created.headers.get("x-hook-secret") ?? "";
	await subscriptions.confirm(id, { secret: token });
	const { delivery } = hooks.prolific.send("study.status.change", {
		status: "PAUSED",
	});
	await hooks.idle();
	const before = [delivery.state, hooks.clock.now().getTime()] as const;
	await hooks.clock.drain();
	const { state, attempts } = delivery;
	const waited = hooks.clock.now().getTime() - before[1];

	worker.stop();
	await hooks.close();
	return {
		url,
		replies: [made.status, created.status],
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
	const hooks = setupLocalhook({
		providers: ["solvimon"],
		clock: "real",
		options: { solvimon: { webhookEvents: "on" } },
	});
	const worker = await listening(hooks.handlers);
	const seen: string[] = [];
	hooks.journal.follow((entry) => {
		if (entry.kind === "event") seen.push(`event ${entry.event.type}`);
	});
	const started = performance.now();

	const response = await fetch(`${hooks.solvimon.url}/v1/webhooks`, {
		method: "POST",
		headers: { ...json, "x-api-key": hooks.solvimon.credential },
		body: JSON.stringify({ name: "One", reference: "one", url: receiver }),
	});
	seen.push(`response ${response.status}`);
	await response.json();
	seen.push("body");
	await hooks.idle();

	const took = performance.now() - started;
	worker.stop();
	await hooks.close();
	return { seen, took };
}

/** What becomes of deliveries that go wrong on the network, one to each URL, and one that is cut on purpose. */
export async function failures(urls: readonly string[]) {
	const hooks = setupLocalhook({ providers: ["spritz"] });
	const worker = await listening(hooks.handlers);
	const send = (to: string) =>
		hooks.spritz.send("payment.completed", {}, { to }).delivery;

	const deliveries = urls.map(send);
	await hooks.idle();
	hooks.faults.set([{ fault: "cut-in-body" }]);
	deliveries.push(...urls.slice(0, 1).map(send));
	await hooks.idle();

	worker.stop();
	await hooks.close();
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

/** Whether Spritz's API takes requests by the signatures of vectors, all of one secret and one time. */
export function requests(vectors: readonly DatedVector[]) {
	const [{ secret = "", at = 0 } = {}] = vectors;
	const engine = createEngine({
		providers: installedOf(["spritz"]),
		credentials: { spritz: [`int_test:${secret}`] },
		clock: createVirtualClock(at),
	});
	const session = engine.session("spritz");
	session.ready();
	return vectors.map(({ method = "", path = "", signature, ...vector }) => {
		const [pathname = "", query = ""] = (vector.unsortedPath ?? path).split(
			"?",
		);
		const caller = session.provider.authenticate(
			{
				method,
				path: pathname,
				query,
				headers: {
					"x-integrator-key": "int_test",
					"x-timestamp": vector.timestamp,
					"x-signature": signature,
				},
				body: new TextEncoder().encode(vector.body),
			},
			session.context,
		);
		return !("kind" in caller);
	});
}

type DatedVector = Vector & { readonly at: number };
type Options = Readonly<Record<string, { readonly default: string }>>;

async function listening(handlers: Parameters<typeof setupWorker>) {
	const worker = setupWorker(...handlers);
	await worker.start({ quiet: true, onUnhandledRequest: "bypass" });
	return worker;
}

/** HMAC-SHA256 by the browser itself. */
async function isSigned(
	secret: string,
	content: readonly (string | Uint8Array)[],
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
	const whole = new Uint8Array(
		await new Blob(
			content.map((each) =>
				typeof each === "string" ? each : new Uint8Array(each),
			),
		).arrayBuffer(),
	);
	const given = Uint8Array.from(atob(signature), (each) => each.charCodeAt(0));
	return crypto.subtle.verify("HMAC", key, given, whole);
}
